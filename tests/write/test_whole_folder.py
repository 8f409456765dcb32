"""A folder is written as a whole, and never over what is not an export."""

import hashlib
import subprocess
import sys

import pytest
from support.site import contents

from kg.model.kg_error import KgError
from kg.write import whole_folder as folder


def test_a_folder_is_replaced_by_the_next_export_and_nothing_else_stays(tmp_path):
    folder.publish(tmp_path / "out", "html", [("a/b.txt", b"1"), ("c.txt", b"2")])
    folder.publish(tmp_path / "out", "html", [("c.txt", b"3")])

    listed = f"# kg export --format html\nc.txt\t{hashlib.sha256(b'3').hexdigest()}\n"

    assert contents(tmp_path / "out") == {"c.txt": b"3", "kg-export.txt": listed.encode()}
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_folder_with_a_file_of_somebody_else_is_left_alone(tmp_path):
    folder.publish(tmp_path / "out", "html", [("a.txt", b"1")])
    (tmp_path / "out" / "CNAME").write_text("example.org")
    before = contents(tmp_path / "out")

    with pytest.raises(KgError, match="holds 'CNAME', which no export of ours wrote"):
        folder.publish(tmp_path / "out", "html", [("a.txt", b"2")])

    assert contents(tmp_path / "out") == before


def test_a_file_that_was_edited_in_an_export_is_not_lost_until_it_is_moved_away(tmp_path):
    folder.publish(tmp_path / "out", "okf", [("a/b.md", b"1"), ("c.md", b"2")])
    edited = tmp_path / "out" / "a/b.md"
    edited.write_bytes(b"1, and a word of mine")
    (tmp_path / "out" / "c.md").unlink()

    with pytest.raises(KgError, match=r"'a/b\.md' was edited since `kg export` wrote it; move it away"):
        folder.publish(tmp_path / "out", "okf", [("a/b.md", b"1")])
    assert edited.read_bytes() == b"1, and a word of mine"
    edited.rename(tmp_path / "mine.md")
    assert folder.publish(tmp_path / "out", "okf", [("a/b.md", b"1")]) == 1


def test_an_export_whose_list_has_no_digests_is_replaced_as_before(tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "a.md").write_bytes(b"1")
    (tmp_path / "out" / "kg-export.txt").write_text("# kg export --format okf\na.md\n", encoding="utf-8")

    assert folder.publish(tmp_path / "out", "okf", [("b.md", b"2")]) == 1
    assert {*contents(tmp_path / "out")} == {"b.md", "kg-export.txt"}


def test_a_wiki_a_file_and_a_link_are_refused(tmp_path):
    (tmp_path / "wiki").mkdir()
    (tmp_path / "wiki/page.md").write_text("mine")
    (tmp_path / "file").write_text("mine")
    (tmp_path / "link").symlink_to(tmp_path / "wiki")

    for name in ("wiki", "file", "link"):
        with pytest.raises(KgError):
            folder.publish(tmp_path / name, "html", [("page.md", b"2")])
    with pytest.raises(KgError, match="no such folder"):
        folder.publish(tmp_path / "none/out", "html", [])
    assert (tmp_path / "wiki/page.md").read_text() == "mine"


def test_an_empty_folder_may_be_filled(tmp_path):
    (tmp_path / "out").mkdir()

    assert folder.publish(tmp_path / "out", "html", [("a.txt", b"1")]) == 1


@pytest.mark.parametrize("path", ["../x", "/x", "a/../../x", "a\\x", ""])
def test_no_file_is_written_outside(tmp_path, path):
    with pytest.raises(KgError, match="would be written outside"):
        folder.publish(tmp_path / "out", "html", [(path, b"")])

    assert list(tmp_path.iterdir()) == []


def test_what_fails_half_way_leaves_the_old_folder_and_nothing_beside(tmp_path):
    folder.publish(tmp_path / "out", "html", [("a.txt", b"1")])

    def half():
        yield "a.txt", b"2"
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        folder.publish(tmp_path / "out", "html", half())

    assert contents(tmp_path / "out")["a.txt"] == b"1"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_killed_export_leaves_the_old_folder_and_the_next_one_works(tmp_path):
    folder.publish(tmp_path / "out", "html", [("a.txt", b"1")])
    program = (
        "import os, sys\nfrom pathlib import Path\nfrom kg.write import whole_folder as folder\n"
        "def files():\n    yield 'a.txt', b'2'\n    os._exit(9)\n"
        "folder.publish(Path(sys.argv[1]), 'html', files())"
    )

    done = subprocess.run([sys.executable, "-c", program, tmp_path / "out"], check=False)

    assert done.returncode == 9
    assert contents(tmp_path / "out")["a.txt"] == b"1"
    assert folder.publish(tmp_path / "out", "html", [("a.txt", b"3")]) == 1


def test_without_an_exchange_of_names_the_folder_is_replaced_too(tmp_path, monkeypatch):
    monkeypatch.setattr(folder, "_exchanged", lambda _new, _target: False)
    folder.publish(tmp_path / "out", "html", [("a.txt", b"1")])
    folder.publish(tmp_path / "out", "html", [("a.txt", b"2")])

    assert contents(tmp_path / "out")["a.txt"] == b"2"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
