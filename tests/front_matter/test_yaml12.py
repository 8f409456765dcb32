"""Plain scalars: what they are in YAML 1.2, and what tools of YAML 1.1 make of them."""

import math
import re

import pytest
import yaml as pyyaml
from hypothesis import assume, given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, Store
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from kg.front_matter import yaml12
from kg.rdf import names

TABLE = [
    # written       1.2          its literal   what YAML 1.1 reads where it differs
    ("NO",          "string",    None,         "false"),
    ("no",          "string",    None,         "false"),
    ("yes",         "string",    None,         "true"),
    ("On",          "string",    None,         "true"),
    ("off",         "string",    None,         "false"),
    ("nO",          "string",    None,         ""),
    ("y",           "string",    None,         ""),
    ("true",        "boolean",   "true",       ""),
    ("True",        "boolean",   "true",       ""),
    ("FALSE",       "boolean",   "false",      ""),
    ("tRUE",        "string",    None,         ""),
    ("~",           "null",      None,         ""),
    ("null",        "null",      None,         ""),
    ("",            "null",      None,         ""),
    ("nil",         "string",    None,         ""),
    ("12",          "integer",   "12",         ""),
    ("-0",          "integer",   "0",          ""),
    ("+7",          "integer",   "7",          ""),
    ("012",         "integer",   "12",         "10"),
    ("0",           "integer",   "0",          ""),
    ("00",          "integer",   "0",          "0"),
    ("09",          "integer",   "9",          ""),
    ("0o17",        "integer",   "15",         "the text 0o17"),
    ("0x1F",        "integer",   "31",         ""),
    ("0b11",        "string",    None,         "3"),
    ("1_000",       "string",    None,         "1000"),
    ("1:30",        "string",    None,         "90"),
    ("1:30:00",     "string",    None,         "5400"),
    ("1:61",        "string",    None,         ""),
    ("1:30.5",      "string",    None,         "90.5"),
    ("1" * 30,      "integer",   None,         ""),
    ("1.50",        "decimal",   "1.5",        ""),
    ("-.5",         "decimal",   "-0.5",       ""),
    ("1.",          "decimal",   "1",          ""),
    ("100.00",      "decimal",   "100",        ""),
    ("-0.0",        "decimal",   "0",          ""),
    (".",           "string",    None,         ""),
    ("1e3",         "double",    "1000",       ""),
    ("-1.5E-2",     "double",    "-0.015",     ""),
    ("1e999",       "double",    "INF",        ""),
    (".inf",        "double",    "INF",        ""),
    ("-.INF",       "double",    "-INF",       ""),
    (".NaN",        "double",    "NaN",        ""),
    ("+.nan",       "string",    None,         ""),
    ("2026-01-02",  "string",    None,         ""),
    ("2026-01",     "string",    None,         ""),
    ("1.2.3",       "string",    None,         ""),
    ("12 34",       "string",    None,         ""),
    ("١٢",          "string",    None,         ""),
    ("text",        "string",    None,         ""),
]  # fmt: skip


@pytest.mark.parametrize(("written", "datatype", "literal", "old"), TABLE)
def test_a_plain_scalar_is_what_the_core_schema_says(written, datatype, literal, old):
    found = yaml12.literal(written)

    assert yaml12.datatype(written) == datatype
    assert found == (None if literal is None else (literal, datatype))
    assert yaml12.yaml11(written) == old


numbers = st.one_of(
    st.sampled_from([row[0] for row in TABLE]),
    st.text("0123456789+-._:eExoabfnN~ ", min_size=1, max_size=8),
    st.integers().map(str),
    st.floats().map(repr),
)


@given(numbers)
def test_a_literal_is_kept_by_the_store_as_it_is_written(written):
    found = yaml12.literal(written)
    assume(found)
    store, name = Store(), NamedNode("https://wiki.example/")
    store.add(Quad(name, name, Literal(found[0], datatype=NamedNode(names.PREFIXES["xsd"] + found[1]))))

    assert [quad.object.value for quad in store] == [found[0]]


def loaded(written):
    """Return what ruamel.yaml reads, or None where it reads no text of one plain scalar."""
    try:
        return YAML(typ="safe", pure=True).load(f"- {written}\n")[0]
    except (YAMLError, ValueError, OverflowError, TypeError):
        return None


# What ruamel.yaml takes beyond the core schema of YAML 1.2: underscores, binary numbers, and YAML 1.1's timestamps.
BEYOND = re.compile(r".*_.*|[-+]?0b.*|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}.*|[-+]0[xo].*")
TYPES = {"boolean": bool, "integer": int, "decimal": float, "double": float, "string": str, "null": type(None)}


@given(numbers)
def test_ruamel_reads_the_same(written):
    assume(written == written.strip() and not BEYOND.fullmatch(written))
    assume(not re.search(r"^[-?:](?:\s|$)|[:](?:\s|$)", written) and written != "~")
    other = loaded(written)
    assume(other is not None or yaml12.datatype(written) == "null")

    assert type(other) is TYPES[yaml12.datatype(written)]
    found = yaml12.literal(written)
    if found and found[1] != "boolean":
        ours = float(found[0].replace("INF", "inf").replace("NaN", "nan"))
        assert ours == float(other) or (math.isnan(ours) and math.isnan(other))


old_numbers = st.one_of(
    st.sampled_from([row[0] for row in TABLE if row[3]]),
    st.from_regex(r"[-+]?0[0-7_]{1,6}|[1-9]_[0-9_]{1,5}|0b[01_]{1,5}|[1-9]{1,2}(:[0-5][0-9]){1,3}", fullmatch=True),
)


@given(old_numbers)
def test_where_a_tool_of_yaml_1_1_is_said_to_differ_it_does(written):
    said = yaml12.yaml11(written)
    assume(said)
    read = pyyaml.safe_load(f"- {written}\n")[0]

    if said.startswith("the text"):
        assert read == written
    else:
        assert str(read).casefold().removesuffix(".0") == said or float(read) == float(said)
