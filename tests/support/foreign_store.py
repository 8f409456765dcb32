"""A store in memory that answers as an endpoint does: SPARQL over all graphs, without our functions, within limits."""

import pyoxigraph as ox

from kg.endpoint.address import Address
from kg.endpoint.client import CutOff, Endpoint
from kg.model.kg_error import KgError
from kg.remote_check.dialect import Dialect
from kg.remote_check.questions import Questions, Table, solutions, taken


class ForeignStore(Endpoint):
    """
    What stands in for an endpoint: it cuts answers off at `most` rows, and refuses texts of more than `longest` characters.

    At `gives` rows it cuts them off and says so.
    `refused` are words whose queries it does not answer; while it is `dead` it answers nothing. `asked` has the texts.
    """

    def __init__(self, store, most=0, longest=10**9, refused=(), gives=0):
        super().__init__(Address("http://localhost/query"))
        self.store, self.most, self.longest, self.refused = store, most, longest, refused
        self.dead, self.asked, self.gives = False, [], gives

    def answer(self, text):
        self.asked.append(text)
        if self.dead:
            raise KgError("cannot be reached", code=1)
        if len(text) > self.longest or any(word in text for word in self.refused):
            raise KgError("refused with 400")
        try:
            answer = self.store.query(text, use_default_graph_as_union=True)
        except (SyntaxError, RuntimeError) as error:
            raise KgError(f"refused with 400: {error}") from None
        if isinstance(answer, ox.QueryBoolean) or not (self.most or self.gives):
            return answer
        table = taken(answer)
        if self.gives and len(table.rows) >= self.gives:
            raise CutOff(self.address.query, str(self.gives), table.columns)
        if not self.most:
            return solutions(table)
        return solutions(Table(table.columns, table.rows[: self.most]))


def questions(store, *, rows=0, characters=100_000, terms=1_000, lacks=(), lacks_inside=(), **how):
    """Return questions to a store in memory under a dialect with these limits."""
    endpoint = ForeignStore(store, most=rows, longest=characters, **how)
    return Questions(endpoint, Dialect("tried", rows, characters, terms, frozenset(lacks), frozenset(lacks_inside)))
