"""The dialects of stores: every kind that kg.toml may name has one, and a fault in one is named."""

import pytest

from kg.model.kg_error import KgError
from kg.remote_check import dialect
from kg.settings import endpoint_settings

WHOLE = {"rows": 0, "characters": 9, "terms": 1}


def test_every_server_that_kg_toml_may_name_has_a_dialect():
    assert set(dialect.kinds()) == set(endpoint_settings.SERVERS)
    assert {dialect.read(kind).kind for kind in dialect.kinds()} == set(endpoint_settings.SERVERS)


def test_a_kind_that_nobody_declared_is_refused():
    with pytest.raises(KgError, match="'unheard' is no kind of store; write one of oxigraph, standard, virtuoso"):
        dialect.read("unheard")


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (
            WHOLE | {"row": 3},
            "x.toml: unknown key 'row'; write one of rows, characters, terms, about, lacks, lacks_inside",
        ),
        (WHOLE | {"terms": 0}, "x.toml: terms = 0: expected a whole number above 0"),
        (WHOLE | {"rows": "many"}, "x.toml: rows = 'many': expected a whole number above 0"),
        ({"rows": 0, "terms": 1}, "x.toml: characters is missing; write characters = a whole number"),
    ],
)
def test_a_fault_of_a_dialect_is_named_with_its_key(table, said):
    with pytest.raises(KgError) as error:
        dialect.made("x", table)

    assert str(error.value) == f"dialects/endpoints/{said}"
