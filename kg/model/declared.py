"""Where the declared files are: ontology/, shapes/, queries/, templates/, dialects/, and the manual of the rules."""

from pathlib import Path

import kg

FOLDERS = ("ontology", "shapes", "queries", "templates", "dialects", "rules")
_ELSEWHERE = {"rules": "docs/rules"}


def folder(name: str) -> Path:
    """Return one of the declared folders: inside the installed package, else in the checkout of an editable install."""
    here = Path(kg.__file__).resolve().parent
    packaged = here / "declared" / name
    return packaged if packaged.is_dir() else here.parent / _ELSEWHERE.get(name, name)


def read(name: str) -> str:
    """Return the text of a declared file, such as `queries/pages/lines.rq`."""
    top, _, rest = name.partition("/")
    return (folder(top) / rest).read_text(encoding="utf-8")
