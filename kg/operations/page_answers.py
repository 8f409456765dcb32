"""Answers for pages: queries of the library, of the user's own folder, or of a page kind, each asked once."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import field, replace

from pyoxigraph import QuerySolutions

from kg.answer_pages import rows
from kg.answer_pages.page_kinds import Kind
from kg.answer_pages.rows import Loose, Rows, Wiki
from kg.ask import answer_formats, engine_text, labels, own_queries, query, row_order
from kg.ask.scope import Scope
from kg.model.kg_error import KgError
from kg.model.records import dataclass
from kg.network import terms as network_terms
from kg.operations import network_facts, unchanged_kinds
from kg.operations.kept_rows import News
from kg.rdf import engine_errors, names, sparql_text
from kg.rdf.expression_failures import Failures
from kg.rdf.sparql_text import Query
from kg.search import matches
from kg.settings.kg_toml import Config
from kg.store.reading import Reading

# The column of the graph that a row comes from.
GRAPH = "comesFrom"


@dataclass(slots=True)
class Answers:
    """
    What gives the rows of a query of a generation, as kg.toml has the user's own, and asks each question once.

    What was asked `before`, of an earlier generation, is not asked again where nothing changed that the query reads.
    `news` is what is to be kept of the rows of page kinds, once their pages are written.
    """

    reading: Reading
    config: Config
    before: "Answers | None" = None
    kept: dict[tuple[str, tuple[tuple[str, str], ...]], Rows] = field(default_factory=dict)
    news: dict[str, News] = field(default_factory=dict)
    _wiki: Wiki | None = None

    @property
    def wiki(self) -> Wiki:
        """How the terms of the generation are shown on its pages."""
        if self._wiki is None:
            self._wiki = _wiki(self.reading)
        return self._wiki

    def named(self, name: str, parameters: Mapping[str, str]) -> Rows:
        """Return the rows of a query by its name; raise KgError for none, and for a parameter that is wrong."""
        return self._once(name, parameters, lambda: own_queries.find(name, self.config.queries))

    def of(self, question: Query) -> Rows:
        """Return the rows of a query that is at hand."""
        return self._once(question.text, {}, lambda: question)

    def _once(self, key: str, parameters: Mapping[str, str], question: Callable[[], Query]) -> Rows:
        whole = key, tuple(sorted(parameters.items()))
        if whole not in self.kept:
            asked = question()
            rows_before = self._rows_before(whole, asked)
            self.kept[whole] = self._asked(asked, parameters) if rows_before is None else rows_before
        return self.kept[whole]

    def _rows_before(self, key: tuple[str, tuple[tuple[str, str], ...]], question: Query) -> Rows | None:
        """Return the rows of an earlier generation where they are those of this one, too."""
        if self.before is None or key not in self.before.kept:
            return None
        if not unchanged_kinds.names_what_it_reads(question, self.reading.base):
            return None
        delta = unchanged_kinds.delta_since(self.reading, self.before.reading.generation.number)
        touched = delta is None or unchanged_kinds.touches(self.reading, delta, question)
        return None if touched else self.before.kept[key]

    def _asked(self, question: Query, parameters: Mapping[str, str]) -> Rows:
        """Return the rows of a query; they are put in order here, where the engine would look up every text again."""
        found = self.loose(question, parameters)
        if found is not None and (in_order := rows.ordered(found)) is not None:
            return in_order
        answer = self._answered(question, parameters)
        with engine_errors.told("the query"):
            return rows.of(answer, in_order=_is_ordered(question))

    def of_kind(self, kind: Kind) -> tuple[Rows, Loose | None]:
        """Return the rows of a kind, and where each comes from one graph the same with it in the column GRAPH."""
        whole = kind.question.text, ()
        if (
            not kind.parts
            or whole in self.kept
            or not unchanged_kinds.names_what_it_reads(kind.question, self.reading.base)
        ):
            return self.of(kind.question), None
        found = self.loose(kind.question, {}, {GRAPH: kind.parts})
        if found is None or (in_order := rows.ordered(found)) is None:
            return self.of(kind.question), None
        self.kept[whole] = in_order
        return in_order, found

    def loose(
        self,
        question: Query,
        parameters: Mapping[str, str],
        beside: Mapping[str, str] = {},
    ) -> Loose | None:
        """Return the rows of a query in no order; None where its order cannot be taken out."""
        order = row_order.taken_out(question.text, beside)
        if order is None:
            return None
        with suppress(KgError):  # that of the query as it stands is raised where it is asked as it stands
            answer = self._answered(replace(question, text=order.text), parameters)
            with engine_errors.told("the query"):
                return rows.loose(answer, order, frozenset(beside))
        return None

    def _answered(self, question: Query, parameters: Mapping[str, str]) -> QuerySolutions:
        read, scope = self.reading, Scope(self.reading.base, {**names.PREFIXES, **self.config.prefixes})
        bound = query.values(question, parameters, query.Vocabulary(read.base, read.pages), read.quads)
        asks_network = network_terms.asks(sparql_text.tokens(question.text), read.base)
        store = network_facts.asked(read, question.text) if asks_network else read.quads
        found = matches.of(read, question.text) if matches.is_in(question.text) else str
        with engine_errors.told("the query"):
            asked = engine_text.for_engine(store, question.text, bound, Failures(), scope, found)
            answer = query.answered(store, asked, scope)
            if not isinstance(answer, QuerySolutions):
                raise KgError(f"query '{question.name}' gives no rows; a page shows those of a SELECT")
            return answer


def _is_ordered(question: Query) -> bool:
    return any(kind == "word" and word.upper() == "ORDER" for kind, word in sparql_text.tokens(question.text))


def of(reading: Reading, config: Config, before: Answers | None = None) -> Answers:
    """Return what gives the answers of a generation."""
    return Answers(reading, config, before)


def _wiki(reading: Reading) -> Wiki:
    shown = answer_formats.Shown(reading.base, label=labels.reader(reading.quads, reading.base))
    return rows.wiki({path: entry.topic for path, entry in reading.pages.items()}, shown)
