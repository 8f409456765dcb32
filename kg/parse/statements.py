"""Statements: what a line says: the grammars of quote, connection, hop and timeline entry, and who says it."""

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from kg.files.text import Places
from kg.links.wikilinks import WikiLink, plain
from kg.model.page import Expresses, Parts, Place, Voice
from kg.model.records import dataclass
from kg.parse import quotations, reader_text
from kg.parse.markdown import HIDDEN, cover, joined
from kg.rdf.spellings import in_word
from kg.settings.dialect import Dialect

_TASK = re.compile(r"\[[ xX/~-]\](?:\s|$)")
# The marks of blocks that open within an item on its line, and a box to tick.
_MARKS_BEFORE = re.compile(r"(?:(?:[-*+]|[0-9]{1,9}[.)]|#{1,6})[ \t]+|>[ \t]*)*")
_WRAP = re.compile(r"(\*{1,3}|_{1,3}|~~|==)(?=[^\s*_~=])")
_GRADE = re.compile(r"\[[ \t]*([^\W\d_][^\[\]\n]{0,30}?)[ \t]*\](?![(:]|\[(?!\[))[ \t]*")
_EMPHASIS = r"(?:\*{1,3}|__?|~~|==)"
_EMPHASIZED = re.compile(rf"{_EMPHASIS}?")
_TO_LINK = rf"(?={_EMPHASIS}?!?\[)"
_RELATION = re.compile(
    rf"(\*{{2,3}}|__)?(?P<word>[^\[\]*:：|]{{1,40}}?)(?(1)(\1)?)\s*+[:：]\s*+(?(1)(?(3)|(\1\s*+)?)){_TO_LINK}"
)
_BOLD = re.compile(
    rf"(?:\*\*(?P<word>(?:[^*`\n]|`[^`\n]*`){{1,40}}?)\*\*|`(?P<code>[^*`\n]{{1,40}})`)\s*+(?:(?:→|->|—|–|-)\s*+)?{_TO_LINK}"
)
_ARROW = re.compile(rf"\(?(?P<word>[^\W\d][^\x00-\x1f!-,./:-@\[-^`{{-~—–→]{{0,30}})\)?\s*(?:→|->)\s*{_TO_LINK}")
_RUN_STARTS = re.compile(r"!?\[\[")
_BARE = re.compile(r"(?:\*\*|__)?(?P<word>[^\[\]*_:：|—–\x00]{1,40}?)(?:\*\*|__)?[ \t]+(?=!?\[)")
_QUALIFIER = re.compile(r"[ \t]+(?:\(([^()\[\]\n]{1,60})\)(?=[ \t]*(?:$|[\n—–:：-]))|ON[ \t]+\"([^\"\[\]\n]{1,120})\")")
_BETWEEN_TARGETS = re.compile(r"\s*+(?:(?:[,;·、/&+]|and\b)\s*+)?\Z")
_ADDRESS = re.compile(r"!?\[[^\[\]\n]*\](?:\([^()\n]*\)|\[[^\[\]\n]+\])|<(?!br\b)[^<>\s][^<>]*>|\\.")
_NOTES = re.compile(r"(?:\s*\[\^[^\[\]\s]+\])*")
_BRACKETED = re.compile(r"\[[^\[\]]*\]")
_BLANKS = r" \t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
_BEFORE = rf"(?:[{_BLANKS}\n]|&nbsp;)"
_BLANK_BEFORE = re.compile(f"[{_BLANKS}]\\Z")
_SOME_BLANKS = re.compile(r" {2,}")
# Commas and brackets of other scripts, as those between a name and a role.
_SCRIPTS = str.maketrans("，،（", ",,(")
_ENTITIES = {"—": "&mdash;|&#8212;|&#[xX]2014;", "–": "&ndash;|&#8211;|&#[xX]2013;"}
# What parts a link from its description: a dash, of which some scripts write two for one, a hyphen, a colon.
_PARTED = re.compile(
    rf"(?:\s|&nbsp;)*(?:[—–]+|--|-|[:：]|{_ENTITIES['—']}|{_ENTITIES['–']})(?:\s|&nbsp;)*|(?:\s|&nbsp;)+"
)
_BREAK = re.compile(r"\A\s*<br\s*/?>")
_PARAGRAPH_ENDS = re.compile(r"\n[ \t]*\n")
# Where a plain name ends beside commas and brackets: at a dash between blanks, at a line break that a reader sees.
_NAME_ENDS = re.compile(rf"[{_BLANKS}](?:[—–-]|--)[{_BLANKS}]|(?: {{2,}}|\\)\n|<br\s*/?>")
_ENTRY = re.compile(r"(?:(★)\s+)?\*\*(\d{4}(?:-\d{2}){0,2})\*\*\s+")


@dataclass(frozen=True, slots=True)
class Words:
    """
    The words of a line after its marker.

    They are the text, the same with blanks for comments and marks of quotations (`seen`), that with code and
    mathematics hidden as well (`hidden`), its links, and its offset.
    """

    text: str
    seen: str
    hidden: str
    links: Sequence[WikiLink]
    offset: int
    places: Places

    def place(self, start: int, end: int) -> Place:
        """Return the place of some of the words."""
        return self.places(self.offset + start, self.offset + end)

    def reading(self, start: int, end: int) -> str:
        """Return some of the words as a reader sees them: no comments, no marks of quotations, one line."""
        text, seen = self.text[start:end], self.seen[start:end]
        if text == seen and "\n" not in text:
            return text
        whole = joined(seen.split("\n"))
        return whole if text == seen else _SOME_BLANKS.sub(" ", whole)

    def written(self, match: re.Match[str], group: int | str) -> str | None:
        """Return what the author wrote where a pattern was found in the hidden form; None where the group is not."""
        return None if match[group] is None else self.text[match.start(group) : match.end(group)]


@dataclass(frozen=True, slots=True)
class Said:
    """The parts of a statement, and which of its links stand for what."""

    parts: Parts
    expresses: dict[int, Expresses]


def grade_of(text: str) -> tuple[str | None, int]:
    """Return the word of a grade tag at the start of a text, and where the text after it starts."""
    match = None if _TASK.match(text) else _GRADE.match(text)
    known = match is not None and all(char in " /_-" or in_word(char) for char in match[1])
    return (match[1], match.end()) if match and known else (None, 0)


def behind_marks(words: Words) -> int:
    """Return where a statement starts: behind comments, marks of items in items and their like, and a box to tick."""
    text = words.seen
    marks = _MARKS_BEFORE.match(text, len(text) - len(text.lstrip()))
    start = marks.end() if marks else 0
    box = _TASK.match(text, start)
    return box.end() if box else start


def unwrapped(words: Words, start: int, *, whole: bool = False) -> tuple[Words, int]:
    """
    Return words without the emphasis that opens at an offset, and where they start then.

    With `whole` they stay as they are where it does not go on to their end.
    """
    match = _WRAP.match(words.hidden, start)
    end = words.hidden.find(match[1], match.end()) if match else -1
    if match is None or end < 0 or (whole and words.hidden[end:].strip() != match[1]):
        return words, start
    spans = [match.span(), (end, end + len(match[1]))]
    shown = replace(words, seen=cover(words.seen, spans, " "), hidden=cover(words.hidden, spans, " "))
    return shown, match.end()


def quote(words: Words, dialect: Dialect) -> Said:
    """
    Return a quote: `"text" — speaker`, split at the last closing quotation mark before a dash.

    The dialect says who is named there: whoever it is ("slot"), only a linked page ("link"), or nobody ("none").
    """
    words, _ = unwrapped(words, len(words.hidden) - len(words.hidden.lstrip()), whole=True)
    found = quotations.attribution(words.hidden, quotations.opener(words.hidden))
    end = len(words.text) if found is None else found.start(1)
    text = quotations.unquoted(_paragraphs(words, end))
    if found is None:
        return Said(Parts(markup=words.text, text=text, content=words.text), {})
    shown = replace(words, text=words.seen)
    paragraph = _PARAGRAPH_ENDS.search(words.seen, found.end())
    last = paragraph.start() if paragraph else len(words.text)
    last = len(words.text[:last].rstrip().removesuffix(found[2])) if found[2] else last
    who, expresses = voice(shown, found.end(), last, Expresses.SPEAKER, dialect.name_endings)
    written, name, role = words.text[found.end() : last], " ".join(who.name.split()), " ".join(who.role.split())
    who = Voice(written, name, role, who.place)
    speaker = dialect.speaker
    if speaker == "none" or (speaker == "link" and not expresses):
        who, expresses = Voice(written), {}
    return Said(Parts(markup=words.text[:end].rstrip(), text=text, voice=who, content=words.text), expresses)


def _paragraphs(words: Words, end: int) -> str:
    """Return a quotation up to an offset as a reader sees it; the mark that opens each paragraph again is left out."""
    if "\n" not in words.text[:end]:
        return words.reading(0, end)
    mark = quotations.opener(words.hidden)
    lines = words.seen[:end].split("\n")
    for index in range(2, len(lines)):
        if mark and not lines[index - 1].strip() and quotations.opener(lines[index]) == mark:
            lines[index] = lines[index].replace(mark, "", 1)
    return " ".join(joined(lines).split())


def connection(words: Words, dialect: Dialect, *, grouped: bool) -> Said:
    """
    Return a connection, by the forms that the dialect has.

    They are `relation: [[X]] — text` (colon), `**relation** — [[X]]` (bold), `relation → [[X]]` (arrow), `cites [[X]]`
    with a known relation (bare), and always `[[X]] — text`. With `grouped`, a bold lead only groups its links.
    """
    head = behind_marks(words)
    words, head = unwrapped(words, head, whole=True)
    start = head + grade_of(words.text[head:])[1]
    content = words.text if head else words.text[start:]
    forms = dialect.connection_forms
    colon = _before_link(words, _RELATION.match(words.hidden, start)) if "colon" in forms else None
    # The marks of a bold word may be code, which is hidden; the link behind it may not.
    bold = None if colon or "bold" not in forms else _before_link(words, _BOLD.match(words.text, start))
    arrow = None if colon or bold or "arrow" not in forms else _before_link(words, _ARROW.match(words.hidden, start))
    found = colon or bold or arrow
    if found is None:
        bare = _bare_relation(words, start, dialect) if "bare" in forms else None
        if bare:
            return _targeted(words, bare[1], bare[0], content, form="bare")
        return _targeted(words, start, None, content)
    word = "word" if found["word"] else "code"
    said = (words.written(found, word) or "").strip().rstrip("\\")
    relation = said if colon else said.strip(" :：")
    if grouped and not colon:
        return _grouped(words, found, relation, content)
    if colon and colon[1] and not (colon[3] or colon[4]):
        words, _ = unwrapped(words, colon.start())
    return _targeted(words, found.end(), relation, content)


def _before_link(words: Words, head: re.Match[str] | None) -> re.Match[str] | None:
    """Return the head of a connection where a link follows it, or the brackets of one that is not whole."""
    if head is None:
        return None
    opened = _EMPHASIZED.match(words.hidden, head.end())
    at = opened.end() if opened else head.end()
    follows = any(link.start == at for link in words.links) or _RUN_STARTS.match(words.hidden, at)
    return head if follows else None


def _bare_relation(words: Words, start: int, dialect: Dialect) -> tuple[str, int] | None:
    """Return a known relation word that stands before the first link with nothing between, and where it ends."""
    match = _before_link(words, _BARE.match(words.hidden, start))
    known = match is not None and " ".join(match["word"].casefold().split()) in dialect.relations
    return (words.written(match, "word") or "", match.end()) if match and known else None


def contradiction(words: Words, dialect: Dialect, text: str) -> Said:
    """Return an item under Contradictions: whether it says that there is none, or with what it says there is one."""
    if dialect.denies(plain(words.text, dialect.links)):
        return Said(Parts(markup=text, denies=True, content=words.text), {})
    said = connection(words, dialect, grouped=False)
    if dialect.relations.get((said.parts.relation or "").casefold()) != "contradicts":
        return Said(Parts(markup=text, content=words.text), {})
    return Said(Parts(markup=text, relation=said.parts.relation, content=words.text), said.expresses)


def _grouped(words: Words, head: re.Match[str], label: str | None, content: str) -> Said:
    """Return a line whose bold lead only groups its links: `**Concepts** — [[A]] · [[B]]`."""
    count = _run(words, head.end())[0]
    return Said(
        Parts(
            label=label,
            markup=words.text[head.end() :],
            text=words.reading(head.end(), len(words.text)),
            content=content,
        ),
        dict.fromkeys(_at(words, head.end(), count), Expresses.OBJECT),
    )


def _targeted(words: Words, start: int, relation: str | None, content: str, *, form: str = "") -> Said:
    count, end = _run(words, start)
    if not count:
        text = words.reading(0, len(words.text))
        return Said(Parts(relation=relation, markup=words.text, text=text, content=content), {})
    more = _QUALIFIER.match(words.hidden, end)
    end = more.end() if more else end
    rest = words.text[_behind_notes(words, end) :]
    parted = _PARTED.match(rest)
    stripped = (rest[parted.end() :] if parted else rest).strip()
    markup = (rest[3:] if rest.startswith(" — ") else stripped) or None
    first = words.text.rfind(markup) if markup else 0
    parts = Parts(
        relation=relation,
        target=words.text[start:end],
        qualifier=words.written(more, 1) if more else None,
        scope=words.written(more, 2) if more else None,
        form=form,
        markup=markup,
        text=words.reading(first, first + len(markup)) if markup else None,
        content=content,
    )
    return Said(parts, dict.fromkeys(_at(words, start, count), Expresses.OBJECT))


def _behind_notes(words: Words, end: int) -> int:
    """Return where words go on behind marks of footnotes and what no reader sees."""
    notes = _NOTES.match(words.seen, end)
    behind = notes.end() if notes else end
    shown = behind + len(words.seen[behind:]) - len(words.seen[behind:].lstrip())
    return shown if words.text[behind:shown].strip() else behind


def _at(words: Words, start: int, count: int) -> list[int]:
    """Return the indices of the first `count` links from an offset on."""
    return [index for index, link in enumerate(words.links) if link.start >= start][:count]


def _run(words: Words, start: int) -> tuple[int, int]:
    """Return how many links stand at an offset one after the other, and where the last one ends."""
    count, end = 0, start
    for link in words.links:
        if link.start < start:
            continue
        between = words.seen[end : link.start]
        if count and not _BETWEEN_TARGETS.match(between):
            break
        if not count and between.strip("*_~= "):
            break
        count, end = count + 1, link.end
    opened = _EMPHASIZED.match(words.seen, start)
    if count and opened and opened[0] and words.text.startswith(opened[0], end):
        end += len(opened[0])
    return count, end


def hop(words: Words, number: str) -> Said:
    """Return a step of a trail: `1. [[Hub]] — note`."""
    said = _targeted(words, 0, None, words.text)
    parts = said.parts
    steps = dict.fromkeys(said.expresses, Expresses.STEP)
    return Said(Parts(number=number, target=parts.target, markup=parts.markup, content=words.text), steps)


def entry(words: Words, dialect: Dialect) -> Said:
    """Return an entry of a timeline: `★ **2024-10-28** [[source]] — event`; one without a date has its text alone."""
    head = _ENTRY.match(words.hidden, behind_marks(words))
    start = head.end() if head else 0
    count, end = _run(words, start)
    split = dash(words, end, dialect.dashes) if count else None
    alone = split is not None and not words.text[end : split[0]].strip()
    return Said(
        Parts(
            star=head[1] if head else None,
            date=head[2] if head else None,
            target=words.text[start:end] if alone else None,
            markup=words.text[split[1] if alone and split else start :],
            content=words.text,
        ),
        dict.fromkeys(_at(words, start, count), Expresses.STEP) if alone else {},
    )


def dash(words: Words, start: int, dashes: tuple[str, ...]) -> tuple[int, int] | None:
    """
    Return where the first dash between blanks stands: where what is before it ends, and where what is after it starts.

    One in a link, in code, or in quotation marks with which the words begin does not count.
    """
    links = [(link.start, link.end) for link in words.links]
    covered = cover(words.hidden, links, HIDDEN)
    if "](" in covered or "][" in covered or "<" in covered:
        covered = cover(covered, [match.span() for match in _ADDRESS.finditer(covered)], HIDDEN)
    quotation = quotations.leading(covered, start)
    if quotation:
        covered = cover(covered, [quotation], HIDDEN)
    for dash in dashes:
        alone = _dash(dash, "").match(covered, start)
        found = alone or _dash(dash, _BEFORE).search(covered, max(0, start - 1))
        if found:
            return found.span()
        if covered.endswith(dash) and _BLANK_BEFORE.search(covered[: -len(dash)][-1:]):
            return max(start, len(covered) - len(dash) - 1), len(covered)
    return None


@cache
def _dash(dash: str, before: str) -> re.Pattern[str]:
    written = "|".join(filter(None, (re.escape(dash), _ENTITIES.get(dash))))
    return re.compile(rf"{before}(?:{written})(?:\n[ \t]*|[{_BLANKS}]|&nbsp;)")


def voice(
    words: Words, start: int, end: int, role: Expresses, endings: frozenset[str]
) -> tuple[Voice, dict[int, Expresses]]:
    """
    Return who a slot names: its first link, unless a plain name and a comma stand before; the rest is the role.

    A plain name is what a reader sees of it, and keeps what stands behind a comma but belongs to it: `Acme, Inc.`
    """
    said = words.text[start:end]
    inside = [(index, link) for index, link in enumerate(words.links) if start <= link.start and link.end <= end]
    before = words.text[start : inside[0][1].start] if inside else said
    if inside and "," not in _BRACKETED.sub("", before):
        index, link = inside[0]
        tail = (before.strip() + " " + words.text[link.end : end]).strip(" ,")
        return Voice(said, role=_role(tail)), {index: role}
    open_text = cover(words.hidden, [match.span() for match in _ADDRESS.finditer(words.hidden)], HIDDEN)[start:end]
    size = _name_ends(open_text.translate(_SCRIPTS), endings)
    tail = _role(said[size:].removeprefix("\\"))
    name = words.seen[start : start + size]
    shown = open_text[:size]
    first, last = start + len(shown) - len(shown.lstrip()), start + len(shown.rstrip())
    return Voice(said, reader_text.name(name), tail, words.place(first, max(first, last))), {}


def _role(text: str) -> str:
    """Return the words beside a name without what parts them from it, and without emphasis."""
    bare = reader_text.without_emphasis(_BREAK.sub("", text).strip().strip(",，،").strip())
    return bare.strip(" ,，،*_~=—–\t\n").removeprefix("- ").strip()


def _name_ends(slot: str, endings: frozenset[str]) -> int:
    """Return where a name ends: at a bracket, or at a comma behind which none of its endings stands."""
    slot = _BRACKETED.sub(lambda match: HIDDEN * len(match[0]), slot)
    comma = slot.find(",")
    while comma >= 0:
        after = slot.find(",", comma + 1)
        word = slot[comma + 1 : len(slot) if after < 0 else after].partition(" (")[0]
        if word.strip(" *_.").casefold() not in endings:
            break
        comma = after
    end = len(slot) if comma < 0 else comma
    bracket = slot.find(" (", 0, end)
    end = end if bracket < 0 else bracket
    quoted = quotations.leading(f"{slot[:end]} — ", 0)
    parted = _NAME_ENDS.search(slot, quoted[1] if quoted else 0, end + 1)
    return min(end, parted.start()) if parted and slot[: parted.start()].strip() else end
