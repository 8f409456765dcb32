"""Records are dataclasses to whoever uses them; what differs is when their methods are compiled."""

import ast
import copy
import dataclasses
import pickle
import subprocess
import sys
from dataclasses import FrozenInstanceError, field
from pathlib import Path

import pytest

import kg
from kg.model import records
from kg.model.finding import Edit, Finding, Level, Span

SPAN = Span("a.md", 3, 1)


def of_both(**options):
    """The same class as a record, and as a dataclass of the standard library."""

    def declared(make):
        class Row:
            name: str
            line: int = 7
            seen: list = field(default_factory=list, compare=False)
            mark: int = field(default=3, repr=False)

        return make(**options)(Row)

    return declared(records.dataclass), declared(dataclasses.dataclass)


@pytest.mark.parametrize("options", [
    {}, {"slots": True}, {"frozen": True}, {"frozen": True, "slots": True}, {"eq": False, "slots": True},
    {"frozen": True, "slots": True, "order": True},
], ids=str)  # fmt: skip
def test_a_record_says_compares_orders_and_hashes_as_a_dataclass_does(options):
    def told(row):
        one, same, other = row("b"), row("b", 7, ["x"]), row(name="a", line=9, mark=5)
        pairs = [(one, same), (one, other), (other, one), (one, "b")]
        signs = "__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__"
        compared = [
            getattr(left, sign)(right) if hasattr(row, sign) else None
            for sign in signs for left, right in pairs
        ]  # fmt: skip
        hashed = None if row.__hash__ is None else [hash(one) == hash(same), len({one, same, other})]
        return compared, hashed, repr([one, same, other]), row.__match_args__, one.seen is not row("b").seen

    ours, theirs = of_both(**options)

    assert told(ours) == told(theirs)
    assert [(one.name, one.default) for one in dataclasses.fields(ours)] == [
        (one.name, one.default) for one in dataclasses.fields(theirs)
    ]


@pytest.mark.parametrize("values", [(), ("a", 1, [], 2, 3)], ids=["too few", "too many"])
def test_a_record_takes_the_values_of_its_fields_and_no_others(values):
    ours, _ = of_both(frozen=True, slots=True)

    with pytest.raises(TypeError, match="positional argument"):
        ours(*values)
    with pytest.raises(TypeError, match="unexpected keyword argument 'nme'"):
        ours("a", nme="b")


def test_a_frozen_record_stays_as_it_is():
    with pytest.raises(FrozenInstanceError, match="cannot assign to field 'line'"):
        SPAN.line = 4
    with pytest.raises(FrozenInstanceError, match="cannot delete field 'line'"):
        del SPAN.line
    with pytest.raises((FrozenInstanceError, AttributeError)):
        SPAN.colour = "red"

    assert dataclasses.replace(SPAN, line=4) == Span("a.md", 4, 1)
    assert dataclasses.astuple(SPAN) == ("a.md", 3, 1, 0, 0)


def test_a_record_may_be_copied_and_sent_to_another_process():
    one = Finding(SPAN, "claim-dated", "no date", Level.WARNING, edits=(Edit(SPAN, "x"),))

    assert pickle.loads(pickle.dumps(one)) == copy.deepcopy(one) == copy.copy(one) == one  # noqa: S301  # our own


def test_what_a_class_says_of_itself_stays():
    assert str(SPAN) == "a.md:3:1"
    assert Span.__doc__.startswith("A place in a document")
    assert Span.__slots__ == ("path", "line", "column", "end_line", "end_column")
    assert Span.__init__.__qualname__ == "Span.__init__"


def test_loading_a_module_compiles_no_method_of_its_records():
    code = (
        "import builtins, kg.model.page\nmade = []\nkept = builtins.exec\n"
        "builtins.exec = lambda text, *rest: ([made.append(text)] if isinstance(text, str) else [], kept(text, *rest))[1]\n"
        "from kg.model.finding import Span\nfirst = len(made)\nSpan('a.md'), Span('b.md')\nprint(first, len(made))"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == "0 1\n"


def test_every_record_of_the_program_is_one_of_these():
    files = [path for path in Path(kg.__file__).parent.rglob("*.py") if path != Path(records.__file__)]
    nodes = [(path, node) for path in files for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))]
    standard = [
        str(path) for path, node in nodes
        if isinstance(node, ast.ImportFrom) and node.module == "dataclasses"
        and "dataclass" in {alias.name for alias in node.names}
    ]  # fmt: skip

    assert standard == []
