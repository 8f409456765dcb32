"""Names back to wikilinks: what a reader sees of a link, in a slot of a line or in running text."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import field
from typing import NamedTuple

from kg.links.wikilinks import find
from kg.model.finding import Level
from kg.model.records import dataclass
from kg.parse.markdown import HIDDEN, cover, hide
from kg.rdf.names import stem as stem_of
from kg.restore.lexicon import Lexicon, Name, Sort, folder

_WORD = re.compile(r"\w+")
_URL = re.compile(r"\[[^\]\[]*\]\([^()\s]*\)|<?\bhttps?://[^\s<>]+|(?<![\w/.-])(?:\.{1,2}/|[\w.-]+/)+[\w.-]+")
_CAMEL = re.compile(r"[^\W\d_a-z][^\W_]*[^\W\d_A-Z][^\W\d_a-z][^\W_]*")
_TARGET = re.compile(r"[\w.'’&+-]+")
_NAME_SIZE = 300  # longer than any file name may be
_POINTER = re.compile(r"[\w-]+(?=#)")
_SLUG = re.compile(r"[^\W_A-Z]+(?:-[^\W_A-Z]+){2,}")


@dataclass(frozen=True, slots=True)
class Doubt:
    """What a restored text cannot be sure of, and at which offsets of the text that it was restored from."""

    start: int
    end: int
    rule: str
    message: str
    level: Level = Level.INFO


@dataclass(frozen=True, slots=True)
class Linked:
    """A text with its links, how many were put in, and the doubts."""

    text: str
    links: int = 0
    doubts: tuple[Doubt, ...] = ()


@dataclass(frozen=True, slots=True)
class Habit:
    """
    Whether running text links a page whose name is what people call the thing: where it names it first, and later.

    `plain` are the names that running text also has as plain words.
    """

    first: bool = False
    later: bool = False
    plain: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Linker:
    """
    What links are restored with.

    `lexicon` is the wiki's, `path` the page's own, `habit` that of pages like it, `sections` the headings that a link
    may point to, in lower case; `met` collects the names that the page's running text has had.
    """

    lexicon: Lexicon
    path: str = ""
    habit: Habit = Habit()
    sections: frozenset[str] = frozenset()
    starts: dict[str, list[tuple[str, Name | None]]] = field(default_factory=dict)
    met: set[str] = field(default_factory=set)


def linker(lexicon: Lexicon, path: str, habit: Habit, sections: Iterable[str] = ()) -> Linker:
    """Return a linker, with the names to look for in running text by their first word, longest first."""
    own = stem_of(path)
    starts: dict[str, list[tuple[str, Name | None]]] = defaultdict(list)
    for name in lexicon.stems.values():
        if name.sort is not Sort.WORD and name.stem != own:
            starts[_first(name.stem)].append((name.stem, name))
    for found in lexicon.shown.values():
        for name in found:
            if " " in name.title and name.stem != own:
                starts[_first(name.title)].append((name.title, None))
    for first, listed in starts.items():
        starts[first] = sorted(set(listed), key=lambda pair: (-len(pair[0]), pair[0], pair[1] is None))
    return Linker(lexicon, path, habit, frozenset(sections), dict(starts))


def learned(lexicon: Lexicon, pages: Iterable[Sequence[str]], default: Habit) -> Habit:
    """Return the habit of pages given by their running text; where they show none, the default's."""
    tool = linker(lexicon, "", default)
    counts: Counter[tuple[bool, bool]] = Counter()
    plain: set[str] = set()
    for texts in pages:
        met: set[str] = set()
        for name, is_link in _mentions(tool, texts):
            if not is_link:
                plain.add(name.stem)
            if name.sort is Sort.PROPER:
                counts[name.stem in met, is_link] += 1
                met.add(name.stem)
    first, later = (
        counts[again, True] > counts[again, False] if counts[again, True] + counts[again, False] else fallback
        for again, fallback in ((False, default.first), (True, default.later))
    )
    return Habit(first, later, frozenset(plain))


def _mentions(tool: Linker, texts: Iterable[str]) -> Iterator[tuple[Name, bool]]:
    """Yield each name of the wiki in texts, in order, and whether it is a link there."""
    for text in texts:
        hidden = hide(text)
        found = [link for link in find(hidden) if link.slug in tool.lexicon.stems and not link.alias]
        mentions = [(link.start, tool.lexicon.stems[link.slug], True) for link in found]
        covered = _covered(hidden)
        mentions += [(one.start, one.name, False) for one in _named(tool, covered) if one.name]
        yield from ((name, is_link) for _, name, is_link in sorted(mentions, key=lambda one: one[0]))


def _covered(hidden: str) -> str:
    """Return text with links and addresses covered, of the same length."""
    hidden = cover(hidden, [(link.start, link.end) for link in find(hidden)], HIDDEN)
    return _URL.sub(lambda match: HIDDEN * len(match[0]), hidden)


def _first(text: str) -> str:
    match = _WORD.search(text)
    return match[0] if match and match.start() == 0 else text[:1]


def free(tool: Linker, text: str) -> Linked:
    """Return running text with a link at every name that only a link would spell like that; others are doubts."""
    hidden = _covered(hide(text))
    pieces: list[str] = []
    doubts: list[Doubt] = []
    done = links = 0
    for start, words, name in _named(tool, hidden):
        if start < done:
            continue
        end = start + len(words)
        linked = _is_linked(tool, name)
        doubt = _doubt(tool, start, words, name, linked=linked)
        doubts += [doubt] if doubt else []
        if not linked:
            continue
        section = _section(tool, hidden, end)
        pieces += [text[done:start], _link(words + section[0])]
        done, links = end + section[1], links + 1
    return Linked("".join([*pieces, text[done:]]), links, tuple(doubts))


class _Found(NamedTuple):
    """What may be a name of the wiki in a text: where it starts, its words, and the name that they are."""

    start: int
    words: str
    name: Name | None


def _named(tool: Linker, hidden: str) -> Iterator[_Found]:
    """Yield where a name of the wiki stands between word boundaries, the longest that does."""
    for match in _WORD.finditer(hidden):
        start = match.start()
        if start and hidden[start - 1] in "-/.@#_":
            continue
        for words, name in tool.starts.get(match[0], ()):
            if hidden.startswith(words, start) and _ends(hidden, start + len(words)):
                yield _Found(start, words, name)
                break
        else:
            pointer = _POINTER.match(hidden, start)
            if pointer and _section(tool, hidden, pointer.end())[1]:
                yield _Found(start, pointer[0], Name(pointer[0], sort=Sort.COINED))


def _ends(hidden: str, end: int) -> bool:
    rest = hidden[end : end + 2]
    return not rest or not (rest[0].isalnum() or rest[0] in "_/" or (rest[0] in "-.@" and rest[1:].isalnum()))


def _section(tool: Linker, hidden: str, end: int) -> tuple[str, int]:
    """Return the section that a link points to, as it is written and how many characters show it: `#X` or ` > X`."""
    sign = "#" if hidden.startswith("#", end) else " > " if hidden.startswith(" > ", end) else ""
    rest = hidden[end + len(sign) :].casefold() if sign else ""
    fitting = [one for one in tool.sections if rest.startswith(one) and _ends(rest, len(one))]
    if not fitting:
        return "", 0
    size = len(sign) + max(map(len, fitting))
    return "#" + hidden[end + len(sign) : end + size], size


def _is_linked(tool: Linker, name: Name | None) -> bool:
    """Tell whether a name in running text is put back as a link, and remember that it was there."""
    if name is None:
        return False
    again = name.stem in tool.met
    tool.met.add(name.stem)
    if name.sort is Sort.COINED and (name.path or name.stem not in tool.habit.plain):
        return True
    return tool.habit.later if again else tool.habit.first


def _doubt(tool: Linker, start: int, words: str, name: Name | None, *, linked: bool) -> Doubt | None:
    end = start + len(words)
    if name is None:
        targets = ", ".join(f"[[{one.stem}|{words}]]" for one in tool.lexicon.shown[words.casefold()])
        message = f"'{words}' is left as text; it is also the title of a page, so it may have been {targets}"
        return Doubt(start, end, "rendered-name", message)
    if linked and name.sort is Sort.COINED and name.path:
        return None
    if linked and name.sort is Sort.COINED:
        message = f"[[{words}]] names no page of the wiki; restored because other lines link it"
        return Doubt(start, end, "rendered-link", message)
    if linked:
        message = f"[[{words}]] is a guess: the page is called what the text may just have called it"
        return Doubt(start, end, "rendered-link", message)
    message = f"'{words}' is left as text; it is also the name of a page, so it may have been [[{words}]]"
    return Doubt(start, end, "rendered-name", message)


def _link(target: str, text: str = "") -> str:
    return f"[[{target}|{text}]]" if text and text != target else f"[[{target}]]"


def slot(tool: Linker, text: str, *, target: bool) -> Linked | None:
    """
    Return the link that a whole slot of a line is, or None where its words name no page.

    With `target` the form of the line demands a link there, so that a name without blanks is one, page or not. Where
    no wiki is known, so is a name that is spelled like a file name.
    """
    words = text.strip(" \t")
    if not words or len(words) > _NAME_SIZE:
        return None
    lead = text.index(words)
    name, section = _split(tool, words)
    linked = text.replace(words, _link(name + section))
    if name in tool.lexicon.stems and tool.lexicon.stems[name].path:
        return Linked(linked, 1)
    shown = tool.lexicon.shown.get(words.casefold(), ())
    if shown:
        return _by_title(tool, text, words, shown)
    if name in tool.lexicon.stems:
        why = "other lines link it"
    elif target and _TARGET.fullmatch(name):
        why = "the form of the line has a link here"
    elif not tool.lexicon.known and (_CAMEL.fullmatch(name) or _SLUG.fullmatch(name)):
        why = "it is spelled like a file name"
    else:
        return None
    message = f"[[{words}]] names no page of the wiki; restored because {why}"
    return Linked(linked, 1, (Doubt(lead, lead + len(words), "rendered-link", message),))


def _split(tool: Linker, words: str) -> tuple[str, str]:
    """Return the name and the section of a link as a reader sees it."""
    for sign in ("#", " > "):
        name, found, section = words.partition(sign)
        if found and section and (name in tool.lexicon.stems or section.casefold() in tool.sections):
            return name, f"#{section}"
    return words, ""


def _by_title(tool: Linker, text: str, words: str, names: tuple[Name, ...]) -> Linked:
    start = text.index(words)
    end = start + len(words)
    near = [name for name in names if folder(name.path) == folder(tool.path)]
    chosen = names if len(names) == 1 else near
    if len(chosen) != 1:
        listed = ", ".join(f"[[{name.stem}|{words}]]" for name in names)
        message = f"'{words}' is left as text; several pages have this title: {listed}"
        return Linked(text, 0, (Doubt(start, end, "rendered-ambiguous", message, Level.WARNING),))
    link = _link(chosen[0].stem, words)
    message = f"{link} is a guess: the words are the title or an alias of {chosen[0].path}"
    return Linked(text.replace(words, link), 1, (Doubt(start, end, "rendered-link", message),))


def shifted(linked: Linked, by: int) -> tuple[Doubt, ...]:
    """Return the doubts of a part of a text that starts `by` characters into it."""
    return tuple(Doubt(one.start + by, one.end + by, one.rule, one.message, one.level) for one in linked.doubts)


def joined(parts: Iterable[tuple[str | Linked, str]]) -> Linked:
    """Return parts put together: each as restored or as it is, with the text that it was restored from."""
    texts: list[str] = []
    doubts: list[Doubt] = []
    links = done = 0
    for made, source in parts:
        if isinstance(made, Linked):
            texts.append(made.text)
            doubts += shifted(made, done)
            links += made.links
        else:
            texts.append(made)
        done += len(source)
    return Linked("".join(texts), links, tuple(doubts))
