"""Links: the forms they have, and the pages they mean."""

import pytest

from kg import links
from kg.links import Named
from kg.names import page_names

FILES = [
    "index.md",
    "concepts/OpenWeights.md",
    "entities/Meta.md",
    "notes/deep/Topic One.md",
    "a/same.md",
    "b/same.md",
    "é.md",
]


def wiki(paths=(), attachments=("img/logo.png",), titles=None):
    names = page_names([*FILES, *paths])
    titles = titles or {"entities/Meta.md": ("Meta Platforms", ("FB",))}
    return names, links.index([Named(name, *titles.get(path, ("", ()))) for path, name in names.items()], attachments)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("[[X]]", ("X", "", None, False)),
        ("[[X|A]]", ("X", "", "A", False)),
        ("[[X#H]]", ("X", "H", None, False)),
        ("[[X#H|A]]", ("X", "H", "A", False)),
        ("[[#H]]", ("", "H", None, False)),
        ("[[|x]]", ("", "", "x", False)),
        ("![[X]]", ("X", "", None, True)),
        ("[[dir/X.md]]", ("dir/X.md", "", None, False)),
        (r"[[X\|A]]", ("X", "", "A", False)),
        ("[[ X ]]", ("X", "", None, False)),
        ("[[a [b] c]]", ("a [b] c", "", None, False)),
    ],
)
def test_a_link_has_a_slug_an_anchor_and_an_alias(text, parts):
    [link] = links.find(text)

    assert (link.slug, link.anchor, link.alias, link.embed) == parts


@pytest.mark.parametrize("text", ["[[x.pdf]](sources/x.md)", "[[]", "[[a\nb]]", "[[a]", "[a](b)", "[[a [b]]"])
def test_what_only_looks_like_a_link_is_none(text):
    assert list(links.find(text)) == []


@pytest.mark.parametrize(
    ("slug", "via", "topic"),
    [
        ("concepts/OpenWeights", "path", "OpenWeights"),
        ("concepts/OpenWeights.md", "path", "OpenWeights"),
        ("../entities/Meta", "relpath", "Meta"),
        ("deep/Topic One", "path_suffix", "Topic One"),
        ("OpenWeights", "stem", "OpenWeights"),
        ("e\u0301", "path", "é"),
        ("openweights", "stem_icase", "OpenWeights"),
        ("meta platforms", "title_alias", "Meta"),
        ("FB", "title_alias", "Meta"),
        ("topic-one", "slug", "Topic One"),
        ("open-weights", "squash", "OpenWeights"),
        ("wrong/place/Meta", "wrong_path_stem", "Meta"),
        ("logo.png", "attachment", ""),
        ("Nobody", "broken", "Nobody"),
        ("", "empty", ""),
    ],
)
def test_a_slug_is_resolved_in_the_documented_order(slug, via, topic):
    names, index = wiki()

    answer = links.resolve(index, names["concepts/OpenWeights.md"], slug)

    assert (answer.via, answer.topic) == (via, topic)


def test_an_anchor_alone_means_the_page_itself():
    names, index = wiki()

    assert links.resolve(index, names["index.md"], "", anchored=True) == links.Answer("index", "self", ("index.md",))


def test_of_two_pages_with_one_name_the_one_in_the_same_folder_is_meant():
    names, index = wiki(["a/other.md"])

    near = links.resolve(index, names["a/other.md"], "same")
    far = links.resolve(index, names["index.md"], "same")

    assert (near.resolution, near.topic) == ("strict", "a/same")
    assert (far.resolution, far.topic, far.candidates) == ("ambiguous", "same", ("a/same.md", "b/same.md"))


def test_pages_with_one_stem_are_different_topics_and_twins_different_pages():
    names = page_names(["x.md", "a/x.md", "y.md", "y.MD", "z/e\u0301.md", "z/é.md"])

    assert names["x.md"].topic == "/x"
    assert names["a/x.md"].topic == "a/x"
    assert {names["y.md"].name, names["y.MD"].name} == {"y", "y~2"}
    assert len({name.name for name in names.values()}) == 6
    assert len({name.topic for name in names.values()}) == 6


def test_plain_text_shows_what_a_reader_sees():
    assert links.plain("[[A|one]] and [[B]] and [[x.pdf]](y.md)") == "one and B and [[x.pdf]](y.md)"


def test_a_pointer_to_the_evidence_stands_in_brackets():
    assert links.spoken("says x [[s#Key Quotes|quote]]") == "says x (quote)"
    assert links.spoken("says x [[s#Key Claims]]") == "says x (s#Key Claims)"
    assert links.spoken("[[s#a]]") == "s#a"
    assert links.spoken("of [[A]]") == "of A"
