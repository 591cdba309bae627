"""What can go wrong in the domain. Each becomes an HTTP answer in one place (``core/web.py``)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


class DomainError(Exception):
    """Base of the errors that a person can be told about. Nothing is written when one is raised."""


class NotFound(DomainError):
    """The thing does not exist for this person: it is not there, or belongs to another conference. 404."""


class NotAllowed(DomainError):
    """The person may know of the thing but not do this with it. 403."""


class Conflict(DomainError):
    """The thing is in a state, or was changed meanwhile, so that this cannot be done. 409.

    ``message`` is a translated sentence for the person.
    """

    def __init__(self, message: object) -> None:
        super().__init__(str(message))
        self.message = message


class TooMany(DomainError):
    """A rate limit is reached. 429. ``retry_after`` is in seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"retry after {retry_after} s")
        self.retry_after = retry_after


class Invalid(DomainError):
    """What was typed cannot be taken. 422.

    ``errors`` maps a form field's name (or ``""`` for the whole) to translated sentences.
    """

    def __init__(self, errors: Mapping[str, Sequence[object] | object]) -> None:
        self.errors: dict[str, list[object]] = {
            name: list(said) if isinstance(said, list | tuple) else [said] for name, said in errors.items()
        }
        super().__init__("; ".join(f"{name}: {said}" for name, said in self.errors.items()))
