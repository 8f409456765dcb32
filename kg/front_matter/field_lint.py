"""What may be wrong with front matter that YAML can read, or that nobody finds: fences, keys, lists, words."""

import re
from collections.abc import Iterator
from itertools import islice

from kg.files.text import Line, Text
from kg.front_matter import hash_lint, kind_lint, yaml12
from kg.front_matter.fields import INVISIBLE, Field, FrontMatter, is_direct, is_fence, own_key
from kg.front_matter.yaml_faults import quoted, shortened
from kg.model.finding import Finding, Level, Span
from kg.settings.dialect import Dialect

RULES = frozenset(
    {
        "front-matter-alias", "front-matter-comment", "front-matter-depth", "front-matter-directive",
        "front-matter-document", "front-matter-duplicate-key", "front-matter-echo", "front-matter-empty",
        "front-matter-fence", "front-matter-flow", "front-matter-format", "front-matter-key", "front-matter-late",
        "front-matter-list", "front-matter-source", "front-matter-tab", "front-matter-tag",
        "front-matter-unterminated", "front-matter-value",
        "front-matter-yaml", "front-matter-yaml11",
    }
)  # fmt: skip
LISTS = frozenset({"words", "pages"})
_LATE = 40
_DASHES = re.compile(r"[-–—]{2,}|—")
_FIELD = re.compile(r"""[^\W\d][^:#"'\[\]{}|>]{0,59}:(?:\s|$)""")
_FORMATS = (("+++", "TOML"), (";;;", "JSON"))
_SEPARATOR = re.compile(r"[,;]|\S\s+#|\n")
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://\S")


def check(path: str, text: Text, front: FrontMatter, dialect: Dialect) -> list[Finding]:
    """Return what an author may want to know of a page's front matter, or of its absence, beside errors of YAML."""
    lines = text.lines
    if front.status == "none":
        return list(islice(_absent(path, lines), 1))
    findings = [*_fences(path, text, front), *_echo(path, lines, front)]
    if front.status == "empty":
        findings.append(_info(path, 1, 1, "front-matter-empty", "the front matter holds no field; write 'title: …'"))
    present = {own_key(field.key, scalar.path)[0] for field in front.fields for scalar in field.values}
    present |= {field.key for field in front.fields}
    for field in front.fields:
        findings += [*_field(path, lines, field, dialect, present), *hash_lint.check(path, lines, field, dialect)]
        findings += kind_lint.check(path, field, dialect)
    return findings


def _info(path: str, line: int, column: int, rule: str, message: str) -> Finding:
    return Finding(Span(path, line, column), rule, message, Level.INFO)


def _warning(path: str, line: int, column: int, rule: str, message: str) -> Finding:
    return Finding(Span(path, line, column), rule, message, Level.WARNING)


# ---- pages whose front matter is not found ---------------------------------------------------------------------------


def _absent(path: str, lines: tuple[Line, ...]) -> Iterator[Finding]:
    first = lines[0].text.strip(f"{INVISIBLE} \t") if lines else ""
    for mark, name in _FORMATS:
        if first == mark:
            yield _other_format(path, name)
    if first.startswith("{") and (first == "{" or first[1:].lstrip().startswith('"')):
        yield _other_format(path, "JSON")
    yield from _odd_fence(path, lines, first)
    yield from _late(path, lines)


def _other_format(path: str, name: str) -> Finding:
    message = f"front matter in {name} is read as text; write YAML between two lines '---'"
    return _warning(path, 1, 1, "front-matter-format", message)


def _odd_fence(path: str, lines: tuple[Line, ...], first: str) -> Iterator[Finding]:
    follows = len(lines) > 1 and bool(_FIELD.match(lines[1].text))
    if follows and _DASHES.fullmatch(first):
        message = f"'{shortened(first)}' opens no front matter; write '---'"
        yield _warning(path, 1, 1, "front-matter-fence", message)


def _late(path: str, lines: tuple[Line, ...]) -> Iterator[Finding]:
    """Yield front matter that stands below something else: `---`, a key on the next line, and `---` later on."""
    for row, line in enumerate(lines[:_LATE]):
        if line.text.rstrip() == "---" and row and _opens(lines, row):
            above = next((shortened(above.text) for above in lines[:row] if above.text.strip()), "")
            right = f"move it above '{above}'" if above else "take out the empty lines above it"
            message = f"front matter counts on line 1 only; {right}"
            yield _warning(path, row + 1, 1, "front-matter-late", message)


def _opens(lines: tuple[Line, ...], row: int) -> bool:
    """Tell whether front matter could start on a line: fields up to the next `---`, with no empty line on top."""
    if row + 1 >= len(lines) or not _FIELD.match(lines[row + 1].text):
        return False
    for line in lines[row + 2 : row + 2 + _LATE]:
        if line.text.rstrip() == "---":
            return True
        if not (_FIELD.match(line.text) or line.text.startswith((" ", "\t", "- ", "#")) or not line.text.strip()):
            return False
    return False


# ---- fences ----------------------------------------------------------------------------------------------------------


def _fences(path: str, text: Text, front: FrontMatter) -> Iterator[Finding]:
    rule = "front-matter-fence"
    if text.mark:
        message = "a byte order mark stands before '---', where some tools see no front matter; save the file without"
        yield _info(path, 1, 1, rule, message)
    first = text.lines[0].text
    if first[0] in INVISIBLE:
        message = f"the invisible character U+{ord(first[0]):04X} stands before '---'; take it out"
        yield _warning(path, 1, 1, rule, message)
    last = front.end if front.status != "unterminated" else 0
    for row in (1, last):
        line = text.lines[row - 1].text if row else ""
        if line != line.rstrip():
            yield _info(path, row, len(line.rstrip()) + 1, rule, "blanks stand behind the dashes; take them out")
    if front.status == "unterminated":
        yield from _closing(path, text.lines)


def _closing(path: str, lines: tuple[Line, ...]) -> Iterator[Finding]:
    """Yield the line that was meant to close front matter which is never closed."""
    for row, line in enumerate(lines[1:_LATE], 2):
        bare = line.text.strip(f"{INVISIBLE} \t")
        if bare != "-" and _DASHES.fullmatch(bare):
            message = f"'{shortened(line.text)}' closes no front matter; write '---' at the start of the line"
            yield _warning(path, row, 1, "front-matter-fence", message)
            return


def _echo(path: str, lines: tuple[Line, ...], front: FrontMatter) -> Iterator[Finding]:
    """Yield a second front matter right below the first, or one that shares its fence."""
    row = front.end
    while row < len(lines) and not lines[row].text.strip():
        row += 1
    if not front.end or front.status == "unterminated" or row >= len(lines):
        return
    opens = is_fence(lines[row].text) and _opens(lines, row)
    shares = row == front.end and _opens(lines, row - 1)
    if opens or shares:
        message = f"a second front matter stands below the first, which ends on line {front.end}; join them"
        yield _warning(path, row + 1, 1, "front-matter-echo", message)


# ---- fields ----------------------------------------------------------------------------------------------------------


def _field(path: str, lines: tuple[Line, ...], field: Field, dialect: Dialect, present: set[str]) -> Iterator[Finding]:
    if field.shape == "flow":
        message = "the fields are read from one '{…}'; write each key on a line of its own, 'key: value'"
        yield _info(path, field.first + 1, field.column, "front-matter-flow", message)
    else:
        yield from _key(path, lines, field, dialect, present)
    for scalar in field.values:
        key, below = own_key(field.key, scalar.path)
        place = (path, scalar.place.line, scalar.place.column)
        known = dialect.fields.get(key)
        if known and known.read in LISTS and not below and _SEPARATOR.search(scalar.text):
            message = (
                f"'{shortened(scalar.text)}' under '{key}:' is one text, no list; write {key}: [{_pieces(scalar.text)}]"
            )
            yield _warning(*place, "front-matter-list", message)
        if known and known.read == "pages" and is_direct(below) and _URL.match(scalar.text):
            message = f"'{shortened(scalar.text)}' under '{key}:' is an address, no page; write the name of its page"
            yield _warning(*place, "front-matter-source", message)
        other = yaml12.yaml11(scalar.text) if scalar.plain else ""
        if other:
            said, right = _said(scalar.text), quoted(scalar.text)
            message = f"'{scalar.text}' is {said} here, and {other} to tools of YAML 1.1; write {right}"
            yield _info(*place, "front-matter-yaml11", message)


def _pieces(text: str) -> str:
    bare = text[1:-1] if text[:1] == "[" and text[-1:] == "]" else text
    pieces = [piece.strip().removeprefix("#") for piece in re.split(r"[,;\n]|\s(?=#)", bare[:200])]
    return shortened(", ".join(piece for piece in pieces if piece))


def _said(text: str) -> str:
    literal = yaml12.literal(text)
    return f"the number {literal[0]}" if literal else "a text"


def _key(path: str, lines: tuple[Line, ...], field: Field, dialect: Dialect, present: set[str]) -> Iterator[Finding]:
    line = lines[field.first].text
    at = (path, field.first + 1)
    written = line[field.column - 1 :].partition(":")[0]
    for offset, character in enumerate(written if not written.isascii() else ""):
        if character in INVISIBLE or (character.isspace() and character != " "):
            message = f"the key '{shortened(field.key)}' holds the character U+{ord(character):04X}; take it out"
            yield _warning(*at, field.column + offset, "front-matter-key", message)
            return
    if written != written.rstrip(" \t") and line[field.column - 1] not in "?\"'":
        message = f"blanks stand between '{shortened(written.rstrip())}' and its colon; take them out"
        yield _info(*at, field.column + len(written.rstrip()), "front-matter-key", message)
    if line[field.column - 1 :][:1] not in ('"', "'"):
        yield from _plain_key(at, field)
    meant = _near(field.key, dialect, present)
    if meant:
        message = f"the key '{field.key}' has no meaning; did you mean '{meant}'?"
        yield _warning(*at, field.column, "front-matter-key", message)


def _plain_key(at: tuple[str, int], field: Field) -> Iterator[Finding]:
    kind = yaml12.datatype(field.key) if field.key else "null"
    if kind != "string":
        message = f"the key '{shortened(field.key)}' is {_KINDS[kind]}, no text; write {shortened(quoted(field.key))}"
        yield _info(*at, field.column, "front-matter-key", message)
    elif yaml12.yaml11(field.key):
        message = f"the key '{field.key}' is {yaml12.yaml11(field.key)} to tools of YAML 1.1; write {quoted(field.key)}"
        yield _info(*at, field.column, "front-matter-yaml11", message)


_KINDS = {
    "null": "nothing", "boolean": "true or false", "integer": "a number", "decimal": "a number", "double": "a number",
}  # fmt: skip


def _near(key: str, dialect: Dialect, present: set[str]) -> str:
    """Return the known key that is one edit, or letter case alone, away and that the page does not have."""
    if key in dialect.fields or not key:
        return ""
    near = (known for known in sorted(dialect.fields) if known not in present and one_edit(key, known))
    return next(near, "")


def one_edit(word: str, other: str) -> bool:
    """Tell whether two words differ in letter case and at most one letter added, dropped, changed or swapped."""
    if abs(len(word) - len(other)) > 1:
        return False
    one, two = word.casefold(), other.casefold()
    if one == two:
        return True
    start = next((i for i, (a, b) in enumerate(zip(one, two, strict=False)) if a != b), min(len(one), len(two)))
    rest, tail = one[start:], two[start:]
    swapped = len(rest) > 1 and rest[:2] == tail[1::-1] and rest[2:] == tail[2:]
    return swapped or rest[1:] == tail or rest == tail[1:] or rest[1:] == tail[1:]
