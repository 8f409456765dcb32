"""`lokf validate` takes our bundles with the schema of examples/lokf, and no bundle with a fault in what the format defines."""

import shutil
import subprocess
import sys

import pytest
from support.commands import kg
from support.places import EXAMPLES

SCHEMA = EXAMPLES / "lokf" / "any-concept.yaml"
CONCEPT = "---\ntype: Reporter's note\nauthor: Ada\nreferences: [tides]\nsources:\n  - {{ id: report, {key}: /report.md }}\n---\nText\n"


@pytest.fixture(scope="module")
def schema(tmp_path_factory):
    """The schema beside the one that it imports, as LinkML wants it."""
    pytest.importorskip("linkml.validator", reason="lokf validates with LinkML only: pip install 'lokf[build]'")
    from lokf.schema import schema_path

    folder = tmp_path_factory.mktemp("schema")
    shutil.copy(schema_path(), folder)
    return shutil.copy(SCHEMA, folder)


def lokf_validate(bundle, schema):
    """Return the exit code of lokf and what it says."""
    words = [sys.executable, "-c", "from lokf.cli import app; app()", "validate", str(bundle), "--schema", str(schema)]
    done = subprocess.run(words, capture_output=True, text=True, check=False, cwd=bundle)
    return done.returncode, done.stdout + done.stderr


def exported(wiki, tmp_path):
    """Return the folder with the bundle of a wiki."""
    kg("-q", "--store", tmp_path / ".kg", "build", wiki)
    kg("--store", tmp_path / ".kg", "export", "--format", "okf", "-o", tmp_path / "bundle", code=0)
    return tmp_path / "bundle"


@pytest.mark.full
def test_lokf_validates_the_bundle_of_the_example(schema, tmp_path):
    code, said = lokf_validate(exported(EXAMPLES / "open-source-ai", tmp_path), schema)

    assert (code, said.startswith("OK — 54 concepts")) == (0, True), said[-2000:]


@pytest.mark.full
def test_lokf_validates_the_bundle_of_a_real_newsroom(shared, schema, tmp_path):
    wiki = shared / "corpora" / "newsroom-2026-08" / "wiki"

    code, said = lokf_validate(exported(wiki, tmp_path), schema)

    assert (code, said.startswith("OK — 27 concepts")) == (0, True), said[-2000:]


@pytest.mark.full
def test_the_schema_leaves_type_and_keys_free_and_holds_to_what_the_format_defines(schema, tmp_path):
    """A source needs its resource, whatever the type of the concept is."""
    note = tmp_path / "note.md"
    codes = []
    for key in ("resource", "address"):
        note.write_text(CONCEPT.format(key=key), encoding="utf-8")
        codes.append(lokf_validate(tmp_path, schema)[0])

    assert codes == [0, 1]
