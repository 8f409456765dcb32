"""Encoding: bytes that are not UTF-8 are named, odd characters are found once, and every byte comes back."""

import random
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.pages import stored

from kg.files import encoding
from kg.files.text import decode
from kg.parse.parse_page import parse
from kg.write import render

FRONT = "---\ntitle: X\ntype: source\n---\n\n## Summary\n"
TEXTS = {
    "cp1252": "Der Vorstand sagte, „die Lizenz“ sei fällig – für alle Größen.",
    "cp1251": "Открытая лицензия — это договор, который позволяет всем изменять код.",
    "koi8-r": "Открытая лицензия это договор, который позволяет всем изменять код.",
    "iso-8859-2": "Příliš žluťoučký kůň úpěl ďábelské ódy. Zażółć gęślą jaźń",
    "gb18030": "开放源代码许可证允许任何人修改和分发软件。",
    "big5": "開放原始碼授權允許任何人修改與散布軟體。",
    "shift-jis": "オープンソースのライセンスは、誰でもソフトウェアを変更できます。",
    "euc-jp": "オープンソースのライセンスは、誰でもソフトウェアを変更できます。",
    "euc-kr": "오픈 소스 라이선스는 누구나 소프트웨어를 수정할 수 있게 한다.",
}


def found(data, newsroom):
    _, findings = parse(data, "sources/p.md", newsroom)
    return [(f.span.line, f.span.column, f.rule) for f in findings]


def said(data):
    return " ".join(finding.message for finding in encoding.findings("p.md", data, decode(data)))


def comes_back(data):
    store = stored({"sources/p.md": data})
    return [render.render(store, page) for page in render.pages(store)] == [data]


@pytest.mark.parametrize("name", TEXTS)
def test_a_legacy_encoding_is_named_at_its_first_byte(name, newsroom):
    data = (FRONT + "Plain words.\n  " + TEXTS[name] + "\n").encode(name)
    before = len(data.decode("latin-1").split("\n")[7]) - len(
        data.decode("latin-1").split("\n")[7].lstrip("\x00-\x7f ")
    )
    column = next(i for i, byte in enumerate(data.split(b"\n")[7], 1) if byte > 0x7F)

    assert before == 2
    assert found(data, newsroom) == [(8, column, "encoding")]
    assert f"probably {name.replace('shift-jis', 'cp932')};" in said(data).replace("shift-jis", "cp932")
    assert comes_back(data)


@pytest.mark.parametrize("order", ["le", "be"])
@pytest.mark.parametrize("width", ["16", "32"])
@pytest.mark.parametrize("marked", [True, False], ids=["mark", "no mark"])
def test_utf_16_and_utf_32_are_told_as_such(order, width, marked, newsroom):
    codec = f"utf-{width}-{order}"
    name = f"UTF-{width} {'little' if order == 'le' else 'big'}-endian"
    for text in (FRONT + "Plain.\n", FRONT + TEXTS["gb18030"] + "\n", FRONT + TEXTS["cp1251"] + " 😀\n"):
        data = (("\ufeff" if marked else "") + text).encode(codec)

        assert [rule for _, _, rule in found(data, newsroom)].count("encoding") == 1
        assert name in said(data)
        assert comes_back(data)


def test_utf_16_without_a_mark_is_placed_at_its_first_nul(newsroom):
    assert found("Plain words.\n".encode("utf-16-le"), newsroom) == [(1, 2, "encoding")]


def test_utf_16_with_a_mark_is_placed_at_its_mark(newsroom):
    assert found("\ufeffPlain words.\n".encode("utf-16-le"), newsroom)[0] == (1, 1, "encoding")


@pytest.mark.parametrize(
    "data", [b"a\x00b", b"text with one \x00 in it, of an even length", b"\x00", b"\x00\x00\x00\x00"]
)
def test_a_few_nul_bytes_are_no_utf_16(data, newsroom):
    assert [rule for _, _, rule in found(data, newsroom)] == ["character-control"]
    assert comes_back(data)


def test_a_damaged_byte_in_utf_8_is_no_other_encoding():
    data = (TEXTS["cp1251"] + "\n" + TEXTS["gb18030"]).encode() + b"\xff\n"

    assert "(byte 0xFF), in a page that is UTF-8 but for 1 place;" in said(data)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\n b\x00c\x00d\x1b\n", (2, 3, "character-control")),
        ("a\n\nb \ufffd\n", (3, 3, "character-replacement")),
        ("a\u2028b\n", (1, 2, "character-line")),
        ("a\n\x0c\nb\x85", (2, 1, "character-line")),
        ("a\n[[b\u200b]]\n", (2, 4, "character-invisible")),
        ("## S\n\ufeff- x\n", (2, 1, "character-invisible")),
        ("a \u202eb\n", (1, 3, "character-invisible")),
        ("a\nbc\r\nd\n", (2, 3, "line-ends")),
        ("a\r\nb\rc\r\n", (2, 2, "line-ends")),
    ],
)
def test_a_character_that_is_there_by_mistake_is_found_once_at_its_place(text, expected, newsroom):
    assert found(text.encode(), newsroom) == [expected]
    assert comes_back(text.encode())


def test_the_count_of_the_others_is_said():
    assert said(b"a\x00\n\x01 \x00.").startswith("U+0000 is a control character")
    assert said(b"a\x00\n\x01 \x00.").endswith("2 more on this page")
    assert said(b"a\r\n" * 3 + b"b\nc\nd\r\n").startswith(
        "2 lines end otherwise than the page's others (CRLF), this one in LF"
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "\ufeffa\n",
        "a\r\nb\r\n",
        "a\rb\r",
        "tab\there\n",
        "a\u00a0b",
        "👩\u200d💻 می\u200cخواهم",
        "é e\u0301 한 한",
    ],
    ids=["empty", "unended", "mark", "CRLF", "CR", "tab", "no-break", "joiners", "forms"],
)
def test_what_is_no_mistake_is_no_finding(text, newsroom):
    assert found(text.encode(), newsroom) == []
    assert comes_back(text.encode())


def test_a_byte_order_mark_before_latin_1_is_kept_and_counts_as_three_characters(newsroom):
    data = b"\xef\xbb\xbfa \xe9\n"

    assert found(data, newsroom) == [(1, 6, "encoding")]
    assert comes_back(data)


@given(st.one_of(st.binary(max_size=300), st.sampled_from(sorted(TEXTS)).map(lambda name: TEXTS[name].encode(name))))
def test_what_is_said_of_any_bytes_is_said_twice_alike_and_on_a_place_of_the_page(data):
    text = decode(data)
    findings = encoding.findings("p.md", data, text)

    assert findings == encoding.findings("p.md", bytes(bytearray(data)), decode(data))
    assert len({finding.rule for finding in findings}) == len(findings)
    for finding in findings:
        assert 1 <= finding.span.line <= len(text.lines)
        assert 1 <= finding.span.column <= len(text.lines[finding.span.line - 1].text) + 1


def test_a_page_in_utf_8_loads_no_detector():
    code = (
        "import sys\nfrom kg.settings import dialect\nfrom kg.parse.parse_page import parse\n"
        "parse('é'.encode(), 'p.md', dialect.load('newsroom'))\nprint('charset_normalizer' in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"


def test_the_guess_on_a_large_page_looks_at_a_part_of_it():
    chance = random.Random(1)  # noqa: S311  # reproducible noise, no secret
    data = (TEXTS["cp1251"] + "\n").encode("cp1251") * 50_000 + bytes(chance.randrange(256) for _ in range(1000))

    assert encoding.likely(data) == "cp1251"
