"""The architecture, enforced: which room imports which, and which room loads which library."""

import ast
import subprocess
import sys
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import kg

KG = Path(__file__).resolve().parents[1] / "kg"
# Every room with all the rooms that it imports, the ground first. An arrow to a room further down does not exist.
ROOMS = {
    "model": "",
    "rdf": "model",
    "settings": "model rdf",
    "endpoint": "model rdf settings",
    "links": "model rdf settings",
    "files": "model",
    "front_matter": "model settings files",
    "parse": "model rdf settings links files front_matter",
    "map": "model rdf settings links files front_matter parse",
    "store": "model rdf",
    "originals": "model rdf files parse store",
    "ingest": "model rdf settings links files front_matter parse map store originals",
    "shacl": "model rdf",
    "check": "model rdf settings files store shacl",
    "report": "model",
    "remote_check": "model rdf endpoint shacl check",
    "reason": "model rdf store",
    "ask": "model rdf links",
    "search": "model rdf links parse store originals",
    "network": "model rdf",
    "publish": "model rdf settings endpoint store ask network",
    "compare": "model rdf settings links files parse map store",
    "why": "model rdf links reason compare",
    "exports": "model rdf store ask",
    "imports": "model rdf settings store ask exports",
    "write": "model rdf settings links files front_matter parse map store",
    "bundle": "model rdf settings links parse map store write",
    "shards": "model rdf settings links files front_matter map store ingest",
    "restore": "model rdf settings links files parse store write",
    "static_site": "model rdf links files store why write",
    "answer_pages": "model rdf links files front_matter parse ask",
    "operations": "model rdf settings files parse map store imports originals ingest shacl check report remote_check reason ask search network why write answer_pages",
    "live_pages": "model rdf settings store originals ingest report ask search compare why static_site operations",
    "serve": "model rdf settings store ask search exports imports write static_site operations live_pages",
    "agents": "model rdf settings files store ask search why write operations serve",
    "cli": "model rdf settings endpoint files store ingest shacl check report remote_check reason ask search network publish compare why exports imports write restore static_site answer_pages operations bundle serve agents shards",
}
LIBRARIES = {
    "anyio": "agents",
    "bs4": "restore",
    "charset_normalizer": "files",
    "click": "cli",
    "dask": "shards",
    "graspologic_native": "network",
    "jinja2": "static_site answer_pages live_pages",
    "h11": "serve",
    "keyring": "endpoint",
    "latex2mathml": "static_site",
    "markdown_it": "static_site",
    "mcp": "agents",
    "mcp_types": "agents",
    "markupsafe": "static_site answer_pages live_pages",
    "mdit_py_plugins": "static_site",
    "networkx": "network",
    "owlrl": "reason",
    "pydantic": "agents",
    "pyld": "ask exports",
    "pyoxigraph": "rdf endpoint map store originals ingest shacl check remote_check reason ask search network publish compare why exports imports write bundle restore static_site answer_pages operations live_pages serve agents",
    "pypdf": "originals",
    "pyshacl": "check",
    "ray": "shards",
    "rdflib": "check reason",
    "starlette": "serve agents",
    "uvicorn": "serve",
    "watchfiles": "operations",
    "wcwidth": "report why",
    "yaml": "front_matter",
}
WITHOUT_RDF = ("model", "settings", "links", "files", "front_matter", "parse")
MODULES = sorted(KG.rglob("*.py"))
STANDARD = {*sys.stdlib_module_names, "kg"}
PARTICIPLES = {
    "added", "asked", "called", "changed", "checked", "chosen", "declared", "described", "done", "drawn",
    "expected", "folded", "found", "given", "gone", "grown", "held", "judged", "kept", "known", "left", "listed",
    "looked", "made", "mapped", "meant", "moved", "named", "numbered", "opened", "parsed", "planned", "put",
    "read", "removed", "resolved", "said", "seen", "shown", "sought", "spoken", "stated", "stored", "taken",
    "told", "touched", "used", "wanted", "written",
}  # fmt: skip
VAGUE = {"util", "utils", "helper", "helpers", "manager", "misc", "common", "core"}


def dotted(path):
    """The name by which a module is imported."""
    return ".".join(path.relative_to(KG.parent).with_suffix("").parts).removesuffix(".__init__")


NAMES = {dotted(path) for path in MODULES}


@cache
def text_of(path):
    return path.read_text(encoding="utf-8")


@cache
def nodes(path):
    """Every part of a module's tree that these tests look at, the module first: it is parsed and walked once for all of them."""
    kinds = (ast.Module, ast.Import, ast.ImportFrom, ast.FunctionDef, ast.arg)
    return [node for node in ast.walk(ast.parse(text_of(path))) if isinstance(node, kinds)]


@cache
def imports(path):
    """Every module that a file imports, wherever the statement stands: kg.ROOM.MODULE, or a library's name."""
    return tuple(imported(path))


def imported(path):
    for node in nodes(path):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: a relative import"
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield inner if inner in NAMES else node.module


def room(module):
    return module.split(".")[1]


def of_room(name):
    return [path for path in MODULES if path.parent.name == name]


def test_kg_holds_rooms_only():
    assert sorted(path.name for path in KG.iterdir() if path.name != "__pycache__") == sorted(
        ["__init__.py", "py.typed", *ROOMS]
    )


def test_importing_the_package_loads_no_library_and_no_room():
    code = "import sys, kg\nprint(sorted(name for name in sys.modules if name.startswith(('kg.', 'pyoxi', 'click'))))"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == "[]\n"


def test_the_package_exports_its_records_when_they_are_asked_for():
    assert {name for name in kg.__all__ if getattr(kg, name) is None} == set()
    assert kg.KgError.__module__ == "kg.model.finding"
    with pytest.raises(AttributeError, match="no attribute 'Nothing'"):
        _ = kg.Nothing


def test_the_package_itself_imports_rooms_late_and_none_but_operations_and_records():
    early = {node.module for node in nodes(KG / "__init__.py")[0].body if isinstance(node, ast.ImportFrom)}

    assert early == {"typing"}
    assert {room(name) for name in imports(KG / "__init__.py") if name.startswith("kg.")} == {
        "model", "operations",
    }  # fmt: skip


@pytest.mark.parametrize("name", ROOMS)
def test_a_room_imports_the_rooms_listed_for_it_and_no_others(name):
    used = {room(module) for path in of_room(name) for module in imports(path) if module in NAMES - {"kg"}}

    assert used - {name} == set(ROOMS[name].split())


@pytest.mark.parametrize("name", ROOMS)
def test_every_arrow_points_to_a_room_nearer_to_the_ground(name):
    order = list(ROOMS)

    assert all(order.index(other) < order.index(name) for other in ROOMS[name].split())


def test_modules_import_each_other_in_no_circle():
    TopologicalSorter({dotted(path): {*imports(path)} & NAMES - {"kg"} for path in MODULES}).prepare()


@pytest.mark.parametrize("name", ROOMS)
def test_a_library_is_imported_only_in_the_rooms_listed_for_it(name):
    used = {module.split(".")[0] for path in of_room(name) for module in imports(path)} - STANDARD

    assert used == {library for library, rooms in LIBRARIES.items() if name in rooms.split()}


def test_the_rooms_that_know_nothing_of_rdf_load_no_library_for_it():
    modules = [dotted(path) for name in WITHOUT_RDF for path in of_room(name)]
    code = f"import sys, {', '.join(modules)}\nprint(sorted({{'rdflib', 'pyoxigraph', 'pyld'}} & set(sys.modules)))"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == "[]\n"


@pytest.mark.parametrize("name", sorted(set(ROOMS) - {"cli"}))
def test_a_room_says_what_it_is_for_what_comes_in_and_what_goes_out(name):
    said = ast.get_docstring(nodes(KG / name / "__init__.py")[0]).split("\n")

    assert [line.split()[0] for line in said if line][1:] == ["In:", "Out:"]


def test_files_and_functions_stay_small_and_nothing_is_called_helper():
    for path in MODULES:
        text = text_of(path)
        assert not VAGUE & {path.stem, path.parent.name}
        assert text.count("\n") <= 400, f"{path} has {text.count(chr(10))} lines"
        for node in nodes(path):
            if isinstance(node, ast.FunctionDef):
                doc = ast.get_docstring(node)
                size = node.end_lineno - node.lineno + 1 - (len(doc.split("\n")) if doc else 0)
                assert size <= 40, f"{path}:{node.lineno} {node.name} has {size} lines"


@pytest.mark.parametrize("name", ROOMS)
def test_a_parameter_says_its_role_not_what_was_done_to_it(name):
    parameters = [
        f"{path.name}:{node.lineno} {node.arg}"
        for path in of_room(name)
        for node in nodes(path)
        if isinstance(node, ast.arg) and node.arg in PARTICIPLES
    ]

    assert parameters == []


def test_help_loads_no_rdf_library():
    code = (
        "import sys\nfrom kg.cli import main\ntry:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        "heavy = {'rdflib', 'pyshacl', 'owlrl', 'pyoxigraph', 'pyld', 'yaml', 'bs4'} & set(sys.modules)\n"
        "print('loaded:', sorted(heavy))"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.startswith("Usage: kg")
    assert done.stdout.endswith("loaded: []\n")


def test_the_asking_commands_load_no_validator_and_no_reasoner():
    code = (
        "import sys\nimport kg.cli.query, kg.cli.stats, kg.cli.ingest, kg.cli.export\n"
        "from kg.ask import answer_formats, query, stats\nfrom kg.cli import summary\nfrom kg.ingest import ingest\n"
        "print(sorted({'rdflib', 'pyshacl', 'owlrl', 'pyld'} & set(sys.modules)))"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == "[]\n"
