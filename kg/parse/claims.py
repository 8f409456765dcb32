"""Claims: what a line under Key Claims says, by the forms of the dialect."""

import re
from collections.abc import Container
from dataclasses import field

from kg.model.page import Expresses, Parts, Voice
from kg.model.records import dataclass
from kg.parse.markdown import HIDDEN, cover
from kg.parse.statements import Said, Words, behind_marks, dash, grade_of, unwrapped, voice
from kg.settings.claim_form import ClaimForm, Piece
from kg.settings.dialect import Dialect

_LEAD = re.compile(r"(\*\*|__)(?!\s)([^*_\n]{1,80}?)\s*(?:[:：]\s*\1|\1\s*(?:[:：]|(?=—|–|--?\s)))\s*")
_MARKED_GRADE = re.compile(
    r"(\*{1,3}|_{1,3}|~~|==|`|)\\?\[[ \t]*([^\W\d_][^\[\]\n]{0,30}?)[ \t]*\\?\]\1(?![(:]|\[(?!\[))[ \t]*(?=\S)"
)
_SQUARE = "["


def _tag(text: str, start: int, dialect: Dialect) -> tuple[str | None, int]:
    """Return the word of the grade tag at an offset and where it ends; a known one may be bold, code or escaped."""
    word, size = grade_of(text[start:])
    match = _MARKED_GRADE.match(text, start) if word is None else None
    known = match is not None and match[2].casefold() in dialect.grades
    return (match[2], match.end()) if match and known else (word, start + size)


def _words(words: Words, dialect: Dialect) -> tuple[Words, int]:
    """Return the words of a claim without emphasis around more than one of its parts, and where they start."""
    head = behind_marks(words)
    whole, start = unwrapped(words, head, whole=True)
    opened, inside = unwrapped(words, head)
    graded = opened is not words and _tag(words.text, head, dialect)[0] is None
    return (opened, inside) if graded and _tag(words.text, inside, dialect)[0] in dialect.grades else (whole, start)


@dataclass(slots=True)
class _Reading:
    """What has been read of a claim: `start` and `stop` enclose its text, `kept` is where its markup starts."""

    start: int
    stop: int
    kept: int = 0
    found: int = 0
    grade: str | None = None
    graded: str = ""
    certainty: str | None = None
    label: str | None = None
    voice: Voice | None = None
    expresses: dict[int, Expresses] = field(default_factory=dict)


def claim(words: Words, dialect: Dialect, page_grade: str | None) -> Said:
    """Return a claim by the form that finds the most parts; `page_grade` is that of claims without one of their own."""
    plain, (words, head) = words, _words(words, dialect)
    read = _best(words, head, dialect)
    if not read.found and words is not plain:  # emphasis of the claim itself, which is the author's
        words, head = plain, behind_marks(plain)
        read = _best(words, head, dialect)
    if read.grade is None and page_grade is not None:
        read.grade, read.graded = page_grade, "page"
    after_grade = 0 if head else _tag(words.text, head, dialect)[1]
    parts = Parts(
        grade=read.grade,
        graded=read.graded,
        certainty=read.certainty,
        label=read.label,
        voice=read.voice,
        markup=words.text[read.kept :],
        text=words.reading(read.start, read.stop),
        content=words.text[after_grade:],
    )
    return Said(parts, read.expresses)


def _best(words: Words, head: int, dialect: Dialect) -> _Reading:
    """Return the reading by the form that finds the most parts."""
    return max((_by(form, words, head, dialect) for form in dialect.claim_forms), key=lambda reading: reading.found)


def _by(form: ClaimForm, words: Words, head: int, dialect: Dialect) -> _Reading:
    read = _Reading(head, len(words.text))
    for piece in form.leading:
        match piece.part:
            case "grade":
                _leading_grade(read, piece, words, head, dialect)
            case "label":
                _label(read, words)
            case _:
                _claimant(read, piece, words, dialect)
    for piece in reversed(form.trailing):
        _trailing(read, piece, words, dialect)
    return read


def _leading_grade(reading: _Reading, piece: Piece, words: Words, head: int, dialect: Dialect) -> None:
    """Read the grade before a claim: in square brackets any word is one, known or not; else only a known one is."""
    if piece.before == _SQUARE and reading.start == head:
        word, end = _tag(words.text, head, dialect)
        if word is not None:
            reading.grade, reading.start, reading.kept, reading.found = word, end, end, reading.found + 1
        return
    known = _known(piece, words.text[reading.start :], dialect.grades.keys())
    if known:
        reading.grade, reading.graded, reading.found = known[0], "inline", reading.found + 1
        reading.start += known[1]


def _known(piece: Piece, text: str, words: Container[str]) -> tuple[str, int] | None:
    """Return the known word with which a text starts, between what stands around it, and its length with that."""
    after = piece.after.rstrip()
    start = len(piece.before)
    end = text.find(after, start) if after else -1
    if not text.startswith(piece.before) or end < 0:
        return None
    word = text[start:end]
    if word.strip().casefold() not in words:
        return None
    rest = text[end + len(after) :]
    return word.strip(), len(text) - len(rest.lstrip(" \t"))


def _label(reading: _Reading, words: Words) -> None:
    match = _LEAD.match(words.hidden, reading.start)
    if match and words.text[match.end() : reading.stop].strip():
        label = (words.written(match, 2) or "").strip()
        reading.label, reading.start, reading.found = label, match.end(), reading.found + 1


def _claimant(reading: _Reading, piece: Piece, words: Words, dialect: Dialect) -> None:
    """Read who claims it: what stands before the first dash; for {link} only where that is one link."""
    split = _separator(piece, words, reading.start, dialect)
    if split is None:
        return
    said = words.text[reading.start : split[0]]
    inside = [link for link in words.links if reading.start <= link.start and link.end <= split[0]]
    alone = len(inside) == 1 and said.strip() == words.text[inside[0].start : inside[0].end]
    if piece.part == "link" and not alone:
        return
    if said.strip():
        reading.voice, reading.expresses = voice(
            words, reading.start, split[0], Expresses.CLAIMANT, dialect.name_endings
        )
        reading.found += 1
    reading.start = reading.kept = split[1]


def _separator(piece: Piece, words: Words, start: int, dialect: Dialect) -> tuple[int, int] | None:
    """Return where what parts a claimant from the claim stands: any dash of the dialect, or the form's own mark."""
    if piece.after.strip() in dialect.dashes:
        return dash(words, start, dialect.dashes)
    covered = cover(words.hidden, [(link.start, link.end) for link in words.links], HIDDEN)
    found = covered.find(piece.after, start)
    return None if found < 0 else (found, found + len(piece.after))


def _trailing(reading: _Reading, piece: Piece, words: Words, dialect: Dialect) -> None:
    """Read a known word behind the text, between what stands around it."""
    known = dialect.grades.keys() if piece.part == "grade" else dialect.certainties
    text = words.text[reading.start : reading.stop].rstrip()
    after, before = piece.after.rstrip(), piece.before.lstrip()
    bare = text.rstrip(".。") if not after.endswith((".", "。")) else text
    at = bare.rfind(before, 0, len(bare) - len(after)) if before else bare.rfind(" ") + 1
    if at <= 0 or not bare.endswith(after):
        return
    word = bare[at + len(before) : len(bare) - len(after)].strip()
    if word.casefold() not in known:
        return
    if piece.part == "certainty":
        reading.certainty = word
    elif reading.grade is None:
        reading.grade, reading.graded = word, "inline"
    reading.found += 1
    reading.stop = reading.start + len(bare[:at].rstrip())
