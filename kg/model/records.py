"""
Records: the standard library's dataclasses, with methods that are compiled when they are first called.

The standard library compiles half a dozen methods of each class when its module is loaded, 0.8 ms a class: 35 ms of a
question and 0.2 s of a build, most of them for methods that the command never calls. To everybody else a record is a
dataclass: `fields`, `replace`, `asdict` and type checkers know it, and it says, compares and hashes the same.
"""

import dataclasses
from collections.abc import Callable
from dataclasses import MISSING, Field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dataclasses import dataclass
else:

    def dataclass(
        *, frozen: bool = False, slots: bool = False, order: bool = False, eq: bool = True
    ) -> Callable[[type], type]:
        """Return what makes a record of a class, with the options of the standard library that are used here."""
        return lambda plain: _made(plain, _Options(frozen, slots, order, eq))


__all__ = ["dataclass"]
Fields = tuple[Field[Any], ...]
Method = tuple[str, dict[str, object]]  # its text, and what the names in it mean
_NEW = object()


class _Options:
    def __init__(self, frozen: bool, slots: bool, order: bool, eq: bool) -> None:  # noqa: FBT001  # as they are given
        self.frozen, self.slots, self.order, self.eq = frozen, slots, order, eq


def _made(plain: type, options: _Options) -> type:
    described, own = plain.__doc__, dict(plain.__dict__)
    plain.__doc__ = described or plain.__name__  # else the standard library would make a text of its signature
    cls: type = dataclasses.dataclass(init=False, repr=False, eq=False, match_args=False)(plain)
    cls.__doc__ = described
    fields = dataclasses.fields(cls)
    cls = _with_slots(cls, fields) if options.slots else cls
    for name, method in _methods(cls, fields, options).items():
        if own.get(name) is None:
            setattr(cls, name, method)
    return cls


def _with_slots(plain: type, fields: Fields) -> type:
    """Return the class again, with a place for each field instead of a dictionary."""
    names = tuple(one.name for one in fields)
    rest = {name: value for name, value in plain.__dict__.items() if name not in (*names, "__dict__", "__weakref__")}
    cls = type(plain)(plain.__name__, plain.__bases__, {**rest, "__slots__": names})
    cls.__qualname__ = plain.__qualname__
    return cls


def _methods(cls: type, fields: Fields, options: _Options) -> dict[str, object]:
    """Return the methods that a class gets where it has none of its own."""
    names = tuple(one.name for one in fields)
    made: dict[str, object] = {
        "__match_args__": tuple(one.name for one in fields if one.init),
        "__init__": _late(cls, "__init__", lambda: _init(cls, fields, options)),
        "__repr__": _late(cls, "__repr__", lambda: _repr(fields)),
    }
    if options.eq:
        made |= {"__eq__": _late(cls, "__eq__", lambda: _compared(fields, "==")), "__hash__": None}
    if options.eq and options.frozen:
        made["__hash__"] = _late(cls, "__hash__", lambda: _hash(fields))
    if options.order:
        made |= {name: _ordered(cls, fields, name, sign) for name, sign in _ORDERS.items()}
    if options.frozen:
        made |= {"__setattr__": _no_setting, "__delattr__": _no_deleting}
    if options.frozen and options.slots:
        made |= {"__getstate__": _state(names), "__setstate__": _restore(names)}
    return made


def _late(cls: type, name: str, text: Callable[[], Method]) -> Callable[..., Any]:
    """Return a method that compiles itself when it is first called, and puts what comes of it into its place."""

    def first(self: object, *values: object, **by_name: object) -> object:
        said, known = text()
        exec(f"def {name}{said}", known)  # noqa: S102  # of the names of our own fields, as the standard library has it
        method: Any = known[name]
        method.__qualname__ = f"{cls.__qualname__}.{name}"
        if cls.__dict__.get(name) is first:
            setattr(cls, name, method)
        return method(self, *values, **by_name)

    return first


# ---- the texts of the methods ----------------------------------------------------------------------------------------

_ORDERS = {"__lt__": "<", "__le__": "<=", "__gt__": ">", "__ge__": ">="}


def _init(cls: type, fields: Fields, options: _Options) -> Method:
    known: dict[str, object] = {"_new": _NEW, "_set": object.__setattr__}
    parameters, body = ["self"], []
    for one in fields:
        name, default, value = one.name, f"_default_{one.name}", one.name
        if one.default_factory is not MISSING:
            known[default] = one.default_factory
            value = f"{default}() if {name} is _new else {name}" if one.init else f"{default}()"
            parameters += [f"{name}=_new"] if one.init else []
        elif one.default is not MISSING:
            known[default] = one.default
            value = name if one.init else default
            parameters += [f"{name}={default}"] if one.init else []
        elif one.init:
            parameters.append(name)
        else:
            continue
        if options.frozen and options.slots:  # faster than asking the object to set what it must not set
            known[f"_set_{name}"] = cls.__dict__[name].__set__
            body.append(f"_set_{name}(self, {value})")
        else:
            body.append(f"_set(self, {name!r}, {value})" if options.frozen else f"self.{name} = {value}")
    body += ["self.__post_init__()"] if hasattr(cls, "__post_init__") else []
    return f"({', '.join(parameters)}):\n " + "\n ".join(body or ["pass"]), known


def _row(of: str, fields: Fields) -> str:
    return f"({''.join(f'{of}.{one.name}, ' for one in fields if one.compare)})"


def _compared(fields: Fields, sign: str) -> Method:
    whole = f"{_row('self', fields)} {sign} {_row('other', fields)}"
    return f"(self, other):\n return {whole} if other.__class__ is self.__class__ else NotImplemented", {}


def _ordered(cls: type, fields: Fields, name: str, sign: str) -> Callable[..., Any]:
    return _late(cls, name, lambda: _compared(fields, sign))


def _hash(fields: Fields) -> Method:
    return f"(self):\n return hash({_row('self', fields)})", {}


def _repr(fields: Fields) -> Method:
    said = ", ".join(f"{one.name}={{self.{one.name}!r}}" for one in fields if one.repr)
    return f'(self):\n return f"{{self.__class__.__qualname__}}({said})"', {}


# ---- methods that are the same for every class -----------------------------------------------------------------------


def _no_setting(self: object, name: str, _value: object) -> None:  # noqa: ARG001  # Python's own signature
    raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")


def _no_deleting(self: object, name: str) -> None:  # noqa: ARG001
    raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")


def _state(names: tuple[str, ...]) -> Callable[[Any], list[object]]:
    return lambda self: [getattr(self, name) for name in names]


def _restore(names: tuple[str, ...]) -> Callable[[Any, list[object]], None]:
    def restore(self: object, values: list[object]) -> None:
        for name, value in zip(names, values, strict=True):
            object.__setattr__(self, name, value)

    return restore
