"""What every view with a form does: validate, act in one transaction, put a refusal on the form."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from app.kernel.database import transaction
from app.kernel.errors import DomainError
from app.kernel.forms import Form, error_on

R = TypeVar("R")
ON_FORM = (409, 422)
"""Refusals that a person can put right on the form: a wrong field, or a row that somebody changed meanwhile."""


@dataclass(frozen=True, slots=True)
class Done(Generic[R]):
    """It was done; what the service gave back."""

    result: R


def carried_out(form: Form, act: Callable[[], R]) -> Done[R] | None:
    """Act in one transaction if the form is right; None where it is not or the act was refused, said on the form.

    Any other refusal (not found, not allowed) is left to the error page.
    """
    if not form.validate():
        return None
    try:
        with transaction():
            return Done(act())
    except DomainError as error:
        if error.status not in ON_FORM:
            raise
        error_on(form, error)
        return None
