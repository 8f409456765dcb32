"""An answer as a tree, for people: what stands where, in lines that a terminal of 80 columns shows whole."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import field
from itertools import groupby

from wcwidth import wcswidth

from kg.model.finding import Finding
from kg.model.plural import plural
from kg.model.records import dataclass
from kg.why import wording
from kg.why.records import About, Answers, Derivation, Gone, Ground, Link, Part, Resting, Side, State, Verdict, Why

_WIDTH = 80
_FEW = 10
_BOLD, _DIM = "1", "2"
_COLOURS = {"retracted": "31", "superseded": "33", "contested": "33", "stale": "33", "gone": "31"}
_WAYS = {
    "quoted": "quotes", "anchored": "points to", "cited": "cites", "page": "cites",
    "derived": "cites", "about": "speaks of", "listed": "lists", "step": "leads to", "member": "gathers",
    "theme": "weighs", "cites": "cites",
}  # fmt: skip
_LOST = {
    "quoted": "", "anchored": "of the section that it points to", "cited": "that it cites",
    "page": "of the page that it cites",
}  # fmt: skip
_RESTS = {
    "quoted": "quotes it", "anchored": "points to its section", "cited": "cites its source, names what it names",
    "cites": "links to it", "derived": "cites the page", "reported": "is reported in it",
    "lists": "lists it as a source", "step": "leads to it", "member": "gathers it",
}  # fmt: skip


@dataclass(slots=True)
class _Node:
    """A line of the tree, and the lines below it."""

    words: str
    below: list["_Node"] = field(default_factory=list)
    colour: str = ""


def text(answers: Answers, most: int | None = _FEW, *, colour: bool = False) -> str:
    """Return the answers as trees; of each list at most so many (None: all), with the number of what is left out."""
    paint: Callable[[str, str], str] = _painted if colour else _plain
    trees = (_tree(_answer(one, most), paint) for one in answers.answers)
    return "\n".join(trees)


def _answer(one: Why, most: int | None) -> _Node:
    if one.proof:
        return _proof(one.proof)
    part, about = one.part, one.about
    head = _Node(f"{one.kind} {part.span if part else about.span if about else one.iri}", colour=_BOLD)
    if part:
        head.below.append(_Node(wording.one_line(part.words)))
        head.below += _facts(part)
    if about:
        head.below += _about(about, own=part is None)
    if one.kind in ("claim", "quote"):
        head.below.append(_original(one.verdicts))
    if one.findings:
        head.below.append(
            _listed(
                "found by the last check", [_finding(each) for each in one.findings[:most]], len(one.findings), most
            )
        )
    head.below += [_gone(gone) for gone in one.gone]
    head.below += [_state(state, most) for state in one.states[:most]]
    head.below += _left_out(len(one.states), most)
    below = (
        ("rests on", _grounds(one.grounds, most), len(one.grounds)),
        ("supported by", [_side(side) for side in one.supports[:most]], len(one.supports)),
        ("contradicted by", [_side(side) for side in one.contradicts[:most]], len(one.contradicts)),
        ("what rests on it", _resting(one.resting, most), len(one.resting)),
    )
    for title, nodes, total in below:
        head.below.append(_listed(title, nodes, total, most))
    return head


def _listed(title: str, nodes: list[_Node], total: int, most: int | None) -> _Node:
    if not total:
        return _Node(f"{title}: nothing that the wiki says")
    return _Node(f"{title} ({total:,})", [*nodes, *_left_out(total, most)], _BOLD)


def _left_out(total: int, most: int | None) -> list[_Node]:
    left = total - most if most is not None else 0
    return [_Node(f"… {plural(left, 'more', 'more')}; --all shows them", colour=_DIM)] if left > 0 else []


def _facts(part: Part) -> list[_Node]:
    said = [("grade", part.grade), ("said by", ", ".join(part.voices)), ("section", part.section)]
    words = " · ".join(f"{name}: {value}" for name, value in said if value)
    return [_Node(words)] if words else []


def _about(about: About, *, own: bool) -> list[_Node]:
    dates = [("published", about.published), ("scraped", about.scraped), ("updated", about.updated)]
    said = [f"{name} {value}" for name, value in dates if value]
    said += [value for value in (about.publisher, about.url) if value]
    kind = about.kind.removesuffix("Page").lower() or "page"
    head = f"{kind} page" if kind != "page" else "page"
    name = "" if own else f" {about.path or about.name}"
    return [_Node(f"{head}{name}" + (f" · {' · '.join(said)}" if said else ""))]


def _original(verdicts: Sequence[Verdict]) -> _Node:
    if not verdicts:
        return _Node("original: unknown: no original")
    if len(verdicts) == 1:
        return _verdict("original: ", verdicts[0])
    return _Node("original", [_verdict("", one) for one in verdicts])


def _verdict(lead: str, one: Verdict) -> _Node:
    why = f": {one.why}" if one.why else ""
    node = _Node(f"{lead}{one.verdict}{why}" + (f", {one.span}" if one.span else ""))
    if one.words and one.verdict != "exact":
        node.below.append(_Node(f"there: “{wording.one_line(one.words, 300)}”"))
    return node


def _finding(finding: Finding) -> _Node:
    words = wording.one_line(finding.message, 300)
    return _Node(f"{finding.span} {finding.level.value}: {words} ({finding.rule})")


def _gone(loss: Gone) -> _Node:
    # Without an earlier generation and without anything like them, they may never have been there.
    verb = "are gone" if loss.generation or loss.nearest else "are not there"
    said = f"the words {_LOST[loss.way]} {verb}: “{wording.one_line(loss.words, 300)}”"
    node = _Node(said.replace("  ", " "), colour=_COLOURS["gone"])
    if loss.was:
        node.below.append(_Node(f"they stood at {loss.was} in generation {loss.generation}"))
    else:
        node.below.append(_Node("no generation that is kept has them there"))
    if loss.nearest:
        near = loss.nearest
        node.below.append(
            _Node(f"nearest now: {near.span} ({loss.likeness:.0%} alike)", [_Node(wording.one_line(near.words, 300))])
        )
    else:
        node.below.append(_Node(f"nothing like them on {', '.join(loss.pages)}"))
    return node


def _state(state: State, most: int | None) -> _Node:
    """Return a state with its chain; of a long one the beginning, what is left out, and the cause."""
    steps = [
        _Node(" ".join(filter(None, (_WAYS.get(one.way, one.way), one.name, _at(one))))) for one in state.chain[1:]
    ]
    left = _left_out(len(steps), most)
    below = [*steps[: (most or 0) - 1], *left, steps[-1]] if left else steps
    return _Node(f"{state.state}: {state.words}", below, _COLOURS[state.state])


def _at(link: Link) -> str:
    """Return where a step of a chain stands: a page by its path alone, with its day."""
    where = link.span.path if (link.span.line, link.span.column) == (1, 1) else str(link.span)
    return f"{where}, {link.date}" if link.date else where


def _grounds(basis: Sequence[Ground], most: int | None) -> list[_Node]:
    nodes = []
    for topic, some in groupby(basis[:most], key=lambda one: (one.way, one.about.topic)):
        group = [*some]
        about = group[0].about
        date = f", {about.date}" if about.date else ""
        node = _Node(
            f"{_WAYS.get(topic[0], topic[0])} {about.path or about.name}{date}"
            f"{', retracted' if about.retracted else ''}"
        )
        node.below += [_statement(one) for one in group if one.part and one.part.kind != "value"]
        nodes.append(node)
    return nodes


def _statement(ground: Ground) -> _Node:
    part = ground.part
    if part is None:
        return _Node(ground.about.path)
    node = _words(part)
    if ground.verdicts:
        node.below.append(_original(ground.verdicts))
    return node


def _words(part: Part) -> _Node:
    return _Node(f"{part.span} {part.kind}", [_Node(wording.one_line(part.words, 300))])


def _side(side: Side) -> _Node:
    return _Node(f"{side.words} {side.part.span}", [_Node(wording.one_line(side.part.words, 300))])


def _resting(rests: Sequence[Resting], most: int | None) -> list[_Node]:
    nodes = []
    for step, some in groupby(rests[:most], key=lambda one: one.step):
        group = [*some]
        nodes.append(
            _Node(
                plural(step, "step"),
                [
                    _Node(
                        f"{one.part.span} {_RESTS.get(one.way, one.way)}",
                        [_Node(wording.one_line(one.part.text, 160)), *_on(one)],
                    )
                    for one in group
                ],
            )
        )
    return nodes


def _on(one: Resting) -> list[_Node]:
    return [_Node(f"by way of {one.on}", colour=_DIM)] if one.step > 1 else []


def _proof(proof: Derivation) -> _Node:
    if proof.rule:
        below = [_Node(proof.form, colour=_DIM)] if proof.form else []
        return _Node(f"{proof.words} — by {proof.rule}", [*below, *map(_proof, proof.premises)], _BOLD)
    return _Node(f"{proof.words} — stated {f'at {proof.span}' if proof.span else f'in {proof.source}'}")


# ---- the tree --------------------------------------------------------------------------------------------------------


def _tree(node: _Node, paint: Callable[[str, str], str]) -> str:
    return "".join(f"{line}\n" for line in _lines(node, "", "", paint))


def _lines(node: _Node, lead: str, after: str, paint: Callable[[str, str], str]) -> Iterable[str]:
    """Yield the lines of a node: the first behind `lead`, what follows behind `after`."""
    hang = after + ("│ " if node.below else "  ")
    width = max(24, _WIDTH - len(hang))
    for count, line in enumerate(_wrapped(_printable(node.words), width)):
        yield f"{hang if count else lead}{paint(node.colour, line) if node.colour else line}"
    for count, child in enumerate(node.below):
        last = count == len(node.below) - 1
        yield from _lines(child, after + ("└─ " if last else "├─ "), after + ("   " if last else "│  "), paint)


def _wrapped(words: str, width: int) -> list[str]:
    """Return words in lines of so many cells, cut between words, within one only where it is longer than a line."""
    lines, line, used = [], "", 0
    for word in words.split(" "):
        size = _cells(word)
        if line and used + 1 + size > width:
            lines.append(line)
            line, used = word, size
        else:
            line, used = (f"{line} {word}", used + 1 + size) if line else (word, size)
        while used > width and any(_cells(char) > 1 for char in line):  # a script without blanks
            cut = next(end for end in range(len(line), 0, -1) if _cells(line[:end]) <= width)
            lines.append(line[:cut])
            line = line[cut:]
            used = _cells(line)
    return [*lines, line]


def _cells(text: str) -> int:
    """Return how many cells of a terminal a text takes."""
    if text.isascii():
        return len(text)
    size = wcswidth(text)
    return size if size >= 0 else len(text)


def _printable(words: str) -> str:
    """Return words without what a terminal would obey."""
    return "".join(char if char.isprintable() or char == " " else "\ufffd" for char in words)


def _plain(code: str, words: str) -> str:  # noqa: ARG001  # the twin of _painted
    return words


def _painted(code: str, words: str) -> str:
    return f"\x1b[{code}m{words}\x1b[0m"
