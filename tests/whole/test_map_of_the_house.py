"""The pages for the next engineer: every file that they name is there, every room and every word is on them."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ARCHITECTURE = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
GLOSSARY = (ROOT / "docs/glossary.md").read_text(encoding="utf-8")
ROOMS = sorted(path.parent.name for path in (ROOT / "kg").glob("*/__init__.py"))
MODULE = re.compile(r"(?<![\w/])((?:kg/)?(?:%s)/\w+\.py)" % "|".join(ROOMS))  # noqa: UP031  # braces of the pattern
NAMED = re.compile(r"`((?:kg|tests|docs|shapes|queries|templates|dialects|ontology)/[\w./-]+\.\w+)`")
WORD = re.compile(r"^\*\*(.+?)\*\*(?: \(`nr:(\w+)`\))? — ", re.MULTILINE)


@pytest.mark.parametrize("page", ["docs/architecture.md", "CONTRIBUTING.md", "docs/releasing.md"])
def test_every_file_that_is_named_is_there(page):
    text = (ROOT / page).read_text(encoding="utf-8")
    modules = {path if path.startswith("kg/") else f"kg/{path}" for path in MODULE.findall(text)}
    missing = {path for path in modules | set(NAMED.findall(text)) if not (ROOT / path).exists()}

    # What a recipe makes is not there yet.
    assert {path for path in missing if "NAME" not in path and not path.endswith(MADE)} == set()


MADE = ("claims_dated.rq", "claims-dated.rq", "as_markdown.py", "cli/count.py", "mine.toml")


def test_every_room_has_its_paragraph():
    assert {room for room in ROOMS if not re.search(rf"(?m)(?:^|\. )\*\*{room}\*\* ", ARCHITECTURE)} == set()


def test_each_of_the_twelve_questions_is_answered_by_at_most_two_files():
    rows = ARCHITECTURE.partition("## Twelve questions")[2].split("\n\n")[1].split("\n")[2:]

    assert len(rows) == 12
    assert all(1 <= len(re.findall(r"\]\(\.\./", row)) <= 2 for row in rows)


def test_every_cache_of_the_store_is_on_the_page():
    kept = ARCHITECTURE.partition("## What is kept")[2].partition("## Where a process")[0]

    assert all(name in kept for name in ("seen", "verdicts-KEY", "inferred.json", "mapper", "functools.cache"))


def test_the_words_are_sorted_and_each_stands_once():
    words = [word.casefold() for word, _ in WORD.findall(GLOSSARY)]

    assert words == sorted(set(words))
    assert len(words) >= 40
    assert GLOSSARY.count("\n**") == len(words)


def test_a_word_for_a_class_is_a_class_of_the_ontology():
    ontology = (ROOT / "ontology/newsroom.ttl").read_text(encoding="utf-8")
    classes = set(re.findall(r"^nr:([A-Z]\w+) a owl:Class", ontology, re.MULTILINE))
    words = dict(WORD.findall(GLOSSARY))

    assert {name for name in words.values() if name} <= classes
    assert {word for word, name in words.items() if word.capitalize() in classes and not name} == set()


def test_the_changelog_has_the_release_of_the_version_and_nothing_stands_outside_its_sections():
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    version = re.search(r'__version__ = "(.+)"', (ROOT / "kg/__init__.py").read_text(encoding="utf-8"))[1]

    assert re.search(rf"^## \[{re.escape(version)}\] - \d{{4}}-\d\d-\d\d$", text, re.MULTILINE)
    for section in re.split(r"^### .*$", text, flags=re.MULTILINE)[1:]:
        assert "\n\n" not in section.partition("\n## ")[0].strip()
