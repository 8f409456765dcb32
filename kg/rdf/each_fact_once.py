"""The patterns of a query outside GRAPH as the standard means them, where the query engine means something else.

The engine gives a triple of the union of all graphs once for each of them. A pattern is therefore asked of the first of
the graphs that its triple stands in, where the number of rows matters: in a SELECT without DISTINCT, and where rows are
counted. A path of no step from a term that no graph has leads to that term; the engine gives no row.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import field
from itertools import count

from kg.model.records import dataclass
from kg.rdf import expression_tokens, names, sparql_text, triple_forms
from kg.rdf.expression_tokens import Token
from kg.rdf.triple_forms import Form, NotRead, Way

_COUNTING = frozenset({"COUNT", "SUM", "AVG", "GROUP_CONCAT", "SAMPLE"})
_ELEMENTS = frozenset({"FILTER", "OPTIONAL", "UNION", "MINUS", "VALUES", "SERVICE", "GRAPH", "BIND", "LATERAL"})
_FORMS = frozenset({"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"})
_HELD = "?kg_"
_TYPE = f"<{names.expand('rdf:type')}>"


@dataclass(frozen=True, slots=True)
class Once:
    """
    A query in which each fact counts once, the patterns that this changed, and those of a path of no step.

    `open_graphs` are variables behind GRAPH around a group that names no graph to the engine.
    """

    text: str
    patterns: tuple[str, ...] = ()
    no_steps: tuple[str, ...] = ()
    unread: str = ""
    open_graphs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """
    What is known of what is asked: whether all graphs are asked as one (`union`).

    `columns` gives the names that `SELECT *` stands for, in the order that is wanted; `absent` tells whether no graph
    has a term, as the text writes it below its `prologue`.
    """

    columns: Callable[[], Sequence[str]]
    absent: Callable[[str, str], bool]
    union: bool = True


def once(text: str, query: Question) -> Once:
    """Return a query so that each fact counts once; where it is not understood it stays, and `unread` says why."""
    if _HELD in text:
        return Once(text, unread=f"it has variables of our own, {_HELD}…")
    try:
        writer = _Writer(text, query)
        made = writer.whole()
    except NotRead as error:
        return Once(text, unread=str(error))
    if writer.star >= 0:
        columns = " ".join(f"?{name}" for name in query.columns())
        if not columns and _HELD in "".join(made):  # no variable of the author's: our own would be columns
            return Once(writer.without_columns())
        made[writer.star] = columns or "*"
    seen, no_steps, graphs = (tuple(dict.fromkeys(some)) for some in (writer.seen, writer.no_steps, writer.open_graphs))
    return Once("".join(made), seen, no_steps, open_graphs=graphs)


def patterns(text: str) -> tuple[str, list[Form]]:
    """Return the prologue of a query and its triple patterns, in GRAPH too; none where it is not understood."""
    writer = _Writer(text, Question(list, lambda _prologue, _term: False, union=False), deep=True)
    try:
        writer.whole()
    except NotRead:
        return "", []
    return writer.prologue, writer.forms


@dataclass(slots=True)
class _Element:
    """A part of a group: its keyword, `triples`, `{` or nothing, and its tokens."""

    word: str
    start: int
    stop: int


@dataclass(slots=True)
class _Writer:
    source: str
    query: Question
    tokens: list[Token] = field(init=False)
    fresh: Iterator[str] = field(init=False)
    seen: list[str] = field(default_factory=list)
    no_steps: list[str] = field(default_factory=list)
    open_graphs: list[str] = field(default_factory=list)
    prologue: str = ""
    star: int = -1
    labelled: bool = False
    needed: bool = False
    deep: bool = False
    forms: list[Form] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.tokens = expression_tokens.read(self.source, _ELEMENTS | _FORMS | {"WHERE", "EXISTS", "NOT"})
        self.fresh = (f"{_HELD}{number}" for number in count(1))
        self.labelled = any(one.kind == "word" and one.word.lstrip(".").startswith("_:") for one in self.tokens)

    def whole(self) -> list[str]:
        """Return the pieces of the whole text; `star` is the piece of a `*` that stands for all variables."""
        at = self._form(0)
        self.prologue = self._text(0, at)
        form = self.tokens[at].word.upper()
        if form == "DESCRIBE" and not any(one.word == "{" for one in self.tokens):
            return [self.source]  # of terms alone
        head, group = self._head(at, len(self.tokens), template=form == "CONSTRUCT")
        made = [one.word for one in self.tokens[:group]]
        if form == "SELECT" and (star := self._star(at, group)) >= 0:
            self.star = star
        counted = form == "SELECT" and not self._is_set(head)
        if form == "CONSTRUCT":  # a node without a name is another one for each row
            counted = any(one.word in "[(" or one.word.startswith("_:") for one in self.tokens[at:group])
        made.append(self.group(group, needed=counted))
        return made + [one.word for one in self.tokens[self.tokens[group].partner + 1 :]]

    def without_columns(self) -> str:
        """Return the text so that what has no variables has one row or none."""
        head = {one.word.upper() for one in self.tokens[: self.star]}
        once_only = "*" if head & {"DISTINCT", "REDUCED"} else "DISTINCT *"
        return "".join(once_only if at == self.star else one.word for at, one in enumerate(self.tokens))

    def _form(self, start: int) -> int:
        for at in range(start, len(self.tokens)):
            if self.tokens[at].kind == "word" and self.tokens[at].word.upper() in _FORMS:
                return at
        raise NotRead("it has no SELECT, ASK, CONSTRUCT or DESCRIBE")

    def _head(self, at: int, end: int, *, template: bool = False) -> tuple[list[str], int]:
        """Return the words of a head, and where the group behind it opens."""
        head: list[str] = []
        row = at
        while row < end:
            token = self.tokens[row]
            if token.word == "{" and template and not any(word == "WHERE" for word in head):
                row, template = token.partner + 1, False
                continue
            if token.word == "{":
                break
            head.append(token.word.upper())
            row += 1
        if row >= end or self.tokens[row].partner < 0:
            raise NotRead("it has no pattern between braces")
        return head, row

    def _star(self, at: int, group: int) -> int:
        rows = [row for row in range(at + 1, group) if not self.tokens[row].is_space]
        plain = [row for row in rows if self.tokens[row].word.upper() not in ("DISTINCT", "REDUCED")]
        return plain[0] if plain and self.tokens[plain[0]].word == "*" else -1

    def _is_set(self, head: Sequence[str]) -> bool:
        """Tell whether a SELECT gives the same rows however often its patterns give one."""
        words = {word for word in head if not word.isspace()}
        return bool(words & {"DISTINCT", "REDUCED"}) and not words & _COUNTING

    # ---- groups ------------------------------------------------------------------------------------------------------

    def group(self, at: int, *, needed: bool) -> str:
        """Return a group, with its braces, in which each fact counts once where that is `needed`."""
        end = self.tokens[at].partner
        if end < 0:
            raise NotRead("braces that are not closed")
        first = self._skipped(at + 1)
        if first < end and self.tokens[first].word.upper() == "SELECT":
            head, inner = self._head(first, end)
            rest = self._text(self.tokens[inner].partner + 1, end)
            made = self.group(inner, needed=not self._is_set(head))
            return f"{self._text(at, inner)}{made}{rest}}}"
        elements = [*self._elements(at + 1, end)]
        before = self._distinct(elements) if needed and self.query.union else ""
        others = [one for one in elements if not before or one.word not in ("triples", "moved")]
        return f"{{{before}{''.join(self._element(one, needed=needed) for one in others)}}}"

    def _elements(self, start: int, end: int) -> Iterator["_Element"]:
        """Yield what a group consists of: triples, groups, and what a keyword begins."""
        at = start
        while at < end:
            token = self.tokens[at]
            word = token.word.upper()
            if token.is_space or word in (".", "OPTIONAL", "UNION"):
                stop = at + 1
            elif token.word == "{":
                stop = token.partner + 1
            elif word in _ELEMENTS:
                stop = self._whole(at, end)
            else:
                word, stop = "triples", at
                while stop < end and not self._begins(stop):
                    stop += 1
            if stop <= at:
                raise NotRead(f"'{token.word}' where a pattern begins")
            yield _Element("" if token.is_space or word == "." else word, at, stop)
            at = stop

    def _element(self, one: "_Element", *, needed: bool) -> str:
        if one.word == "{":
            return self.group(one.start, needed=needed)
        text = self._text(one.start, one.stop)
        if self.deep and one.word in ("GRAPH", "MINUS"):
            inner = next(row for row in range(one.start, one.stop) if self.tokens[row].word == "{")
            self.group(inner, needed=False)
        if one.word == "GRAPH":
            self._look_into(one)
        if one.word != "triples":
            return text
        self.needed = needed and self.query.union
        return f" {self._triples(text)} "

    def _look_into(self, graph: "_Element") -> None:
        """Note a variable behind GRAPH that the engine leaves open: around a sub-select, or without a pattern."""
        name = self.tokens[self._skipped(graph.start + 1)]
        opening = next(row for row in range(graph.start, graph.stop) if self.tokens[row].word == "{")
        first = self.tokens[self._skipped(opening + 1)]
        inner = (
            {one.word for one in self._elements(opening + 1, graph.stop - 1)}
            if first.word.upper() != "SELECT"
            else set()
        )
        if name.kind == "variable" and not inner & {"triples", "{", "OPTIONAL", "GRAPH"} and first.word != "}":
            self.open_graphs.append(name.word)

    def _distinct(self, elements: Sequence["_Element"]) -> str:
        """
        Return the triples of a group and their filters as one pattern whose solutions differ; else nothing.

        It stands first, so nothing before it may say which of its rows are wanted: that would be asked of all rows.
        """
        some = [one for one in elements if one.word]
        words = [one.word for one in some]
        ahead = next((row for row, word in enumerate(words) if word not in ("triples", "FILTER")), len(words))
        behind = {word for row, word in enumerate(words) if row >= ahead and words[row - 1] != "OPTIONAL"}
        if "triples" not in words[:ahead] or behind - {"OPTIONAL", "FILTER", "BIND", "MINUS"}:
            return ""
        triples = [one for one in some if one.word == "triples"]
        forms = [form for one in triples for form in triple_forms.forms(self._text(one.start, one.stop), self.fresh)]
        flat = [part for form in forms for part in self._flat(form)]
        if any(form.way.kind in ("alternative", "negated") for form in flat):
            return ""
        self.needed = False
        written = [self._written(form) for form in flat]
        names = {word for text in written for word in _variables(text)}
        for one in some:
            filter_ = self._text(one.start, one.stop)
            if one.word == "FILTER" and "{" not in filter_ and _variables(filter_) <= names:
                one.word = "moved"
                written.append(filter_)
        self.seen += [f"{form.subject} {form.way.text} {form.object}" for form in forms]
        return sparql_text.compose("once/distinct", PATTERNS=" ".join(written))

    def _flat(self, form: Form) -> Iterator[Form]:
        """Yield a pattern, one with a path of several steps as one for each."""
        if form.way.kind not in ("inverse", "sequence") or self._leads_nowhere(form):
            yield form
            return
        for part in self._parts(form):
            yield from self._flat(part)

    def _begins(self, at: int) -> bool:
        """Tell whether something else than triples begins here."""
        token = self.tokens[at]
        if token.word in "{}":
            return True
        bare = token.word.lstrip(".").upper()
        if token.kind == "word" and bare != token.word.upper() and bare in _ELEMENTS:
            raise NotRead(f"{token.word} runs into the word before it")
        return token.kind == "word" and token.word.upper() in _ELEMENTS

    def _whole(self, at: int, end: int) -> int:
        """Return where FILTER, BIND, VALUES, MINUS, GRAPH or SERVICE ends: all of it stays as it is."""
        closing = "(" if self.tokens[at].word.upper() in ("FILTER", "BIND") else "{"
        for row in range(at + 1, end):
            word = self.tokens[row].word
            if word == closing or (closing == "(" and word == "{"):
                if self.tokens[row].partner < 0:
                    break
                return self.tokens[row].partner + 1
        raise NotRead(f"{self.tokens[at].word} without what belongs to it")

    def _text(self, start: int, end: int) -> str:
        return "".join(one.word for one in self.tokens[start:end])

    def _skipped(self, at: int) -> int:
        while at < len(self.tokens) and self.tokens[at].is_space:
            at += 1
        return at

    # ---- patterns ----------------------------------------------------------------------------------------------------

    def _triples(self, text: str) -> str:
        forms = triple_forms.forms(text, self.fresh)
        self.forms += forms
        if all(self._stays(form) for form in forms) and not (self.needed and self.labelled):
            return text
        return " ".join(self._written(form) for form in forms)

    def _stays(self, form: Form) -> bool:
        """Tell whether the engine means by a pattern what the standard does."""
        way = form.way
        if self._leads_nowhere(form):
            return False
        if way.kind == "repeated":  # the engine gives the ends of such a path once each
            return True
        if self.needed and way.kind in ("property", "negated"):
            return False
        return all(self._stays(part) for part in self._parts(form))

    def _leads_nowhere(self, form: Form) -> bool:
        """Tell whether a path of no step leads from a term that no graph has to a variable, or the other way."""
        if form.way.kind not in ("repeated", "sequence", "inverse") or not _no_step(form.way):
            return False
        ends = [end for end in (form.subject, form.object) if end[0] not in "?$"]
        return len(ends) == 1 and self.query.absent(self.prologue, ends[0])

    def _parts(self, form: Form) -> list[Form]:
        """Return the patterns that one with a path stands for: one behind the other, or one or the other."""
        way = form.way
        if way.kind == "inverse":
            return [Form(form.object, way.parts[0], form.subject)]
        if way.kind == "alternative":
            return [Form(form.subject, part, form.object) for part in way.parts]
        if way.kind != "sequence":
            return []
        between = [next(self.fresh) for _ in way.parts[1:]]
        return [Form(*one) for one in zip([form.subject, *between], way.parts, [*between, form.object], strict=True)]

    def _written(self, form: Form) -> str:
        way = form.way
        if self._stays(form):
            pieces = {"SUBJECT": form.subject, "PREDICATE": way.text, "OBJECT": form.object}
            return sparql_text.compose("once/plain", **pieces)
        if self._leads_nowhere(form):
            return self._without_step(form)
        if way.kind == "alternative":
            return self._either([self._written(part) for part in self._parts(form)])
        if way.kind in ("inverse", "sequence"):
            return " ".join(self._written(part) for part in self._parts(form))
        return self._left(form) if way.kind == "negated" else self._first(form)

    def _without_step(self, form: Form) -> str:
        node, term = form.subject, form.object
        if node[0] not in "?$":
            node, term = term, node
        self.no_steps.append(f"{form.subject} {form.way.text} {form.object}")
        return sparql_text.compose("once/no_step", NODE=node, TERM=term)

    def _either(self, ways: Sequence[str]) -> str:
        made = ways[0]
        for way in ways[1:]:
            made = sparql_text.compose("once/either", ONE=made, OTHER=way)
        return made

    def _left(self, form: Form) -> str:
        """Return what a negated set of properties leaves: of those that lead on, and of those that lead back."""
        found = []
        back = [part.parts[0].text for part in form.way.parts if part.kind == "inverse"]
        on = [part.text for part in form.way.parts if part.kind != "inverse"]
        for texts, subject, to in ((on, form.subject, form.object), (back, form.object, form.subject)):
            if texts:
                name = next(self.fresh)
                named = ", ".join(_TYPE if one == "a" else one for one in texts)
                rest = sparql_text.compose("once/none_of", PREDICATE=name, NAMES=named)
                found.append(f"{self._first(Form(subject, Way(name), to))} {rest}")
        if not found:  # !(): any property
            return self._first(Form(form.subject, Way(next(self.fresh)), form.object))
        return self._either(found)

    def _first(self, form: Form) -> str:
        self.seen.append(f"{form.subject} {form.way.text} {form.object}")
        home, other = next(self.fresh), next(self.fresh)
        pieces = {"SUBJECT": form.subject, "PREDICATE": form.way.text, "OBJECT": form.object}
        return sparql_text.compose("once/first", HOME=home, OTHER=other, **pieces)


def _no_step(way: Way) -> bool:
    """Tell whether a path may lead nowhere: to where it begins."""
    if way.kind == "repeated":
        return way.text[-1] in "*?" or _no_step(way.parts[0])
    if way.kind == "alternative":
        return any(map(_no_step, way.parts))
    return bool(way.parts) and way.kind != "negated" and all(map(_no_step, way.parts))


def _variables(text: str) -> set[str]:
    return {word[1:] for kind, word in sparql_text.tokens(text) if kind == "variable"}
