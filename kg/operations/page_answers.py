"""Answers for pages: queries of the library, of the user's own folder, or of a page kind, each asked once."""

from collections.abc import Callable, Mapping
from dataclasses import field
from pathlib import Path

from pyoxigraph import QuerySolutions

from kg.answer_pages import rows
from kg.answer_pages.rows import Rows, Wiki
from kg.ask import answer_formats, engine_text, labels, own_queries, query
from kg.ask.scope import Scope
from kg.model.kg_error import KgError
from kg.model.records import dataclass
from kg.network import terms as network_terms
from kg.operations import network_facts
from kg.rdf import engine_errors, names, sparql_text
from kg.rdf.expression_failures import Failures
from kg.rdf.sparql_text import Query
from kg.search import matches
from kg.settings.kg_toml import Config
from kg.store.reading import Reading


@dataclass(slots=True)
class Answers:
    """What gives the rows of a query, and asks each question once; `own` is the folder of the user's own queries."""

    reading: Reading
    own: Path | None
    prefixes: Mapping[str, str]
    _kept: dict[tuple[str, tuple[tuple[str, str], ...]], Rows] = field(default_factory=dict)

    def named(self, name: str, parameters: Mapping[str, str]) -> Rows:
        """Return the rows of a query by its name; raise KgError for none, and for a parameter that is wrong."""
        return self._once(name, parameters, lambda: own_queries.find(name, self.own))

    def of(self, question: Query) -> Rows:
        """Return the rows of a query that is at hand."""
        return self._once(question.text, {}, lambda: question)

    def _once(self, key: str, parameters: Mapping[str, str], question: Callable[[], Query]) -> Rows:
        whole = key, tuple(sorted(parameters.items()))
        if whole not in self._kept:
            self._kept[whole] = self._asked(question(), parameters)
        return self._kept[whole]

    def _asked(self, question: Query, parameters: Mapping[str, str]) -> Rows:
        read, scope = self.reading, Scope(self.reading.base, {**names.PREFIXES, **self.prefixes})
        bound = query.values(question, parameters, query.Vocabulary(read.base, read.pages), read.quads)
        asks_network = network_terms.asks(sparql_text.tokens(question.text), read.base)
        store = network_facts.asked(read, question.text) if asks_network else read.quads
        found = matches.of(read, question.text) if "matches" in question.text else str
        with engine_errors.told("the query"):
            asked = engine_text.for_engine(store, question.text, bound, Failures(), scope, found)
            answer = query.answered(store, asked, scope)
            if not isinstance(answer, QuerySolutions):
                raise KgError(f"query '{question.name}' gives no rows; a page shows those of a SELECT")
            return rows.of(answer, in_order=_is_ordered(question))


def _is_ordered(question: Query) -> bool:
    return any(kind == "word" and word.upper() == "ORDER" for kind, word in sparql_text.tokens(question.text))


def of(reading: Reading, config: Config) -> Answers:
    """Return what gives the answers of a generation."""
    return Answers(reading, config.queries, config.prefixes)


def wiki(reading: Reading) -> Wiki:
    """Return how the terms of a generation are shown on its pages."""
    shown = answer_formats.Shown(reading.base, label=labels.reader(reading.quads, reading.base))
    return rows.wiki({path: entry.topic for path, entry in reading.pages.items()}, shown)
