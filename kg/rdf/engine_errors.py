"""The one place where what the query engine raises while it runs becomes a line for whoever asked."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from kg.model.kg_error import KgError

_UNKNOWN = r"The custom function (<.*>) is not supported"


@contextmanager
def told(what: str) -> Iterator[None]:
    """Raise KgError, in one line that begins with `what`, for whatever the engine raises in the body."""
    try:
        yield
    except KgError:
        raise
    except Exception as error:
        raise KgError(f"{what} cannot be evaluated: {words(error)}") from error
    except BaseException as error:
        # A panic of the engine is no Exception, and has no public name.
        if type(error).__name__ != "PanicException":
            raise
        raise KgError(f"{what} cannot be evaluated: the engine stopped at it: {words(error)}") from None


def words(error: BaseException) -> str:
    """Return in one line what the engine says of an error."""
    said = " ".join(str(error).split()) or type(error).__name__
    unknown = re.fullmatch(_UNKNOWN, said)
    return f"there is no function {unknown[1]} here" if unknown else said
