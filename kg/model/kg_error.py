"""The error of who asked, in one line; a module of its own, which loads nothing: most commands meet no finding."""


class KgError(Exception):
    """Something a user did or has, said in one line; the command line prints it and exits with `code`."""

    __module__ = "kg.model.finding"  # where callers know it; a traceback and the manual name it so

    def __init__(self, message: str, *, code: int = 2) -> None:
        super().__init__(message)
        self.code = code
