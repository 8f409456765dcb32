"""A client of a foreign store: SPARQL 1.1 Protocol for questions and updates, Graph Store Protocol for whole graphs."""

import io
from collections.abc import Iterator
from urllib.parse import quote, urlencode

import pyoxigraph as ox

from kg.endpoint.access import Access
from kg.endpoint.address import Address, Limits
from kg.endpoint.boolean_words import BooleanWords
from kg.endpoint.transport import NOT_THERE, Body, Request, Transport
from kg.model.kg_error import KgError
from kg.rdf import engine_errors
from kg.rdf.terms import Term

_ROWS = "application/sparql-results+json"
_TRIPLES = "application/n-triples, text/plain;q=0.5, text/turtle;q=0.4"
_QUESTION, _UPDATE, _FORM = "application/sparql-query", "application/sparql-update", "application/x-www-form-urlencoded"
_GRAPH_FORMATS = {
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "text/plain": ox.RdfFormat.N_TRIPLES,
    "text/ntriples": ox.RdfFormat.N_TRIPLES,
    "text/turtle": ox.RdfFormat.TURTLE,
}
_CHUNK = 2**16
_YES, _NO = b'{"head": {}, "boolean": true}', b'{"head": {}, "boolean": false}'
# Lines of N-Triples are Turtle. Virtuoso 7 looks at the first 64 kB whether they are, and sees it by a line like this.
_TURTLE = b"@prefix kg: <urn:newsroom-kg:> .\n"
_VIRTUOSO_SAYS = "__ASK_RETVAL"  # the column in which Virtuoso 7 answers an ASK in JSON, with 1 or 0
_CUT_OFF = "X-SPARQL-MaxRows"  # Virtuoso says with it that an answer ends because it gives no more rows


class CutOff(KgError):  # noqa: N818  # said of an answer
    """An answer, with its columns, that ends where the server gives no more rows: there may be others than so many."""

    def __init__(self, url: str, most: str, columns: tuple[str, ...]) -> None:
        self.columns = columns
        self.most = int(most) if most.isascii() and most.isdigit() and len(most) < len(str(2**63)) else 0
        super().__init__(
            f"{url}: gives {most if self.most else 'so many'} rows at most and stopped there, so that some may lack; "
            "ask for less with LIMIT, or have the server give more",
            code=1,
        )


class Rows:
    """The rows of a SELECT as they come, each with the terms of its variables; one that is not bound is not in it."""

    def __init__(self, solutions: ox.QuerySolutions, url: str, limits: Limits) -> None:
        self.variables = tuple(variable.value for variable in solutions.variables)
        self._found, self._url, self._limits = solutions, url, limits

    def __iter__(self) -> Iterator[dict[str, Term]]:
        with engine_errors.told(f"the answer of {self._url}"):
            for count, row in enumerate(self._found):
                if count >= self._limits.max_rows:
                    raise KgError(f"{self._url}: the answer has more than {count:,} rows; ask for less", code=1)
                yield {name: term for name in self.variables if (term := row[name]) is not None}


class Endpoint:
    """
    A foreign store; a question raises KgError, in one line, where it is not answered, or not within the limits.

    With `form` texts are sent as fields of a form, which some servers ask for, and with `digits` rows have booleans as
    1 and 0, which are read as words. Credentials go to their host alone, by https or on this machine.
    """

    def __init__(
        self,
        address: Address,
        access: Access | None = None,
        limits: Limits | None = None,
        *,
        form: bool = False,
        digits: bool = False,
    ) -> None:
        self.address, self.limits, self._form, self._digits = address, limits or Limits(), form, digits
        self._transport = Transport(access, self.limits)

    def answer(self, text: str) -> ox.QuerySolutions | ox.QueryBoolean:
        """Return the answer to a SELECT or an ASK, which is read from the network as it is taken; CutOff for a part."""
        body = self._asked(text, _ROWS)
        try:
            return self._answer(body)
        except KgError:
            body.close()
            raise

    def _answer(self, body: Body) -> ox.QuerySolutions | ox.QueryBoolean:
        most = body.head.headers.get(_CUT_OFF)
        with engine_errors.told(f"the answer of {self.address.query}"):
            read = io.BufferedReader(BooleanWords(body) if self._digits else body, _CHUNK)
            answer = ox.parse_query_results(read, format=ox.QueryResultsFormat.JSON)
            if most and isinstance(answer, ox.QuerySolutions):
                raise CutOff(self.address.query, most, tuple(one.value for one in answer.variables))
            said = _yes_or_no(answer)
            return answer if said is None else said

    def select(self, text: str) -> Rows:
        """Return the rows of a SELECT."""
        found = self.answer(text)
        if not isinstance(found, ox.QuerySolutions):
            raise KgError(f"{self.address.query}: answered yes or no where rows were asked for")
        return Rows(found, self.address.query, self.limits)

    def ask(self, text: str) -> bool:
        """Return the answer to an ASK."""
        found = self.answer(text)
        if not isinstance(found, ox.QueryBoolean):
            raise KgError(f"{self.address.query}: answered rows where yes or no was asked for")
        return bool(found)

    def construct(self, text: str) -> Iterator[ox.Triple]:
        """Yield the triples of a CONSTRUCT or a DESCRIBE."""
        yield from self._triples(self._asked(text, _TRIPLES), self.address.query)

    def update(self, text: str) -> None:
        """Have a text of SPARQL Update done."""
        url = self._place(self.address.update, "updates", "update")
        body, kind = (urlencode({"update": text}).encode(), _FORM) if self._form else (text.encode(), _UPDATE)
        self._done(Request("POST", url, {"Content-Type": kind}, body))

    def put_graph(self, graph: str, lines: bytes) -> None:
        """Make a graph what lines of N-Triples say; lines of N-Quads lose their graph's name."""
        triples = _TURTLE + _without_graph(lines, graph)
        url = self._graph_url(graph)
        self._done(Request("PUT", url, {"Content-Type": "text/turtle"}, triples, again=True))

    def get_graph(self, graph: str) -> Iterator[ox.Triple]:
        """Yield the triples of a graph, none where there is no such graph."""
        url = self._graph_url(graph)
        body = self._transport.send(Request("GET", url, {"Accept": _TRIPLES}, again=True), (NOT_THERE,))
        if body is not None:
            yield from self._triples(body, url)

    def delete_graph(self, graph: str) -> None:
        """Take a graph away, if it is there."""
        self._done(Request("DELETE", self._graph_url(graph), {}, again=True), (NOT_THERE,))

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()

    def _asked(self, text: str, accepted: str) -> Body:
        body, kind = (urlencode({"query": text}).encode(), _FORM) if self._form else (text.encode(), _QUESTION)
        headers = {"Content-Type": kind, "Accept": accepted}
        answer = self._transport.send(Request("POST", self.address.query, headers, body, again=True))
        if answer is None:
            raise AssertionError(self.address.query)
        return answer

    def _done(self, request: Request, allowed: tuple[int, ...] = ()) -> None:
        """Send what is answered with nothing that matters, and read that."""
        if (body := self._transport.send(request, allowed)) is not None:
            with body:
                while body.read(_CHUNK):
                    pass

    def _triples(self, body: Body, url: str) -> Iterator[ox.Triple]:
        form = _GRAPH_FORMATS.get(body.kind)
        if form is None:
            body.close()
            raise KgError(f"{url}: answered with '{body.kind}' where N-Triples or Turtle were asked for")
        with engine_errors.told(f"the answer of {url}"):
            for count, quad in enumerate(ox.parse(io.BufferedReader(body, _CHUNK), format=form, lenient=True)):
                if count >= self.limits.max_rows:
                    raise KgError(f"{url}: the answer has more than {count:,} triples; ask for less", code=1)
                yield quad.triple

    def _graph_url(self, graph: str) -> str:
        url = self._place(self.address.graphs, "whole graphs", "graphs")
        return f"{url}{'&' if '?' in url else '?'}graph={quote(graph, safe='')}"

    def _place(self, url: str | None, what: str, key: str) -> str:
        if url is None:
            raise KgError(
                f'{self.address.query}: no address for {what}; write `{key} = "…"` beside `endpoint` in [store]'
            )
        return url


def _yes_or_no(answer: ox.QuerySolutions | ox.QueryBoolean) -> ox.QueryBoolean | None:
    """Return the answer to an ASK that came as rows; None for any other answer."""
    if not isinstance(answer, ox.QuerySolutions) or [one.value for one in answer.variables] != [_VIRTUOSO_SAYS]:
        return None
    is_so = any(isinstance(row[0], ox.Literal) and row[0].value == "1" for row in answer)
    made = ox.parse_query_results(_YES if is_so else _NO, format=ox.QueryResultsFormat.JSON)
    return made if isinstance(made, ox.QueryBoolean) else None


def _without_graph(lines: bytes, graph: str) -> bytes:
    """Return lines of N-Quads of one graph as N-Triples."""
    tail = f" <{graph}> .".encode()
    return b"".join(
        line.removesuffix(tail) + b" .\n" if line.endswith(tail) else line + b"\n"
        for line in lines.split(b"\n")
        if line
    )
