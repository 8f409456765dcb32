"""A new rule, begun: the stub of its shape and of its two cases, from the files in templates/new-rule."""

import re
from pathlib import Path

from kg.check import rules
from kg.model import declared
from kg.model.finding import KgError
from kg.shacl import shapes_graph

_NAME = re.compile(r"[a-z]+(-[a-z0-9]+)+")
_STUBS = {"shape.ttl": "shapes/NAME.ttl", "fail.md": "tests/cases/NAME/fail.md", "pass.md": "tests/cases/NAME/pass.md"}


def begin(name: str, clone: Path) -> tuple[Path, ...]:
    """
    Write the stubs of a rule into a clone of newsroom-kg and return their paths below it.

    They name the rule and hold nothing yet: its tests fail until they are filled in. KgError for a name that is none
    or is taken, and for a folder that is no clone; nothing is written then.
    """
    if not _NAME.fullmatch(name):
        raise KgError(f"'{name}' is no name of a rule; write words in small letters with dashes, such as claim-dated")
    if not all((clone / folder).is_dir() for folder in ("shapes", "tests/cases")):
        raise KgError(f"{clone}: no clone of newsroom-kg, which has shapes/ and tests/cases/; go to one")
    if name in rules.known(shapes_graph.read(rules.shapes_with())):
        raise KgError(f"there is a rule '{name}' already; `kg rules {name}` shows it")
    stubs = {Path(place.replace("NAME", name)): stub for stub, place in _STUBS.items()}
    for place in stubs:
        if (clone / place).exists():
            raise KgError(f"{clone / place}: it is there already; edit it, or remove it first")
    for place, stub in stubs.items():
        (clone / place).parent.mkdir(parents=True, exist_ok=True)
        (clone / place).write_text(_filled(stub, name), encoding="utf-8")
    return tuple(stubs)


def _filled(stub: str, name: str) -> str:
    shape = "".join(word.capitalize() for word in name.split("-"))
    return declared.read(f"templates/new-rule/{stub}").replace("SHAPE", shape).replace("NAME", name)
