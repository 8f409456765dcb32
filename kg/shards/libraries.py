"""The libraries that this room stands on, each of which only who asks for it has to install."""

import importlib
from typing import Any

from kg.model.kg_error import KgError

_EXTRAS = {"ray": "ray", "distributed": "dask", "pyspark": "spark", "fsspec": "fsspec"}


def loaded(name: str, why: str) -> Any:  # noqa: ANN401  # a module of a library that is not always there to be looked at
    """Return a library; raise KgError with what to install where it is not there."""
    try:
        return importlib.import_module(name)
    except ImportError as error:
        if (error.name or "").partition(".")[0] != name:
            raise KgError(f"{why} cannot be loaded: {error}") from None
        raise KgError(
            f"{why} needs the library {name}; `pip install 'newsroom-kg[{_EXTRAS[name]}]'` installs it"
        ) from None


def reached(url: str) -> tuple[Any, str]:
    """Return the file system of fsspec that a URL names, and the path in it; raise KgError where none does."""
    fsspec = loaded("fsspec", f"writing to {url}")
    try:
        files, path = fsspec.core.url_to_fs(url)
    except (ImportError, ValueError) as error:
        raise KgError(f"--out {url}: cannot be reached: {str(error).splitlines()[0]}") from None
    return files, path
