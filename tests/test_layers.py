"""The architecture, enforced: imports point backwards, and each library is imported only where it is listed."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

KG = Path(__file__).resolve().parents[1] / "kg"
LAYERS = [
    "names", "keys", "due", "finding", "fingerprint", "jobs", "declared", "program", "checker", "wording", "figures", "claimform", "page", "text", "encoding", "dialect", "markdown", "near",
    "links", "references", "forms", "yaml12", "yamlfaults", "yamlnodes", "frontmatter", "frontcheck", "sentences", "statements",
    "amounts", "claims", "suppressions", "parse", "nquads", "pagegraph", "fields", "linked", "assertions", "traits", "prose", "triples", "inmemory", "config", "ignore", "corpus",
    "recognize", "sparql", "common", "lock", "manifest", "store", "sealed", "seen", "changes", "digest", "affected", "mapping", "mappers", "plan", "moves",
    "fill", "ingest", "history", "doctor", "render", "stats", "reason", "shacl.terms", "shacl.graph", "shacl.paths", "shacl.shapes",
    "shacl.literals", "shacl.data", "shacl.engine", "shacl.constraints", "shacl.grammar", "shacl.patterns", "shacl.rewrite", "shacl.prebind",
    "shacl.report", "shacl.queries", "shacl.check", "shacl.reads", "shacl.chase", "reference", "profiles", "rules", "places", "remedies", "silence", "validate", "delta", "verdicts", "revalidate", "baseline", "query", "export", "answers", "lexicon", "relink",
    "pieces", "slots", "flattened", "rendered", "webpage", "exported", "report", "excerpt", "textreport", "casebook", "rulebook", "junit", "annotations", "sarif", "gate", "imported", "build", "summary", "propose", "watch",
    "compared", "alike", "matching", "diff", "revisions", "sides", "states", "resting", "diffreport", "agreement", "replacing", "mending", "fix",
    "update", "cli",
]  # fmt: skip
LIBRARIES = {
    "charset_normalizer": {"encoding"},
    "click": {"cli"},
    "pyshacl": {"reference"},
    "owlrl": {"reason"},
    "rdflib": {"reason", "reference"},
    "pyld": {"export"},
    "watchfiles": {"watch"},
    "yaml": {"yamlnodes"},
    "bs4": {"webpage"},
    "wcwidth": {"excerpt"},
    "pyoxigraph": {
        "common", "sparql", "store", "digest", "moves", "fill", "history", "doctor", "render", "stats", "reason", "reference",
        "rules", "places", "remedies", "silence", "validate", "rulebook", "delta", "verdicts", "revalidate", "baseline", "query", "export", "answers", "build", "cli", "fix", "lexicon", "imported", "sides", "states", "resting", "agreement",
        "update", *(layer for layer in LAYERS if layer.startswith("shacl.")),
    },
}  # fmt: skip
MODULES = sorted(KG.rglob("*.py"))


def layer(path):
    """The layer of a module: its own name, cli for all of kg/cli, and shacl.NAME for a module of kg/shacl."""
    if path.parent.name == "shacl":
        return f"shacl.{path.stem}"
    return "cli" if path.parent.name == "cli" else path.stem


def imports(path):
    """Every module that a file imports, wherever the statement stands."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: a relative import"
            if node.module in ("kg", "kg.shacl"):
                yield from (f"{node.module}.{alias.name}" for alias in node.names)
            else:
                yield node.module


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(KG)))
def test_a_module_imports_only_layers_above_it(path):
    if path in (KG / "__init__.py", KG / "shacl/__init__.py"):
        return
    own = LAYERS.index(layer(path))
    for module in imports(path):
        if module.startswith("kg.") and module != "kg.__version__":
            other = ".".join(module.split(".")[1:3]) if module.startswith("kg.shacl.") else module.split(".")[1]
            assert LAYERS.index(other) < own or other == layer(path) == "cli", f"{path.name} imports {module}"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(KG)))
def test_a_library_is_imported_only_where_it_is_listed(path):
    for module in imports(path):
        top = module.split(".")[0]
        assert layer(path) in LIBRARIES.get(top, {layer(path)}), f"{path.name} imports {top}"
        assert top == "kg" or top in LIBRARIES or top in sys.stdlib_module_names, f"{path.name} imports {top}"


def test_files_and_functions_stay_small_and_nothing_is_called_helper():
    for path in MODULES:
        text = path.read_text(encoding="utf-8")
        assert path.stem not in {"util", "utils", "helper", "helpers", "manager", "misc"}
        assert text.count("\n") <= 400, f"{path} has {text.count(chr(10))} lines"
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef):
                doc = ast.get_docstring(node)
                size = node.end_lineno - node.lineno + 1 - (len(doc.split("\n")) if doc else 0)
                assert size <= 40, f"{path}:{node.lineno} {node.name} has {size} lines"


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
        "from kg import answers, ingest, query, stats, summary\n"
        "print(sorted({'rdflib', 'pyshacl', 'owlrl', 'pyld'} & set(sys.modules)))"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == "[]\n"
