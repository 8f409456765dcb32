"""Foreign words: is a quote in another script or language than its original, so that it must have been translated."""

import re
from collections import Counter
from collections.abc import Mapping
from functools import cache, cached_property

_SCRIPTS = {
    "Latin": "A-Za-z\u00c0-\u024f\u1e00-\u1eff",
    "Greek": "\u0370-\u03ff",
    "Cyrillic": "\u0400-\u052f",
    "Armenian": "\u0531-\u058f",
    "Hebrew": "\u05d0-\u05ea",
    "Arabic": "\u0620-\u06ff",
    "Devanagari": "\u0900-\u097f",
    "Bengali": "\u0980-\u09ff",
    "Tamil": "\u0b80-\u0bff",
    "Thai": "\u0e01-\u0e4e",
    "Georgian": "\u10a0-\u10ff",
    "Hangul": "\u1100-\u11ff\uac00-\ud7a3",
    "kana": "\u3041-\u30ff",
    "Han": "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff",
}
# Short words that one of these languages has and the others have not.
_LANGUAGES = {
    "English": "the and of that with which this from have been they were would their there because what when who its",
    "German": "der das und ist nicht mit für auf dem sich eine einer auch werden wird sind dass aber oder nach bei",
    "French": "les des est dans pour qui sur pas avec une aux cette sont ces mais leur elle nous vous être",
    "Spanish": "el los las del por con una para más pero sus también fue ser hay cuando muy sin sobre este",
    "Portuguese": "não uma dos das pelo pela são mas também foi ao mais muito isso ele está seu sua nos",
    "Italian": "il gli della che non per una sono del nella con anche più questo ma alla dei delle si è",
    "Dutch": "het een van niet zijn voor met dat aan ook maar wordt worden deze door naar bij uit nog als",
}
_SAMPLE, _PART = 9_000, 3_000
_SHARE = 0.3  # of the letters of a quote that are of a script
_TRACE = 0.002  # of the characters of an original: a name or two
_FEW_LETTERS = 20
_LEAST_WORDS, _MANY_WORDS, _TIMES = 3, 12, 4


class Tongue:
    """What a text is written in, found out when it is asked for."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._foreign: dict[str, bool] = {}

    @cached_property
    def words(self) -> Mapping[str, int]:
        """How many words of each language the beginning, the middle and the end of the text have."""
        text, middle = self._text, len(self._text) // 2
        parts = (text,) if len(text) <= _SAMPLE else (text[:_PART], text[middle : middle + _PART], text[-_PART:])
        return _known_words(" ".join(parts))

    def lacks(self, script: str) -> bool:
        """Tell whether the text has letters, and next to none of a script."""
        if script not in self._foreign:
            self._foreign[script] = _lacks(script, self._text)
        return self._foreign[script]


@cache
def _letters(script: str) -> re.Pattern[str]:
    return re.compile(f"[{_SCRIPTS[script]}]")


@cache
def _language_of() -> dict[str, str]:
    """Return the language of each word that is of one alone."""
    listed = Counter(word for words in _LANGUAGES.values() for word in words.split())
    return {word: name for name, words in _LANGUAGES.items() for word in words.split() if listed[word] == 1}


def _known_words(text: str) -> Mapping[str, int]:
    known = _language_of()
    return dict(Counter(known[word] for word in re.findall(r"[^\W\d_]+", text.lower()) if word in known))


def is_translated(quote: str, original: Tongue) -> bool:
    """Tell whether a quote is certainly in another script or language than its original."""
    scripts = ["Latin"] if quote.isascii() else list(_SCRIPTS)
    counts = {name: len(_letters(name).findall(quote)) for name in scripts}
    total = sum(counts.values())
    for name, number in counts.items():
        if number and number >= _SHARE * total and original.lacks(name):
            return True
    own = _known_words(quote)
    return bool(_plainly(own, _LEAST_WORDS)) and _other_language(own, original.words)


def _lacks(script: str, text: str) -> bool:
    if script != "Latin" and text.isascii():
        return len(text) >= _FEW_LETTERS
    sample = text[:_PART]
    if len(_letters(script).findall(sample)) >= _TRACE * len(sample) or _rate(script, text) >= _TRACE:
        return False
    return sum(map(str.isalpha, text[:_PART])) >= _FEW_LETTERS


def _rate(script: str, text: str) -> float:
    return len(_letters(script).findall(text)) / len(text)


def _other_language(own: Mapping[str, int], original: Mapping[str, int]) -> bool:
    ours, theirs = _plainly(own, _LEAST_WORDS), _plainly(original, _MANY_WORDS)
    return bool(ours and theirs) and ours != theirs and original.get(ours, 0) * _TIMES <= original[theirs]


def _plainly(words: Mapping[str, int], least: int) -> str:
    """Return the language that a text has most words of, where it is plain which that is."""
    ordered = sorted(words.items(), key=lambda one: (-one[1], one[0]))
    if not ordered or ordered[0][1] < least:
        return ""
    second = ordered[1][1] if len(ordered) > 1 else 0
    return ordered[0][0] if ordered[0][1] >= _TIMES * second else ""
