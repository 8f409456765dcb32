"""Which version of a library is installed, without loading it."""

from functools import cache
from importlib.util import find_spec
from pathlib import Path


@cache
def version(name: str) -> str:
    """
    Return the version of an installed library whose package has its own name; empty where it is not installed.

    It stands in the name of the folder beside the package that says what was installed. `importlib.metadata` is asked
    where no such folder is there, or two are: it loads sixty modules.
    """
    spec = find_spec(name)
    if spec is None:
        return ""
    places = {Path(place).parent for place in spec.submodule_search_locations or ()}
    found = [one for place in sorted(places) for one in place.glob(f"{name}-*.dist-info")]
    return found[0].name.removeprefix(f"{name}-").removesuffix(".dist-info") if len(found) == 1 else _asked(name)


def _asked(name: str) -> str:
    from importlib import metadata

    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""
