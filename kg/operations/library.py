"""What `kg.read_page`, `kg.check_wiki` and `kg.ask_wiki` do: one call, plain values back, nothing left open."""

import re
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, QueryBoolean, QuerySolutions, Store, Triple

from kg.ask import own_queries, query
from kg.ask.scope import Scope
from kg.files import walk
from kg.ingest import ingest
from kg.model.finding import Finding, KgError
from kg.model.page import Page
from kg.model.records import dataclass
from kg.operations import block_findings, choose_dialect, network_facts
from kg.operations.check_wiki import Options, check_wiki
from kg.parse.parse_page import parse
from kg.rdf import engine_errors, names, sparql_text
from kg.settings import dialect, kg_toml
from kg.settings.dialect import Dialect
from kg.settings.kg_toml import Config
from kg.store import generations
from kg.store.generations import Generation
from kg.store.reading import reading

Value = str | int | float | bool | None
Row = dict[str, Value]
_READ: Mapping[str, Callable[[str], Value]] = {
    names.expand("xsd:integer"): int,
    names.expand("xsd:decimal"): float,
    names.expand("xsd:double"): float,
    names.expand("xsd:boolean"): lambda text: text in ("true", "1"),
}


@dataclass(frozen=True, slots=True)
class _Opened:
    """A wiki that was brought up to date: its settings, the store and the generation to read."""

    config: Config
    folder: Path
    generation: Generation


def read(page: str | Path | bytes, speech: str) -> tuple[Page, tuple[Finding, ...]]:
    """Return the record of a page and what was found; see `kg.read_page`."""
    data, path = (page, "page.md") if isinstance(page, bytes) else (Path(page).read_bytes(), Path(page).name)
    record, findings = parse(data, path, dialect.load(speech))
    return record, tuple(findings)


def check(wiki: Path, store: Path | None, profile: str | None) -> tuple[Finding, ...]:
    """Return the findings of a wiki; see `kg.check_wiki`."""
    with _opened(wiki, store) as opened:
        config = replace(opened.config, baseline=None)
        now = reading(opened.folder)
        return check_wiki(now, config, Options(profile=profile), block_findings.of(now, config)).report.findings


def ask(wiki: Path, question: str, store: Path | None, parameters: Mapping[str, str | int]) -> tuple[Row, ...]:
    """Return the rows that answer a query; see `kg.ask_wiki`."""
    text = "{" in question
    own = None if text else kg_toml.load(kg_toml.find(None, wiki)).queries
    about = sparql_text.describe("your query", question) if text else own_queries.find(question, own)
    limited = not text and "limit" in parameters and all(one.name != "limit" for one in about.parameters)
    most = _most(parameters["limit"]) if limited else None
    with _opened(wiki, store) as opened:
        generation = reading(opened.folder)
        values = {
            name.replace("_", "-") if not text else name: str(value)
            for name, value in parameters.items()
            if not (limited and name == "limit")
        }
        terms = query.values(about, values, query.Vocabulary(generation.base, generation.pages), generation.quads)
        scope = Scope(generation.base, {**names.PREFIXES, **opened.config.prefixes})
        return _rows(network_facts.asked(generation, about.text), about.text, terms, scope)[:most]


def _most(limit: str | int) -> int:
    if not re.fullmatch("[0-9]{1,9}", str(limit)):
        raise KgError(f"limit: expected a whole number, found '{limit}'")
    return int(limit)


@contextmanager
def _opened(wiki: Path, store: Path | None) -> Iterator[_Opened]:
    """Lend a wiki, ingested into a store, or into one that is gone afterwards."""
    config = kg_toml.load(kg_toml.find(None, wiki))
    root = config.wiki or wiki
    with tempfile.TemporaryDirectory(prefix="kg-") as temporary:
        folder = store or Path(temporary) / "store"
        try:
            speech = _speech(config, root, folder)
            # One process: a script that calls this need not hide its first lines from processes that it starts.
            ingest.ingest(folder, root, config, speech, how=ingest.How(jobs=1))
            yield _Opened(config, folder, generations.require(folder))
        finally:
            generations.release(folder)


def _speech(config: Config, root: Path, folder: Path) -> Dialect:
    """Return the dialect that is named, else the store's, else the one that fits."""
    generation = generations.current(folder, writing=True)
    stored = generations.read_manifest(folder, generation).dialect if generation else ""
    corpus = partial(walk.walk, root, config.exclude, config.max_page_bytes)
    return choose_dialect.choose(config, stored, corpus).dialect


def _rows(quads: Store, text: str, terms: Mapping[str, Any], scope: Scope) -> tuple[Row, ...]:
    with engine_errors.told("the query"):
        return _answered(quads, text, terms, scope)


def _answered(quads: Store, text: str, terms: Mapping[str, Any], scope: Scope) -> tuple[Row, ...]:
    answer = query.run(quads, text, terms, None, scope)
    if isinstance(answer, QueryBoolean):
        return ({"answer": bool(answer)},)
    if isinstance(answer, QuerySolutions):
        heads = [variable.value for variable in answer.variables]
        return tuple({head: _value(row[head]) for head in heads} for row in answer)
    rows: tuple[Row, ...] = tuple(
        {"subject": _value(one.subject), "predicate": _value(one.predicate), "object": _value(one.object)}
        for one in answer
    )
    return rows


def _value(term: NamedNode | BlankNode | Literal | Triple | None) -> Value:
    if term is None or isinstance(term, Triple):
        return None if term is None else str(term)
    if not isinstance(term, Literal) or term.datatype.value not in _READ:
        return term.value
    try:
        value: Value = _READ[term.datatype.value](term.value)
    except ValueError:
        return term.value
    return value
