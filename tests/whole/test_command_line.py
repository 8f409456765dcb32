"""The command line through real processes: answers, exit codes, and one clear line for every mistake."""

import json
import os
import pty
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from support.commands import ENTRY, kg
from support.places import EXAMPLES

PAGE = "---\ntitle: A\ntype: concept\ntags: [x]\nsources: []\nlast_updated: 2026-01-01\n---\n\n## Overview\n\nText.\n\n## Connections\n- [[A]] — x\n"


@pytest.fixture
def wiki_of_two(tmp_path):
    (tmp_path / "wiki/concepts").mkdir(parents=True)
    (tmp_path / "wiki/concepts/A.md").write_text(PAGE)
    return tmp_path


def test_no_configuration_is_needed_in_an_empty_folder(wiki_of_two):
    kg("ingest", "wiki", cwd=wiki_of_two, code=0)

    assert (wiki_of_two / ".kg/HEAD").read_text() == "1\n"
    assert json.loads(kg("stats", "--json", cwd=wiki_of_two, code=0).stdout)["pages"]["total"] == 1


def test_init_looks_and_writes_a_configuration_that_build_takes(wiki_of_two):
    said = kg("init", cwd=wiki_of_two, code=0).stdout
    again = kg("init", cwd=wiki_of_two, code=2)

    assert "1 page (1 concept)" in said
    assert "it is there already" in again.stderr
    assert "1 page in wiki" in kg("build", cwd=wiki_of_two, code=0).stdout


def test_the_store_comes_from_the_flag_then_the_environment_then_the_configuration(wiki_of_two):
    (wiki_of_two / "kg.toml").write_text('wiki = "wiki"\n')

    kg("ingest", cwd=wiki_of_two, code=0)
    kg("ingest", cwd=wiki_of_two, code=0, KG_STORE="by-env")
    kg("--store", "by-flag", "ingest", cwd=wiki_of_two, code=0, KG_STORE="by-env-2")

    assert sorted(path.name for path in wiki_of_two.iterdir()) == [".kg", "by-env", "by-flag", "kg.toml", "wiki"]


def test_a_path_inside_the_wiki_limits_the_run(wiki_of_two):
    (wiki_of_two / "wiki/notes").mkdir()
    kg("ingest", "wiki", cwd=wiki_of_two, code=0)
    for name in ("concepts/B.md", "notes/C.md"):
        (wiki_of_two / "wiki" / name).write_text("x")

    said = json.loads(kg("ingest", "wiki/notes", "--json", cwd=wiki_of_two, code=0).stdout)
    rest = json.loads(kg("ingest", "--json", cwd=wiki_of_two, code=0).stdout)

    assert said["added"] == ["notes/C.md"]
    assert rest["added"] == ["concepts/B.md"]


MISTAKES = {
    "a folder that is not there": (["ingest", "nope"], "nope: no such folder"),
    "a file for a folder": (["ingest", "file.md"], "name the one folder"),
    "a folder without pages": (["ingest", "empty"], "no Markdown page"),
    "no wiki named": (["ingest"], "which wiki?"),
    "no store": (["stats"], "no store here"),
    "no store to ask": (["query", "claims"], "no store here"),
    "no such configuration": (["--config", "x.toml", "ingest"], "x.toml: no such file"),
    "a configuration that is no TOML": (["--config", "bad.toml", "ingest"], "bad.toml: not TOML"),
    "an unknown key": (["--config", "key.toml", "ingest"], "unknown key 'wikki'; use one of wiki,"),
    "a wrong type": (["--config", "type.toml", "ingest"], "wiki: expected a text"),
    "a base that is no IRI": (["--config", "base.toml", "ingest"], "is no IRI ending in '/'"),
    "an unknown dialect": (["--config", "dialect.toml", "ingest", "wiki"], "unknown dialect 'klingon'; use one of"),
    "an unknown command": (["ingset"], "No such command 'ingset'"),
    "an unknown format": (["export", "--format", "xls"], "'xls' is not one of"),
    "render without a target": (["render"], "say one of --out FOLDER, --check and --write"),
}


@pytest.mark.parametrize(("args", "said"), MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_is_named_in_one_line(wiki_of_two, args, said):
    (wiki_of_two / "file.md").write_text("x")
    (wiki_of_two / "empty").mkdir()
    (wiki_of_two / "bad.toml").write_text("wiki = [")
    (wiki_of_two / "key.toml").write_text('wikki = "x"')
    (wiki_of_two / "type.toml").write_text("wiki = 3")
    (wiki_of_two / "base.toml").write_text('base = "no iri"')
    (wiki_of_two / "dialect.toml").write_text('dialect = "klingon"\nwiki = "wiki"')

    done = kg(*args, cwd=wiki_of_two, code=2)

    assert said in done.stderr
    assert done.stdout == ""


def test_a_store_of_another_wiki_is_not_overwritten(wiki_of_two):
    (wiki_of_two / "other").mkdir()
    (wiki_of_two / "other/x.md").write_text("x")
    kg("ingest", "wiki", cwd=wiki_of_two, code=0)

    done = kg("ingest", "other", cwd=wiki_of_two, code=2)

    assert "--store" in done.stderr


def ingested_where_page_b_can_be_read(wiki, times):
    """Ingest a wiki whose page B is new and, but for so many times, cannot be read."""
    (wiki / "wiki/concepts/B.md").write_text("x")
    os.utime(wiki / "wiki/concepts/B.md", (1, 1))
    code = (
        "import os\nreal, left = os.open, [None] * int(os.environ['TIMES'])\ndef torn(path, *rest, **more):\n"
        "    if str(path).endswith('B.md') and not (left and left.pop() is None):\n"
        "        raise PermissionError(13, 'Permission denied', path)\n    return real(path, *rest, **more)\n"
        "os.open = torn\nfrom kg.cli import main; main(['ingest'])"
    )
    return subprocess.run(
        [sys.executable, "-c", code], cwd=wiki, capture_output=True, text=True, check=False, env={**os.environ, "TIMES": str(times)}
    )  # fmt: skip


@pytest.mark.parametrize("times", [0, 1])
def test_a_page_that_cannot_be_read_is_named_and_the_others_are_taken(wiki_of_two, times):
    kg("ingest", "wiki", cwd=wiki_of_two, code=0)

    done = ingested_where_page_b_can_be_read(wiki_of_two, times)

    assert done.returncode == 0
    assert "concepts/B.md:1:1: violation: cannot be read: Permission denied; it was left out" in done.stdout


def test_render_check_shows_what_differs_and_exits_1(wiki_of_two):
    kg("ingest", "wiki", cwd=wiki_of_two, code=0)
    (wiki_of_two / "wiki/concepts/A.md").write_text(PAGE.replace("Text.", "Changed."))

    done = kg("render", "--check", cwd=wiki_of_two, code=1)

    assert "-Text." in done.stdout
    assert "+Changed." in done.stdout
    assert "1 of 1 pages differ" in done.stderr


def test_render_writes_one_page_when_asked(wiki_of_two):
    (wiki_of_two / "wiki/b.md").write_text("b")
    kg("ingest", "wiki", cwd=wiki_of_two, code=0)

    kg("render", "A", "--out", "out", cwd=wiki_of_two, code=0)

    assert [path.name for path in (wiki_of_two / "out").rglob("*.md")] == ["A.md"]
    assert "no page 'nope'" in kg("render", "nope", "--out", "out", cwd=wiki_of_two, code=2).stderr


def test_render_never_leaves_its_folder(wiki_of_two):
    kg("ingest", "wiki", cwd=wiki_of_two, code=0)
    (wiki_of_two / "out").mkdir()
    (wiki_of_two / "elsewhere").mkdir()
    (wiki_of_two / "out/concepts").symlink_to(wiki_of_two / "elsewhere")

    done = kg("render", "--out", "out", cwd=wiki_of_two, code=2)

    assert "outside" in done.stderr
    assert list((wiki_of_two / "elsewhere").iterdir()) == []


def test_an_error_of_ours_is_a_report_and_no_traceback(wiki_of_two, tmp_path):
    code = "import kg.ask.stats\nkg.ask.stats.rows = lambda store: 1 / 0\nfrom kg.cli import main; main(['stats'])"
    kg("ingest", "wiki", cwd=wiki_of_two, code=0)

    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=wiki_of_two,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )

    assert done.returncode == 3
    assert "Traceback" not in done.stderr
    assert "ZeroDivisionError" in Path(done.stderr.strip().rpartition(" ")[2]).read_text()


def test_a_reader_that_goes_away_is_no_error(wiki_of_two):
    kg("ingest", "wiki", cwd=wiki_of_two, code=0)
    line = f"{sys.executable} -c '{ENTRY[2]}' query -e 'SELECT * {{ ?s ?p ?o }}' | head -1; echo ${{PIPESTATUS[0]}}"

    done = subprocess.run(["bash", "-c", line], cwd=wiki_of_two, capture_output=True, text=True, check=False)

    assert done.stderr == ""
    assert done.stdout.splitlines()[-1] == "0"


def test_quiet_says_only_what_was_asked_for(wiki_of_two):
    kg("ingest", "wiki", cwd=wiki_of_two, code=0)

    assert kg("-q", "export", "--format", "trig", cwd=wiki_of_two, code=0).stderr == ""
    assert kg("-q", "ingest", cwd=wiki_of_two, code=0).stdout == ""
    assert kg("-q", "build", cwd=wiki_of_two).stdout.count("next") == 0


def test_build_of_the_example_is_clean_and_of_the_defects_is_not(tmp_path):
    clean = kg("--store", tmp_path / "a", "build", EXAMPLES / "open-source-ai", code=0)
    broken = kg("--store", tmp_path / "b", "build", EXAMPLES / "defects", code=1)

    assert "0 violations" in clean.stdout
    assert "55 of 55 pages byte-identical from the graph (0 of" in clean.stdout
    assert "[speaker-class]" in kg("--store", tmp_path / "b", "validate", code=1).stdout
    assert "next" in broken.stdout


def test_the_help_fits_one_screen():
    assert len(kg("--help", code=0).stdout.splitlines()) <= 40


def test_a_wide_table_is_cut_on_a_terminal_only(wiki_of_two):
    (wiki_of_two / "wiki/concepts/A.md").write_text(PAGE.replace("— x", "— " + "long " * 60))
    kg("ingest", "wiki", cwd=wiki_of_two, code=0)
    args = [*ENTRY, "query", "-e", "SELECT ?t { ?c a nr:Connection ; schema:text ?t }"]
    ours, theirs = pty.openpty()

    subprocess.run(
        args,
        cwd=wiki_of_two,
        stdout=theirs,
        check=True,
        env={k: v for k, v in os.environ.items() if k != "COLUMNS"},
        stdin=subprocess.DEVNULL,
    )
    os.close(theirs)
    shown = os.read(ours, 10_000).decode()
    os.close(ours)
    piped = kg(*args[3:], cwd=wiki_of_two, code=0).stdout

    assert max(map(len, shown.splitlines())) <= 80
    assert len(piped.splitlines()[-1]) > 250


@pytest.mark.full
def test_the_wheel_finds_its_declared_files_from_an_empty_folder(tmp_path):
    root = EXAMPLES.parent
    source = tmp_path / "source"
    listed = subprocess.run(["git", "-C", root, "ls-files"], capture_output=True, text=True, check=True).stdout.split(
        "\n"
    )
    for name in filter(None, listed):
        if (root / name).is_file() and not name.startswith(("examples/", "tests/")):
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(root / name, source / name)
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q"]
    subprocess.run([*pip, "wheel", "--no-deps", "-w", tmp_path, source], check=True)
    [wheel] = tmp_path.glob("*.whl")
    subprocess.run([*pip, "install", "--no-deps", "--target", tmp_path / "site", wheel], check=True)
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "site")}

    done = subprocess.run(
        [*ENTRY, "--store", tmp_path / "store", "build", EXAMPLES / "open-source-ai"],
        cwd=tmp_path, capture_output=True, text=True, check=False, env=environment,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    assert "byte-identical" in done.stdout

    manual = subprocess.run(
        [*ENTRY, "rules", "link-dangling"], cwd=tmp_path, capture_output=True, text=True, check=True, env=environment
    )
    assert "## Wrong" in manual.stdout


def test_a_later_ingest_from_anywhere_keeps_the_configuration_of_the_first(wiki_of_two):
    (wiki_of_two / "wiki/kg.toml").write_text('wiki = "."\nbase = "https://mine.example/"\nprofile = "mine.toml"\n')
    (wiki_of_two / "wiki/mine.toml").write_text('[levels]\nslug-kebab = "off"\n')
    kg("--store", wiki_of_two / "s", "ingest", wiki_of_two / "wiki", cwd="/", code=0)

    again = json.loads(kg("--store", wiki_of_two / "s", "ingest", "--json", cwd="/", code=0).stdout)
    kg("--store", wiki_of_two / "s", "validate", cwd="/", code=0)

    assert (again["generation"], again["unchanged"], again["why_all"]) == (1, 1, "")


def test_a_first_ingest_that_was_killed_is_simply_done_again(wiki_of_two):
    (wiki_of_two / ".kg/generations/000001/quads").mkdir(parents=True)
    (wiki_of_two / ".kg/generations/000001/quads/torn.sst").write_text("torn")

    assert "no store here" in kg("stats", cwd=wiki_of_two, code=2).stderr
    assert json.loads(kg("ingest", "wiki", "--json", cwd=wiki_of_two, code=0).stdout)["added"] == ["concepts/A.md"]


@pytest.mark.full
def test_kills_at_any_moment_leave_the_old_state_or_the_new_one(tmp_path):
    wiki = tmp_path / "wiki"
    shutil.copytree(EXAMPLES / "open-source-ai", wiki, ignore=shutil.ignore_patterns(".kg"))
    store = ["--store", str(tmp_path / "s")]
    for tenth in range(30):
        (wiki / "note.md").write_text(f"{tenth}\n")
        running = subprocess.Popen(
            [*ENTRY, *store, "ingest", wiki], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            running.wait(timeout=0.05 + tenth * 0.03)
        except subprocess.TimeoutExpired:
            running.kill()
            running.wait()
        if (tmp_path / "s/HEAD").exists():
            kg(*store, "stats", code=0)
    kg(*store, "ingest", wiki, code=0)

    kg(*store, "render", "--check", code=0)


def test_a_dry_run_on_no_store_writes_nothing(wiki_of_two):
    kg("ingest", "wiki", "--dry-run", cwd=wiki_of_two, code=0)

    assert sorted(path.name for path in wiki_of_two.iterdir()) == ["wiki"]


def test_an_output_that_is_no_regular_file_is_written_to_and_stays_what_it_is(wiki_of_two):
    kg("ingest", "wiki", cwd=wiki_of_two, code=0)
    (wiki_of_two / "target.nq").write_text("old")
    (wiki_of_two / "link.nq").symlink_to("target.nq")
    os.mkfifo(wiki_of_two / "pipe")
    reader = subprocess.Popen(["cp", wiki_of_two / "pipe", wiki_of_two / "copy.nq"])

    kg("export", "--format", "nquads", "-o", "link.nq", cwd=wiki_of_two, code=0)
    kg("export", "--format", "nquads", "-o", "pipe", cwd=wiki_of_two, code=0)

    assert (wiki_of_two / "link.nq").is_symlink()
    assert reader.wait(timeout=60) == 0
    assert (wiki_of_two / "copy.nq").read_bytes() == (wiki_of_two / "target.nq").read_bytes() != b"old"
    assert "is a folder" in kg("export", "--format", "nquads", "-o", "wiki", cwd=wiki_of_two, code=2).stderr


@pytest.mark.parametrize(
    "words",
    [
        ("validate", "--format", "json"),
        ("validate", "--no-color"),
        ("export", "--format", "trig"),
        ("query", "claims", "--format", "json"),
    ],
    ids=" ".join,
)
def test_every_command_writes_to_a_pipe_and_leaves_it_one(words, wiki_of_two):
    kg("ingest", "wiki", cwd=wiki_of_two, code=0)
    os.mkfifo(wiki_of_two / "pipe")
    reader = subprocess.Popen(["cp", wiki_of_two / "pipe", wiki_of_two / "copy"])
    told = kg(*words, cwd=wiki_of_two)
    written = kg(*words, "-o", "pipe", cwd=wiki_of_two)
    if written.returncode != told.returncode or not (wiki_of_two / "pipe").is_fifo():
        reader.kill()

    assert reader.wait(timeout=60) == 0
    assert (wiki_of_two / "pipe").is_fifo()
    assert (wiki_of_two / "copy").read_text() == told.stdout != ""


def test_rendering_onto_the_wiki_itself_is_refused(wiki_of_two):
    kg("ingest", "wiki", cwd=wiki_of_two, code=0)

    assert "is the wiki itself" in kg("render", "--out", "wiki", cwd=wiki_of_two, code=2).stderr


def test_a_very_long_file_name_can_be_rendered(wiki_of_two):
    (wiki_of_two / "wiki" / ("n" * 250 + ".md")).write_text("x")
    kg("ingest", "wiki", cwd=wiki_of_two, code=0)

    kg("render", "--out", "out", cwd=wiki_of_two, code=0)


def test_validate_says_when_pages_have_changed_since(wiki_of_two):
    kg("ingest", "wiki", cwd=wiki_of_two, code=0)
    (wiki_of_two / "wiki/concepts/A.md").write_text(PAGE + "\nmore\n")

    assert "1 page has changed since the last ingest" in kg("validate", cwd=wiki_of_two).stderr


def test_from_chooses_the_graphs_that_are_asked(wiki_of_two):
    kg("ingest", "wiki", cwd=wiki_of_two, code=0)
    count = "SELECT (COUNT(*) AS ?n) {} {{ ?s ?p ?o }}"

    everything = kg("query", "-e", count.format(""), "--format", "csv", cwd=wiki_of_two, code=0).stdout
    nothing = kg(
        "query", "-e", count.format("FROM <https://nowhere/>"), "--format", "csv", cwd=wiki_of_two, code=0
    ).stdout

    assert nothing.split() == ["n", "0"]
    assert everything != nothing


def test_blank_nodes_of_an_answer_have_the_same_names_every_time(wiki_of_two):
    kg("ingest", "wiki", cwd=wiki_of_two, code=0)
    ask = ["query", "--format", "ntriples", "-e", "CONSTRUCT { [] nr:x ?s } { ?s a nr:Link }"]

    assert kg(*ask, cwd=wiki_of_two, code=0).stdout == kg(*ask, cwd=wiki_of_two, code=0).stdout


BAD_DIALECTS = {
    "[grades]\nfact = ['x']": "grades.fact: expected a text",
    "[relations]\nx = 3": "relations.x: expected a text, found 3",
    "sections = 3": "sections: expected a table",
    "[sections]\nclaims = 'Claims'": "sections.claims: expected a list",
    "[sections]\nopinions = ['x']": "unknown key 'opinions'",
    "separators = 'x'": "separators: expected a table",
    "[types.x]\npage = 'Foo'\ntopic = 'Source'\nfolder = 'x'": "types.x.page: unknown 'Foo'",
    "[types.x]\npage = 'Page'": "types.x.topic: expected a text",
    "[kinds]\nrobot = 'Robot'": "kinds.robot: unknown 'Robot'",
    "[[files]]\npage = 'Page'": "files.match: expected a text",
    "files = ['x']": "files: expected a table",
    "[fields.x]\nproperty = 'zz:bar'\nof = 'page'\nread = 'text'": "fields.x.property: 'zz:bar' has none of the prefixes",
    "[fields.x]\nproperty = 'nr:x'\nof = 'world'\nread = 'text'": "fields.x.of: unknown 'world'; use one of page, topic",
    "colour = 'red'": "unknown key 'colour'",
    "x = ": "not TOML",
}


@pytest.mark.parametrize(("text", "said"), BAD_DIALECTS.items())
def test_a_mistake_in_a_dialect_is_named_with_its_key(wiki_of_two, text, said):
    (wiki_of_two / "d.toml").write_text(text)
    (wiki_of_two / "kg.toml").write_text('wiki = "wiki"\ndialect = "d.toml"\n')

    done = kg("ingest", cwd=wiki_of_two, code=2)

    assert said in done.stderr
    assert done.stderr.count("\n") == 1
