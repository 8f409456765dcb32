"""The files of a wiki: what is a page, what is left out and said so, and bytes that belong to one moment."""

import hashlib
import os
import socket
import stat
import threading
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.commands import kg

from kg.files import walk as corpus
from kg.files.walk import File, UnreadError, read, walk
from kg.ingest.ingest import ingest
from kg.model.finding import KgError
from kg.settings import dialect
from kg.settings.kg_toml import Config
from kg.store import generations
from kg.store.reading import reading
from kg.write import render


def write(root, path, text="x"):
    target = root / os.fsdecode(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(text if isinstance(text, bytes) else text.encode())
    return target


def taken(root, **options):
    """Return the paths of the pages and `place rule` of the findings."""
    found = walk(root, **options)
    return [file.path for file in found.pages], [f"{finding.span} {finding.rule}" for finding in found.findings]


def test_what_begins_with_a_dot_is_no_page_and_no_attachment(tmp_path):
    for path in (
        "a.md",
        "._a.md",
        ".hidden.md",
        ".md",
        ".obsidian/x.md",
        "in/._b.md",
        "in/b.md",
        ".DS_Store",
        "._p.png",
    ):
        write(tmp_path, path)

    found = walk(tmp_path)

    assert [file.path for file in found.pages] == ["a.md", "in/b.md"]
    assert (found.others, found.findings) == ((), ())


def test_ignore_files_hold_below_their_folders_and_say_what_they_cost(tmp_path):
    write(tmp_path, ".gitignore", "*.tmp.md\n# none\nraw/\n!keep.tmp.md\n")
    write(tmp_path, "notes/.gitignore", "!b.tmp.md\n/top.md\n")
    for path in ("a.md", "a.tmp.md", "keep.tmp.md", "raw/x.md", "raw/deep/y.md", "raw/z.png", "notes/b.tmp.md", "notes/top.md",
                 "notes/in/top.md"):  # fmt: skip
        write(tmp_path, path)

    pages, findings = taken(tmp_path)

    assert pages == ["a.md", "keep.tmp.md", "notes/b.tmp.md", "notes/in/top.md"]
    assert findings == [
        ".gitignore:1:1 file-ignored",
        ".gitignore:3:1 file-ignored",
        "notes/.gitignore:2:1 file-ignored",
    ]
    assert [finding.message for finding in walk(tmp_path).findings] == [
        "'*.tmp.md' leaves out one page, a.tmp.md",
        "'raw/' leaves out 2 pages, such as raw/deep/y.md",
        "'/top.md' leaves out one page, notes/top.md",
    ]


def test_a_kgignore_holds_over_every_gitignore(tmp_path):
    write(tmp_path, ".kgignore", "!a.md\nb.md\n")
    write(tmp_path, ".gitignore", "a.md\n!b.md\n")
    write(tmp_path, "deep/.gitignore", "a.md\n!b.md\n")
    for path in ("a.md", "b.md", "deep/a.md", "deep/b.md"):
        write(tmp_path, path)

    assert taken(tmp_path) == (["a.md", "deep/a.md"], [".kgignore:2:1 file-ignored"])


def test_what_kg_toml_excludes_is_counted(tmp_path):
    for path in ("a.md", "raw/b.md", "raw/c.md", "x.tmp.md", "raw/d.png"):
        write(tmp_path, path)
    found = walk(tmp_path, ("raw", "*.tmp.md"))

    assert [file.path for file in found.pages] == ["a.md"]
    assert [f"{finding.span}: {finding.message}" for finding in found.findings] == [
        "raw/b.md: 'raw' under exclude in kg.toml leaves out 2 pages, such as raw/b.md",
        "x.tmp.md: '*.tmp.md' under exclude in kg.toml leaves out one page, x.tmp.md",
    ]


def test_a_rule_that_costs_no_page_says_nothing(tmp_path):
    write(tmp_path, ".gitignore", "*.png\nbuild/\n")
    for path in ("a.md", "a.png", "build/x.o"):
        write(tmp_path, path)

    assert taken(tmp_path) == (["a.md"], [])


def test_a_wiki_that_a_folder_above_ignores_is_taken(tmp_path):
    write(tmp_path, ".gitignore", "wiki\n*.md\n")
    write(tmp_path, "wiki/a.md")

    assert taken(tmp_path / "wiki") == (["a.md"], [])


def test_a_wiki_that_ignores_itself_as_a_whole_is_taken(tmp_path):
    write(tmp_path, ".gitignore", "*\n")
    write(tmp_path, ".kgignore", "b.md\n")
    write(tmp_path, "a.md")
    write(tmp_path, "b.md")

    assert taken(tmp_path) == (["a.md"], [".gitignore:1:1 file-ignored", ".kgignore:1:1 file-ignored"])


def test_a_wiki_all_of_whose_pages_are_left_out_says_by_what(tmp_path):
    write(tmp_path, ".kgignore", "*.md\n")
    write(tmp_path, "a.md")

    with pytest.raises(KgError, match=r"no Markdown page .*; \.kgignore:1:1: '\*\.md' leaves out one page, a\.md$"):
        walk(tmp_path)


def test_ingest_names_the_rule_and_the_line_that_can_fit_nothing(tmp_path):
    write(tmp_path, "wiki/.gitignore", "drafts/\n[x\n")
    write(tmp_path, "wiki/a.md")
    write(tmp_path, "wiki/drafts/b.md")

    said = kg("--store", tmp_path / "store", "ingest", tmp_path / "wiki", code=0).stdout

    assert ".gitignore:1:1: info: 'drafts/' leaves out one page, drafts/b.md [file-ignored]\n" in said
    assert ".gitignore:2:1: warning: '[x' can fit no file: the '[' is not closed" in said


def test_no_link_is_followed(tmp_path):
    root = tmp_path / "wiki"
    write(tmp_path, "out.md")
    write(tmp_path, "outside/x.md")
    write(root, "real.md")
    write(root, "pic.png")
    write(root, "text.txt")
    write(root, "deep/in.md")
    for name, target in {
        "again.md": "real.md", "out.md": "../out.md", "none.md": "nothing.md", "loop.md": "loop.md", "folder": "deep",
        "up": "..", "self": ".", "absolute.md": "/etc/hostname", "text.md": "text.txt", "twin.png": "pic.png", "device.md": "/dev/zero",
        "deep/back.md": "../real.md",
    }.items():  # fmt: skip
        (root / name).symlink_to(target)
    found = walk(root)

    assert [file.path for file in found.pages] == ["deep/in.md", "real.md"]
    assert [file.path for file in found.others] == ["pic.png", "text.txt", "twin.png"]
    assert {str(finding.span): finding.message for finding in found.findings if finding.rule == "file-link"} == {
        "absolute.md": "a link to a file outside the wiki; it was left out",
        "again.md": "a link to real.md, which is a page at its own place; rename or copy it",
        "deep/back.md": "a link to real.md, which is a page at its own place; rename or copy it",
        "device.md": "a link to a file outside the wiki; it was left out",
        "folder": "a link to the folder deep, which is read at its own place",
        "loop.md": "a link to nothing; it was left out",
        "none.md": "a link to nothing; it was left out",
        "out.md": "a link to a file outside the wiki; it was left out",
        "self": "a link to the folder ., which is read at its own place",
        "text.md": "a link to text.txt, which is no page; it was left out",
        "up": "a link to a file outside the wiki; it was left out",
    }
    assert len(found.findings) == 11


def test_pipes_and_sockets_are_never_opened(tmp_path):
    write(tmp_path, "a.md")
    os.mkfifo(tmp_path / "pipe.md")
    os.mkfifo(tmp_path / ".gitignore")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "socket.md"))

        assert taken(tmp_path) == (
            ["a.md"],
            [".gitignore file-unreadable", "pipe.md file-kind", "socket.md file-kind"],
        )


def test_a_page_that_became_a_pipe_or_a_link_is_not_read(tmp_path):
    os.mkfifo(tmp_path / "pipe.md")
    (tmp_path / "link.md").symlink_to("/etc/hostname")

    for name in ("pipe.md", "link.md"):
        with pytest.raises(UnreadError, match=f"{name}: cannot be read: "):
            read(tmp_path, File(name, 1, 1))


def test_a_folder_that_cannot_be_read_is_a_finding_and_the_rest_is_taken(tmp_path, monkeypatch):
    for path in ("a.md", "closed/b.md", "open/c.md"):
        write(tmp_path, path)
    scandir = os.scandir

    def closed(path):
        if Path(path).name == "closed":
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", closed)
    found = walk(tmp_path)

    assert [file.path for file in found.pages] == ["a.md", "open/c.md"]
    assert [str(f.span) + " " + f.message for f in found.findings] == [
        "closed/ cannot be read: Permission denied; it was left out"
    ]


def test_a_page_that_must_not_be_read_is_a_finding(tmp_path, monkeypatch):
    for path in ("a.md", "b.md"):
        write(tmp_path, path)
    monkeypatch.setattr(os, "access", lambda path, _: not str(path).endswith("b.md"))

    assert taken(tmp_path) == (["a.md"], ["b.md file-unreadable"])


def test_an_input_output_error_on_one_page_does_not_stop_an_ingest(tmp_path, monkeypatch):
    for path in ("a.md", "b.md"):
        write(tmp_path, f"wiki/{path}")
    opened = os.open

    def broken(path, *rest, **more):
        if str(path).endswith("b.md"):
            raise OSError(5, "Input/output error")
        return opened(path, *rest, **more)

    monkeypatch.setattr(os, "open", broken)
    done = ingest(tmp_path / "store", tmp_path / "wiki", Config(), dialect.load("newsroom"))

    assert done.added == ("a.md",)
    assert [f"{f.span}: {f.message}" for f in done.findings] == [
        "b.md: cannot be read: Input/output error; it was left out"
    ]


def test_a_page_above_the_limit_is_refused_by_its_size_alone(tmp_path):
    write(tmp_path, "a.md")
    with (tmp_path / "big.md").open("wb") as handle:
        handle.truncate(50_000_000_000)  # a hole: no disk has it, and nobody reads it

    [finding] = walk(tmp_path, max_page_bytes=20_000_000).findings

    assert str(finding.span) == "big.md"
    assert finding.message.startswith(
        "50,000,000,000 bytes, more than 20,000,000; it was left out (max_page_bytes in kg.toml"
    )


NAMES = ["e\u0301.md", "é.md", "\u1112\u1161\u11ab.md", "100%.md", "50%25.md", "a,b.md", "it's.md", "a b.md", " .md", "a\nb.md", "a\tb.md",
         "a..md", "x~2.md", "#.md", "?.md", "[[x]].md", "a|b.md", "\\.md", '".md', "<>.md", "\u202e.md", "\ufeff.md", "\u2028.md",
         "\x01.md", "\x7f.md", "😀.md", "ontology.md", "~.md", "-.md", "İ.md", "ß.md", "a.MD", "b.Md", "dir.md/c.md", "%2F.md", "CON.md"]  # fmt: skip


def back_again(tmp_path, names):
    for number, name in enumerate(names):
        write(tmp_path / "wiki", name, f"page {number}\n")
    ingest(tmp_path / "store", tmp_path / "wiki", Config(), dialect.load("newsroom"))
    reader = generations.open_reader(tmp_path / "store", generations.require(tmp_path / "store"))
    render.write(reader, tmp_path / "out", render.chosen(reader, []))
    return {
        path.relative_to(tmp_path / "out").as_posix(): path.read_text()
        for path in (tmp_path / "out").rglob("*")
        if path.is_file()
    }


def test_names_in_every_form_come_back_as_they_are(tmp_path):
    assert back_again(tmp_path, NAMES) == {name: f"page {number}\n" for number, name in enumerate(NAMES)}


letters = st.characters(exclude_characters="/\0", exclude_categories=("Cs",))


@settings(max_examples=25)
@given(
    st.lists(
        st.text(letters, max_size=12).map("{}.md".format).filter(lambda name: name[0] != "."),
        min_size=1,
        max_size=6,
        unique=True,
    )
)
def test_any_names_come_back_as_they_are(tmp_path_factory, names):
    names = [name for name in names if len(name.encode()) < 200]

    assert back_again(tmp_path_factory.mktemp("names"), names) == {
        name: f"page {number}\n" for number, name in enumerate(names)
    }


def test_a_name_that_is_not_utf_8_is_named_and_left_out(tmp_path):
    write(tmp_path, "a.md")
    write(tmp_path, b"b\xff.md")
    write(tmp_path, b"c\xe9/d.md")

    assert taken(tmp_path) == (["a.md"], ["b\\xff.md file-name", "c\\xe9/d.md file-name"])


def test_twins_that_no_other_machine_can_hold_are_findings_on_both(tmp_path):
    composed = unicodedata.normalize("NFC", "n/é.md")
    for path in (
        "Foo.md",
        "foo.md",
        composed,
        unicodedata.normalize("NFD", composed),
        "x/foo.md",
        "Straße.md",
        "strasse.md",
        "A/b.md",
        "a/B.md",
    ):
        write(tmp_path, path)

    pages, findings = taken(tmp_path)

    assert len(pages) == 9
    assert findings == [f"{path} page-case-twin" for path in pages if path != "x/foo.md"]


class Changing:
    """A page to which something is added each time that its bytes are read, as long as it is told to."""

    def __init__(self, path, times):
        self.path, self.times = path, times

    def fstat(self, descriptor, true=os.fstat):
        status = true(descriptor)
        if self.times and stat.S_ISREG(status.st_mode):
            self.times -= 1
            with self.path.open("a") as handle:
                handle.write("more\n")
            os.utime(self.path, ns=(0, self.times))
        return status


def test_a_page_that_changes_while_it_is_read_is_read_again(tmp_path, monkeypatch):
    path = write(tmp_path, "a.md", "first\n")
    os.utime(path, ns=(0, 99))
    monkeypatch.setattr(os, "fstat", Changing(path, 3).fstat)

    file, data = read(tmp_path, File("a.md", 6, 99))

    assert data == b"first\nmore\nmore\nmore\n"
    assert (file.size, file.mtime) == (len(data), path.stat().st_mtime_ns)


def test_a_page_that_never_rests_is_a_finding(tmp_path, monkeypatch):
    path = write(tmp_path, "wiki/a.md", "first\n")
    write(tmp_path, "wiki/b.md", "x")
    opened, changing = os.open, Changing(path, 10**6)
    seen = set()

    def noted(name, *rest, **more):
        descriptor = opened(name, *rest, **more)
        (seen.add if str(name).endswith("a.md") else seen.discard)(descriptor)
        return descriptor

    true = os.fstat
    monkeypatch.setattr(os, "open", noted)
    monkeypatch.setattr(os, "fstat", lambda fd: changing.fstat(fd, true) if fd in seen else true(fd))
    done = ingest(tmp_path / "store", tmp_path / "wiki", Config(), dialect.load("newsroom"))

    assert done.added == ("b.md",)
    assert [f"{f.span}: {f.message}" for f in done.findings] == [
        "a.md: it changed each of the 5 times that it was read; it was left out"
    ]


def test_bytes_and_their_time_belong_together_whoever_writes_meanwhile(tmp_path):
    path = write(tmp_path, "a.md", b"0" * 4096)
    going = True

    def work():
        number = 0
        while going:
            number += 1
            path.write_bytes(b"%d" % (number % 10) * 4096)
            threading.Event().wait(0.03)

    writer = threading.Thread(target=work)
    writer.start()
    try:
        seen = {}
        for _ in range(60):
            try:
                file, data = read(tmp_path, File("a.md", 4096, 0))
            except UnreadError:
                continue
            assert seen.setdefault(file, data) == data
            assert len(set(data)) <= 1
    finally:
        going = False
        writer.join()


def test_a_page_that_goes_between_walk_and_read_is_as_if_it_had_never_been(tmp_path, monkeypatch):
    for path in ("a.md", "b.md"):
        write(tmp_path, f"wiki/{path}")
    walked = corpus.walk

    def then_gone(*rest):
        found = walked(*rest)
        (tmp_path / "wiki/b.md").unlink()
        return found

    monkeypatch.setattr(corpus, "walk", then_gone)
    done = ingest(tmp_path / "store", tmp_path / "wiki", Config(), dialect.load("newsroom"))

    assert (done.added, done.findings) == (("a.md",), ())


def test_a_page_that_goes_while_the_ingest_runs_is_not_there(tmp_path, monkeypatch):
    write(tmp_path, "wiki/a.md")
    ingest(tmp_path / "store", tmp_path / "wiki", Config(), dialect.load("newsroom"))
    write(tmp_path, "wiki/b.md")
    opened = os.open
    reads = []

    def second_is_gone(path, *rest, **more):
        if str(path).endswith("b.md"):
            reads.append(path)
            if len(reads) > 2:
                raise FileNotFoundError(2, "No such file or directory")
        return opened(path, *rest, **more)

    os.utime(tmp_path / "wiki/b.md", ns=(1, 1))
    reads.append("its first reading is one call, as it is old")
    monkeypatch.setattr(os, "open", second_is_gone)
    done = ingest(tmp_path / "store", tmp_path / "wiki", Config(), dialect.load("newsroom"))

    assert (done.added, done.generation.number) == ((), 1)


def test_a_page_that_changes_while_the_ingest_runs_is_mapped_as_it_was_last_and_known_as_that(tmp_path, monkeypatch):
    path = write(tmp_path, "wiki/a.md", "one\n")
    os.utime(path, ns=(1, 1))
    once = corpus.read
    calls = []

    def then_changed(root, file):
        answer = once(root, file)
        calls.append(file)
        if len(calls) == 1:
            path.write_text("two!\n")
            os.utime(path, ns=(2, 2))
        return answer

    monkeypatch.setattr(corpus, "read", then_changed)
    ingest(tmp_path / "store", tmp_path / "wiki", Config(), dialect.load("newsroom"))
    held = reading(tmp_path / "store").pages.hashes()
    again = ingest(tmp_path / "store", tmp_path / "wiki", Config(), dialect.load("newsroom"))

    assert held == {"a.md": hashlib.sha256(b"two!\n").hexdigest()}
    assert (again.mapped, again.generation.number) == (0, 1)


def test_a_configuration_that_several_wikis_share_is_no_link_to_be_told_of(tmp_path):
    (tmp_path / "wiki").mkdir()
    (tmp_path / "wiki/a.md").write_text("# A\n", encoding="utf-8")
    (tmp_path / "shared.toml").write_text("", encoding="utf-8")
    for name in ("kg.toml", "other.toml"):
        (tmp_path / "wiki" / name).symlink_to(tmp_path / "shared.toml")

    assert [one.span.path for one in walk(tmp_path / "wiki").findings] == ["other.toml"]
