"""Front matter as text that readers of YAML 1.1 and 1.2 read alike: values in double quotes, on one line each."""

import json
import re
from collections.abc import Mapping
from functools import cache

# What YAML wants escaped, or tools split lines at; and the fence, by which some tools find the end of the front matter.
_UNPRINTABLE = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")
_FENCE, _NO_FENCE = "---", "--\\u002d"
_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_ENCODE = json.JSONEncoder(ensure_ascii=False).encode  # `dumps` makes an encoder for each text
_WORDS_OF_YAML = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})

Value = str | bool | int | list["Value"] | Mapping[str, "Value"]


def quoted(words: str) -> str:
    """Return a text in double quotes."""
    text = _ENCODE(words)
    if not text.isascii() or "\x7f" in text:
        text = _UNPRINTABLE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
    return text.replace(_FENCE, _NO_FENCE)


@cache
def _key(name: str) -> str:
    plain = _KEY.fullmatch(name) and name.casefold() not in _WORDS_OF_YAML
    return name if plain else quoted(name)


def _flow(value: Value) -> str:
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, list):
        return f"[{', '.join(map(_flow, value))}]"
    return f"{{ {', '.join(f'{_key(name)}: {_flow(one)}' for name, one in value.items())} }}" if value else "{}"


def lines(values: Mapping[str, Value], indent: str = "") -> list[str]:
    """Return a mapping as lines: lists of mappings and mappings one entry a line, all else on the line of its key."""
    written = []
    for name, value in values.items():
        if isinstance(value, list) and any(isinstance(one, Mapping) for one in value):
            written += [f"{indent}{_key(name)}:", *(f"{indent}  - {_flow(one)}" for one in value)]
        elif isinstance(value, Mapping) and value:
            written += [f"{indent}{_key(name)}:", *lines(value, f"{indent}  ")]
        else:
            written.append(f"{indent}{_key(name)}: {_flow(value)}")
    return written
