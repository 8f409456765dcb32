"""Templates of pages: Jinja2 without attributes, with few filters, and with limits on what they may write."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from itertools import groupby
from typing import Any

import jinja2
from jinja2 import Undefined, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.exceptions import SecurityError, TemplateError
from jinja2.runtime import LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

from kg.answer_pages import markdown_text
from kg.answer_pages.markdown_text import Safe
from kg.answer_pages.shown_rows import ShownRow
from kg.model.kg_error import KgError

MOST_CHARACTERS = 20_000_000
HTML = (".html", ".xml", ".svg")
MARKDOWN = (".md",)
_LOOP = frozenset({"index", "index0", "first", "last", "length", "previtem", "nextitem", "changed", "cycle"})
_FILTERS = frozenset(
    {"length", "default", "first", "last", "sort", "lower", "upper", "trim", "int", "unique", "reverse", "list"}
)


class _Code(CodeGenerator):
    """Code in which `~` is counted, as every other way to make a text longer."""

    def visit_Concat(self, node: nodes.Concat, frame: Frame) -> None:  # noqa: N802  # as the library calls it
        """Write the joining of texts."""
        self.write("environment.joined((")
        for argument in node.nodes:
            self.visit(argument, frame)
            self.write(", ")
        self.write("))")


class _Sandbox(ImmutableSandboxedEnvironment):
    """An environment in which a template sees keys of its data, and no attribute of anything."""

    code_generator_class = _Code
    intercepted_binops = frozenset({"+", "*", "**", "%"})

    def concat(self, pieces: Iterable[str]) -> str:
        """Return what a macro or a block wrote as one text."""
        text = _joined(pieces)
        return Safe(text) if self.finalize else Markup(text)  # noqa: S704  # its pieces are escaped

    def joined(self, pieces: Iterable[Any]) -> str:
        """Return texts as one; each is written as it would be alone."""
        shown = [self.finalize(one) if self.finalize else escape(one) for one in pieces]
        return self.concat(str(one) for one in shown)

    def getattr(self, obj: Any, attribute: str) -> Any:  # noqa: ANN401  # as the library has it
        """Return the value of a key; of a loop, what a loop has."""
        if type(obj) is ShownRow:  # nearly all that is asked; to tell that it is a mapping takes as long as the answer
            try:
                return obj[attribute]
            except KeyError:
                return self.undefined(obj=obj, name=attribute)
        if isinstance(obj, LoopContext):
            return getattr(obj, attribute) if attribute in _LOOP else self.undefined(obj=obj, name=attribute)
        return self.getitem(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:  # noqa: ANN401
        """Return the value of a key or a place in a list."""
        if isinstance(obj, Mapping | Sequence) and not isinstance(argument, slice):
            try:
                return obj[argument]
            except (LookupError, TypeError):
                return self.undefined(obj=obj, name=argument)
        return self.undefined(obj=obj, name=argument)

    def call_binop(self, context: Any, operator: str, first: Any, second: Any) -> Any:  # noqa: ANN401, ARG002
        """Return what two numbers make; texts are joined by `~`."""
        if not all(isinstance(one, int) and abs(one) < MOST_CHARACTERS for one in (first, second)) or operator == "**":
            raise SecurityError(f"'{operator}' is for small numbers; join texts with ~")
        result: int = {"+": int.__add__, "*": int.__mul__, "%": int.__mod__}[operator](first, second)
        return result

    def is_safe_callable(self, obj: Any) -> bool:  # noqa: ANN401
        """Tell whether a template may call something: macros, and what we give it."""
        return isinstance(obj, jinja2.runtime.Macro) or getattr(obj, "for_templates", False) is True


def _joined(pieces: Iterable[str]) -> str:
    found, size = [], 0
    for piece in pieces:
        size += len(piece)
        if size > MOST_CHARACTERS:
            raise SecurityError(f"more than {MOST_CHARACTERS:,} characters")
        found.append(piece)
    return "".join(found)


def environment(ending: str) -> _Sandbox:
    """Return an environment for pages whose names end so: .html and .xml escape HTML, all others Markdown."""
    html = ending in HTML
    made = _Sandbox(
        autoescape=html, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        keep_trailing_newline=True, finalize=None if html else _FINAL.get(ending, _markdown), loader=None,
    )  # fmt: skip
    made.filters = {name: one for name, one in made.filters.items() if name in _FILTERS}
    made.filters |= {"by": _by, "join": _join, "count": len, "cut": _cut}
    made.globals = {}
    return made


def _markdown(value: Any) -> Any:  # noqa: ANN401
    """Return a value as it is written into Markdown."""
    return value if isinstance(value, Safe | Undefined) else Safe(markdown_text.words(_text(value)))


def _json(value: Any) -> Any:  # noqa: ANN401
    """Return a value as JSON; what a macro or a block wrote is JSON already."""
    if isinstance(value, Safe | Undefined):
        return value
    return Safe(json.dumps(value if isinstance(value, bool | int | None) else str(value), ensure_ascii=False))


def _csv(value: Any) -> Any:  # noqa: ANN401
    """Return a value as a field of CSV."""
    return value if isinstance(value, Safe | Undefined) else Safe('"' + _text(value).replace('"', '""') + '"')


def _line_of_text(value: Any) -> Any:  # noqa: ANN401
    """Return a value as plain text on one line."""
    return value if isinstance(value, Safe | Undefined) else Safe(" ".join(_text(value).split()))


def _text(value: Any) -> str:  # noqa: ANN401
    return "" if value is None else str(value)


_FINAL = {".json": _json, ".csv": _csv, ".txt": _line_of_text}


def _by(rows: Iterable[Mapping[str, Any]], column: str) -> list[dict[str, Any]]:
    """Return rows in groups of those that follow each other with the same value: `key`, and `rows`."""
    return [{"key": key, "rows": list(some)} for key, some in groupby(rows, lambda row: _quietly(row, column))]


def _quietly(row: Mapping[str, Any], column: str) -> Any:  # noqa: ANN401
    return row.quietly(column) if isinstance(row, ShownRow) else row[column]


def _join(values: Iterable[Any], between: str = "") -> Any:  # noqa: ANN401
    """Return texts as one, with words between."""
    texts = list(values)
    if all(isinstance(one, Safe) for one in texts):
        return Safe(_joined(piece for n, one in enumerate(texts) for piece in ((between,) if n else ()) + (str(one),)))
    return _joined(piece for n, one in enumerate(texts) for piece in ((between,) if n else ()) + (str(one),))


def _cut(value: Any, length: int) -> Any:  # noqa: ANN401
    """Return a text of at most so many characters, with an ellipsis for what is not there."""
    text = str(value)
    return value if len(text) <= length else f"{text[: max(0, length - 1)]}…"


def for_templates(function: Callable[..., Any]) -> Callable[..., Any]:
    """Allow templates to call a function."""
    function.for_templates = True  # type: ignore[attr-defined]
    return function


def write(source: str, name: str, ending: str, data: Mapping[str, Any]) -> str:
    """Return a page by a template; raise KgError, with the template's line, where it fails or writes too much."""
    with _told(name):
        text = _joined(_compiled(source, ending).generate(data))
        text.encode()  # half a character, written as an escape, is none
        return text


def pieces(source: str, name: str, ending: str, data: Mapping[str, Any]) -> Iterator[str]:
    """Yield a page by a template, piece by piece as it is written; raise KgError as `write` does."""
    size = 0
    with _told(name):
        for piece in _compiled(source, ending).generate(data):
            size += len(piece)
            if size > MOST_CHARACTERS:
                raise SecurityError(f"more than {MOST_CHARACTERS:,} characters")
            piece.encode()
            yield piece


@contextmanager
def _told(name: str) -> Iterator[None]:
    """Raise KgError, with the line of a template, for what it raises."""
    try:
        yield
    except TemplateError as error:
        line = getattr(error, "lineno", None) or _line(error)
        said = str(error).partition("\n")[0]
        raise KgError(f"{name}:{line}: {said or type(error).__name__}") from None
    except (TypeError, ValueError, ArithmeticError, RecursionError, KeyError, AttributeError) as error:
        raise KgError(f"{name}:{_line(error)}: {type(error).__name__}: {str(error).partition(chr(10))[0]}") from None


@lru_cache(maxsize=64)
def _compiled(source: str, ending: str) -> jinja2.Template:
    return environment(ending).from_string(source)


def _line(error: BaseException) -> int:
    """Return the line of a template at which an error was raised, 1 where none is known."""
    step, line = error.__traceback__, 1
    while step is not None:
        if step.tb_frame.f_code.co_filename == "<template>":
            line = step.tb_lineno
        step = step.tb_next
    return line
