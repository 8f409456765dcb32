"""Where the declared files are: ontology/, shapes/, queries/, templates/, dialects/."""

from pathlib import Path

FOLDERS = ("ontology", "shapes", "queries", "templates", "dialects")


def folder(name: str) -> Path:
    """Return one of the declared folders: in the checkout of an editable install, else inside the installed package."""
    here = Path(__file__).resolve().parent
    checkout = here.parent / name
    return checkout if (here.parent / "pyproject.toml").is_file() else here / "declared" / name


def read(name: str) -> str:
    """Return the text of a declared file, such as `queries/pages/lines.rq`."""
    top, _, rest = name.partition("/")
    return (folder(top) / rest).read_text(encoding="utf-8")
