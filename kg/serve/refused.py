"""A request that is not answered: the status and the line that say why."""

from kg.model.kg_error import KgError


class Refused(KgError):  # noqa: N818  # it is an answer, and no fault of ours
    """A request is not answered: the status and the line that say why, and whether it may be sent again soon."""

    def __init__(
        self, status: int, words: str, *, again: bool = False, headers: tuple[tuple[str, str], ...] = ()
    ) -> None:
        super().__init__(words)
        self.status, self.words, self.again, self.headers = status, words, again, headers
