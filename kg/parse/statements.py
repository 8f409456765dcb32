"""Statements: what a line says: the grammars of quote, connection, hop and timeline entry, and who says it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from kg.files.text import Places
from kg.links.wikilinks import WikiLink, plain
from kg.model.page import Expresses, Parts, Place, Voice
from kg.parse import quotations, reader_text
from kg.parse.markdown import HIDDEN, cover
from kg.settings.dialect import Dialect

_TASK = re.compile(r"\[[ xX/~-]\](?:\s|$)")
_GRADE = re.compile(r"\[([^\W\d_](?:[^\W_]|[ /_-]){0,30})\](?![(:]|\[(?!\[))[ \t]*")
_RELATION = re.compile(r"((?:\*\*|__)?)([^\[\]*:：|]{1,40}?)(?:\*\*|__)?\s*+[:：]\s*+(?:(?:\*\*|__)\s*+)?(?=!?\[)")
_BOLD = re.compile(r"(?:\*\*|`)([^*`]{1,40})(?:\*\*|`)\s*+(?:(?:→|->|—|–|-)\s*+)?(?=!?\[)")
_ARROW = re.compile(r"\(?([A-Za-z_][\w -]{0,30})\)?\s*(?:→|->)\s*(?=!?\[)")
_RUN_STARTS = re.compile(r"!?\[\[")
_BARE = re.compile(r"(?:\*\*|__)?([^\[\]*_:：|—–\x00]{1,40}?)(?:\*\*|__)?[ \t]+(?=!?\[)")
_QUALIFIER = re.compile(r"[ \t]+(?:\(([^()\[\]\n]{1,60})\)(?=[ \t]*(?:$|[\n—–:：-]))|ON[ \t]+\"([^\"\[\]\n]{1,120})\")")
_BETWEEN_TARGETS = re.compile(r"\s*+(?:(?:[,;·、/&+]|and\b)\s*+)?\Z")
_ADDRESS = re.compile(r"!?\[[^\[\]\n]*\]\([^()\n]*\)|<[^<>\s][^<>]*>|\\.")
_BRACKETED = re.compile(r"\[[^\[\]]*\]")
_BLANKS = r" \t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
_BLANK_BEFORE = re.compile(f"[{_BLANKS}]\\Z")
_SOME_BLANKS = re.compile(r" {2,}")
_DASHES = "—–"  # of which some scripts write two for one
# Commas and brackets of other scripts, as those between a name and a role.
_SCRIPTS = str.maketrans("，،（", ",,(")
_QUOTATION = re.compile(r"\s*(?:\"[^\"\n]*\"|“[^“”\n]*”|«[^«»\n]*»|「[^「」\n]*」)(?=\s)")
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
        joined = " ".join(line.strip() for line in seen.split("\n") if line.strip())
        return joined if text == seen else _SOME_BLANKS.sub(" ", joined)

    def written(self, match: re.Match[str], group: int) -> str | None:
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
    return (match[1], match.end()) if match else (None, 0)


def quote(words: Words, dialect: Dialect) -> Said:
    """
    Return a quote: `"text" — speaker`, split at the last closing quotation mark before a dash.

    The dialect says who is named there: whoever it is ("slot"), only a linked page ("link"), or nobody ("none").
    """
    found = quotations.attribution(words.hidden, quotations.opener(words.hidden))
    end = len(words.text) if found is None else found.start(1)
    text = quotations.unquoted(_paragraphs(words, end))
    if found is None:
        return Said(Parts(markup=words.text, text=text, content=words.text), {})
    shown = replace(words, text=words.seen)
    last = len(words.text.rstrip().removesuffix(found[2])) if found[2] else len(words.text)
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
    return " ".join(" ".join(lines).split())


def connection(words: Words, dialect: Dialect, *, grouped: bool) -> Said:
    """
    Return a connection, by the forms that the dialect has.

    They are `relation: [[X]] — text` (colon), `**relation** — [[X]]` (bold), `relation → [[X]]` (arrow), `cites [[X]]`
    with a known relation (bare), and always `[[X]] — text`. With `grouped`, a bold lead only groups its links.
    """
    _, start = grade_of(words.text)
    content = words.text[start:]
    forms = dialect.connection_forms
    colon = _before_link(words, _RELATION.match(words.hidden, start)) if "colon" in forms else None
    # The marks of a bold word may be code, which is hidden; the link behind it may not.
    bold = None if colon or "bold" not in forms else _before_link(words, _BOLD.match(words.text, start))
    arrow = None if colon or bold or "arrow" not in forms else _before_link(words, _ARROW.match(words.hidden, start))
    head = colon or bold or arrow
    if head is None:
        bare = _bare_relation(words, start, dialect) if "bare" in forms else None
        if bare:
            return _targeted(words, bare[1], bare[0], content, form="bare")
        return _targeted(words, start, None, content)
    said = (words.written(head, 2 if colon else 1) or "").strip()
    relation = said if colon else said.strip(" :：")
    if grouped and not colon:
        return _grouped(words, head, relation, content)
    return _targeted(words, head.end(), relation, content)


def _before_link(words: Words, head: re.Match[str] | None) -> re.Match[str] | None:
    """Return the head of a connection where a link follows it, or the brackets of one that is not whole."""
    if head is None:
        return None
    follows = any(link.start == head.end() for link in words.links) or _RUN_STARTS.match(words.hidden, head.end())
    return head if follows else None


def _bare_relation(words: Words, start: int, dialect: Dialect) -> tuple[str, int] | None:
    """Return a known relation word that stands before the first link with nothing between, and where it ends."""
    match = _before_link(words, _BARE.match(words.hidden, start))
    known = match is not None and " ".join(match[1].casefold().split()) in dialect.relations
    return (words.written(match, 1) or "", match.end()) if match and known else None


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
    rest = words.text[end:]
    stripped = rest.strip()
    for dash in ("—", "–", "--", "-", ":", "："):
        if stripped.startswith(dash):
            stripped = stripped[len(dash) :].lstrip(_DASHES if dash in _DASHES else "").lstrip()
            break
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


def _at(words: Words, start: int, count: int) -> list[int]:
    """Return the indices of the first `count` links from an offset on."""
    return [index for index, link in enumerate(words.links) if link.start >= start][:count]


def _run(words: Words, start: int) -> tuple[int, int]:
    """Return how many links stand at an offset one after the other, and where the last one ends."""
    count, end = 0, start
    for link in words.links:
        if link.start < start:
            continue
        between = words.text[end : link.start]
        if count and not _BETWEEN_TARGETS.match(between):
            break
        if not count and between.strip("* "):
            break
        count, end = count + 1, link.end
    if count and words.text.startswith("**", end) and words.text.startswith("**", start):
        end += 2
    return count, end


def hop(words: Words, number: str) -> Said:
    """Return a step of a trail: `1. [[Hub]] — note`."""
    said = _targeted(words, 0, None, words.text)
    parts = said.parts
    steps = dict.fromkeys(said.expresses, Expresses.STEP)
    return Said(Parts(number=number, target=parts.target, markup=parts.markup, content=words.text), steps)


def entry(words: Words, dialect: Dialect) -> Said:
    """Return an entry of a timeline: `★ **2024-10-28** [[source]] — event`; one without a date has its text alone."""
    head = _ENTRY.match(words.hidden)
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
    if "](" in covered or "<" in covered:
        covered = cover(covered, [match.span() for match in _ADDRESS.finditer(covered)], HIDDEN)
    quotation = _QUOTATION.match(covered, start)
    if quotation:
        covered = cover(covered, [quotation.span()], HIDDEN)
    for dash in dashes:
        found = _between_blanks(dash).search(covered, max(0, start - 1))
        if found:
            return found.span()
        if covered.endswith(dash) and _BLANK_BEFORE.search(covered[: -len(dash)][-1:]):
            return max(start, len(covered) - len(dash) - 1), len(covered)
    return None


@cache
def _between_blanks(dash: str) -> re.Pattern[str]:
    return re.compile(f"[{_BLANKS}]{re.escape(dash)}[{_BLANKS}]")


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
        return Voice(said, role=tail.strip(" ,*_~=")), {index: role}
    open_text = cover(words.hidden, [match.span() for match in _ADDRESS.finditer(words.hidden)], HIDDEN)[start:end]
    size = _name_ends(open_text.translate(_SCRIPTS), endings)
    tail = said[size:].strip().lstrip(",，،").strip()
    name = words.seen[start : start + size]
    shown = open_text[:size]
    first, last = start + len(shown) - len(shown.lstrip()), start + len(shown.rstrip())
    return Voice(said, reader_text.name(name), tail, words.place(first, max(first, last))), {}


def _name_ends(slot: str, endings: frozenset[str]) -> int:
    """Return where a name ends: at a bracket, or at a comma behind which none of its endings stands."""
    comma = slot.find(",")
    while comma >= 0:
        after = slot.find(",", comma + 1)
        word = slot[comma + 1 : len(slot) if after < 0 else after].partition(" (")[0]
        if word.strip(" *_.").casefold() not in endings:
            break
        comma = after
    end = len(slot) if comma < 0 else comma
    bracket = slot.find(" (", 0, end)
    return end if bracket < 0 else bracket
