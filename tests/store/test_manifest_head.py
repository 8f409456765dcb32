"""The head of a manifest: a file that is read and written again is the same to the byte, and damage is named."""

import json

import pytest

from kg.ingest.ingest import ingest
from kg.model.finding import Finding, KgError, Level, Span
from kg.settings import dialect
from kg.settings.kg_toml import Config
from kg.store import generations, manifest_head
from kg.store.generations import Generation
from kg.store.manifest_head import Change, PageFile

# As 0.1.0 wrote it, after a page had moved and a link to nothing had been left out.
WRITTEN = {
    "as_of": "2026-03-01", "attachments": ["pic.png"], "base": "https://wiki.invalid/",
    "changes": {"links": {"added": 1, "dropped": 2, "total": 2}, "pages": {"added": 0, "dropped": 0, "total": 3}},
    "common": {"graph/corpus": "ed7c905f0d9210905a0ed53a5796c781"}, "config": None,
    "content": "a0ae5b939f4baf83b12b806419cfc9866dd4fc484c77e38e599a8700f51fec87", "count": 3, "dialect": "generic",
    "did": {"added": 0, "changed": 0, "moved": 1, "relinked": 2, "removed": 0},
    "digest": "1fa75b630e4a27c21f459c54062b282d", "facts": {"links": 2, "pages": 3},
    "findings": [["gone.md", 0, "file-link", "a link to nothing; it was left out", "warning"]], "format": 2,
    "generation": 2, "history": "0d4de56a4af6a86ee3a40d10927a3398", "homonyms": {"é": ["a/é", "é"]}, "kg": "0.1.0",
    "made": "2026-11-27T09:48:20Z", "moves": 2, "ontology": "1d25f0abf2a3e07f11f52942d55f4b1c",
    "pages": [["000001.db", 7], ["000002.db", 3]], "profile": "lenient", "root": "/somewhere/wiki",
    "settings": {"base IRI": "https://wiki.invalid/", "dialect": "generic 9d6244ba0cb40550", "mapper": "9c3372f4"},
    "why_all": "",
}  # fmt: skip


def text(record):
    return json.dumps(record, ensure_ascii=False, sort_keys=True, indent=0)


def test_a_head_that_is_read_and_written_is_the_same_to_the_byte():
    head = manifest_head.loads(text(WRITTEN))

    assert manifest_head.dumps(head) == text({**WRITTEN, "home": ""})
    assert head.page_files == (PageFile("000001.db", 7), PageFile("000002.db", 3))
    assert head.findings == (
        Finding(Span("gone.md", 0, 0), "file-link", "a link to nothing; it was left out", Level.WARNING),
    )
    assert head.changes["links"] == Change(total=2, added=1, dropped=2)


def test_the_manifest_of_an_ingest_is_read_and_written_the_same(tmp_path):
    (tmp_path / "a.md").write_text("# A [[b]]\n", encoding="utf-8")
    generation = ingest(tmp_path / ".kg", tmp_path, Config(), dialect.load("newsroom")).generation
    file = generation.folder / "manifest.json"

    assert manifest_head.dumps(manifest_head.loads(file.read_text(encoding="utf-8"))).encode() == file.read_bytes()


def test_findings_are_kept_as_they_are_read_back():
    finding = Finding(Span("a.md", 3, 7, 3, 9), "encoding", "odd", Level.INFO, hint="save it", value="x")

    assert manifest_head.kept([finding]) == (Finding(Span("a.md", 3, 1), "encoding", "odd", Level.INFO),)


def test_of_a_head_in_another_format_what_both_have_is_read():
    head = manifest_head.loads(text({"root": "/wiki", "made": "then", "pages": {"a.md": {}}, "findings": None}))

    assert (head.format, head.root, head.made, head.page_files, head.findings) == (1, "/wiki", "then", (), ())


def test_what_another_format_says_in_its_own_way_is_not_asked_for():
    head = manifest_head.loads(text({**WRITTEN, "format": 3, "changes": [], "attachments": None}))

    assert (head.format, head.root, head.changes, head.attachments) == (3, "/somewhere/wiki", {}, ())


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("[]", "no object"),
        ("{", "Expecting property name"),
        (text({**WRITTEN, "pages": [["one.db"]]}), "rows"),
        (text({**WRITTEN, "changes": None}), "items"),
        (text({name: value for name, value in WRITTEN.items() if name != "root"}), "no 'root' in it"),
    ],
)
def test_a_damaged_head_is_an_error_of_the_store_that_names_the_way_out(tmp_path, written, why):
    (tmp_path / "manifest.json").write_text(written, encoding="utf-8")

    with pytest.raises(KgError, match=rf"the manifest of generation 7 cannot be read \(.*{why}.*`kg doctor`"):
        generations.read_manifest(tmp_path, Generation(7, tmp_path))
