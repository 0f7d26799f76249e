"""A field is read by the rule that will read it again in the service."""

from collections.abc import Callable
from typing import Any

from wtforms.validators import ValidationError

from app.kernel.errors import DomainError
from app.kernel.i18n import _


class Reads:
    """The rule that will read the field can read it; what it says otherwise is this field's error."""

    def __init__(self, read: Callable[[str], object]) -> None:
        self.read = read

    def __call__(self, form: Any, field: Any) -> None:  # noqa: ARG002  # WTForms' signature
        """Refuse what cannot be read; an empty field is not this validator's business."""
        if (field.data or "").strip():
            try:
                self.read(field.data)
            except DomainError as error:
                raise ValidationError(_(str(error))) from error
