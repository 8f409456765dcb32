"""What is told of a text's width without the tables of wcwidth is what they tell."""

from wcwidth import wcwidth

from kg.report import excerpt


def test_what_counts_as_narrow_takes_one_cell():
    narrow = [chr(one) for one in range(0x3000) if excerpt._narrow(chr(one))]

    assert {wcwidth(one) for one in narrow} == {1}
    assert {"a", "é", "—", "“", "…"} <= set(narrow)
    assert not {"\u00ad", "\u200b", "\u202e", "\n", "\u0301"} & set(narrow)
