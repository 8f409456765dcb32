"""Ignore rules: held against Git itself, and a finding for every line that can fit nothing."""

import os
import shutil
import subprocess
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.files import ignore_rules, walk

PIECES = ["a", "b", "ab", "/", "/", "*", "**", "**/", "/**", "?", "[ab]", "[!a]", "[^b]", "[a-b]", "[]-]", "[[:alpha:]]", "[[:x:]]",
          "[", "]", "\\", "!", "#", " ", ".", "é", "-", "a*", "*.md", "b/", "\t", "\r"]  # fmt: skip
NAMES = ["a", "b", "ab", "ba", "c", "a.md", "b.md", "é", "a b", " ", "#a", "!b", "[", "a]", "\\b", "-", "\t"]
lines = st.tuples(st.sampled_from(["", "", "", "!"]), st.lists(st.sampled_from(PIECES), min_size=1, max_size=5)).map(
    lambda parts: parts[0] + "".join(parts[1])
)
# Git takes `**\/` for something that is neither `**/` nor `*/`; here it is a finding.
rules = st.lists(lines.filter(lambda line: "**\\/" not in line), min_size=1, max_size=4).map("\n".join)
paths = st.lists(st.sampled_from(NAMES), min_size=1, max_size=4)


@pytest.fixture(scope="module")
def asked_git(tmp_path_factory):
    root = tmp_path_factory.mktemp("repository")
    subprocess.run(["git", "init", "-q", root], check=True)
    return root


def emptied(root):
    for entry in root.iterdir():
        if entry.name != ".git":
            (shutil.rmtree if entry.is_dir() else os.unlink)(entry)


def filled(root, files, ignored):
    """Write files, as far as none is a folder of another, and ignore files into some of their folders."""
    for parts in [("z.md",), *files]:
        target = root.joinpath(*parts)
        if not any(parent.is_file() for parent in target.parents) and not target.is_dir():
            target.parent.mkdir(parents=True, exist_ok=True)
            target.touch()
    for parts, text in ignored:
        folder = root.joinpath(*parts)
        if folder.is_dir():
            (folder / ".gitignore").write_bytes(text.encode())


@given(st.lists(paths, max_size=12), rules, st.lists(st.tuples(paths, rules), max_size=2))
def test_what_is_left_out_is_what_git_leaves_out(asked_git, files, top, deeper):
    emptied(asked_git)
    filled(asked_git, files, [((), top), *deeper])
    said = subprocess.run(
        ["git", "ls-files", "-z", "--others", "--exclude-per-directory=.gitignore"],
        cwd=asked_git, capture_output=True, check=True,
    ).stdout  # fmt: skip

    met = walk._walked(asked_git, (), None, (".gitignore",))

    kept = {file.path for file in [*met.pages, *met.others]}
    assert kept == {path for path in said.decode().split("\0") if path and "/." not in f"/{path}"}


def test_the_rules_that_people_write():
    written = (
        "# drafts\n*.tmp.md\n!keep.tmp.md\n/top.md\nraw/\nold/**/x.md\nnotes/*/y.md\n\\#hash.md\nend.md  \nblank\\ \n"
    )
    read, findings = ignore_rules.read(".gitignore", written.encode())

    def out(path, *, folder=False):
        rule = ignore_rules.deciding(read, path.encode(), folder=folder)
        return rule is not None and not rule.keeps

    assert findings == []
    assert [path for path in (
        "a/b.tmp.md", "keep.tmp.md", "top.md", "a/top.md", "raw", "old/x.md", "old/a/b/x.md", "notes/a/y.md", "notes/a/b/y.md",
        "#hash.md", "end.md", "blank ", "blank",
    ) if out(path)] == ["a/b.tmp.md", "top.md", "old/x.md", "old/a/b/x.md", "notes/a/y.md", "#hash.md", "end.md", "blank "]  # fmt: skip
    assert out("a/raw", folder=True)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("[abc", "the '[' is not closed"),
        ("a[!", "the '[' is not closed"),
        ("a\\", "nothing follows the last '\\'"),
        ("[[:letter:]]", "there is no '[:letter:]'"),
        ("!", "it names nothing"),
        ("/", "it names nothing"),
        ("**\\/a", "write '/' for '\\/'"),
    ],
)
def test_a_line_that_can_fit_nothing_is_a_finding_at_its_place(line, words):
    read, [finding] = ignore_rules.read("notes/.gitignore", f"ok\n\n{line}\n".encode())

    assert [rule.written for rule in read] == ["ok"]
    assert (str(finding.span), finding.rule) == ("notes/.gitignore:3:1", "ignore-pattern")
    assert f"'{line}' can fit no file: {words}" in finding.message


@given(st.binary(max_size=80))
def test_any_bytes_are_rules_or_findings(data):
    read, findings = ignore_rules.read(".gitignore", data)
    for rule in read:
        rule.fits(b"a/b", b"b", folder=False)

    assert len(read) + len(findings) <= data.count(b"\n") + 1


@pytest.mark.parametrize(
    "pattern", ["*a" * 40 + "b", "**/a" * 40 + "/b", "*/" * 40 + "b", "a*b?" * 40 + "c", "x/" + "*a" * 40]
)
def test_no_pattern_takes_a_time_that_grows_with_its_stars(pattern):
    [rule], _ = ignore_rules.read(".gitignore", pattern.encode())
    start = time.process_time()
    for path in (b"a" * 250, b"a/" * 120 + b"a", b"ab" * 125, b"aa/" * 80, b"abab" * 60):
        rule.fits(path, path.rpartition(b"/")[2], folder=False)

    assert time.process_time() - start < 2  # seconds; with plain stars it is years
