"""What can go wrong in the trade, in words a person can act on."""

from collections.abc import Mapping


class DomainError(Exception):
    """A rule said no; `message` is plain words, `field` the form field it concerns, where there is one."""

    status = 422

    def __init__(self, message: object, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field

    def __str__(self) -> str:
        return str(self.message)


class Refused(DomainError):
    """The row's present state, or a law of the database, does not allow this."""

    status = 409


class Conflict(Refused):
    """Somebody else was first; the message says what changed."""


class Forbidden(DomainError):
    """The person may see this but may not do it."""

    status = 403


class NotFound(DomainError):
    """No such row, or none within this person's area: the two look alike on purpose."""

    status = 404

    def __init__(self, message: object = "", field: str | None = None) -> None:
        super().__init__(message, field)


class TooMany(DomainError):
    """A throttle closed; `retry_after` in seconds."""

    status = 429

    def __init__(self, message: object, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


_messages: dict[str, object] = {}


def constraint_messages(messages: Mapping[str, object]) -> None:
    """Name the plain words that a broken constraint is told in."""
    _messages.update(messages)


def constraint_message(name: str | None) -> object | None:
    """The words for a constraint, or None where nobody gave it any."""
    return _messages.get(name or "")
