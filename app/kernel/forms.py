"""The base of every form: words of the two languages, and errors that name their field."""

from functools import cache
from typing import Any

from flask_babel import get_locale
from flask_wtf import FlaskForm
from wtforms import (
    DateField,
    Field,
    HiddenField,
    IntegerField,
    PasswordField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs describe WTForms 3.2
from wtforms.i18n import get_translations
from wtforms.validators import InputRequired, Length, StopValidation, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget, RadioInput, TextInput

from app.kernel.errors import DomainError
from app.kernel.i18n import _
from app.kernel.money import fen_of, yuan


@cache
def _translations(language: str) -> Any:
    """WTForms' messages in one language: read from disk once, not for every form."""
    return get_translations([language])


class Form(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A form of this project."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]  # Flask-WTF ships no types
        """WTForms' own messages in the language of the page.

        The token against forged requests is asked once, by the app, of whatever changes anything; `csrf()` writes it.
        """

        csrf = False

        def get_translations(self, form: Any) -> Any:  # noqa: ARG002  # WTForms' signature
            """Let WTForms speak the page's language."""
            return _translations("en" if str(get_locale()) == "en" else "zh")


def error_on(form: Form, error: DomainError) -> None:
    """Put a rule's refusal on the field it names, or on top of the form."""
    field = form._fields.get(error.field) if error.field else None
    if field is None:
        form.form_errors.append(_(error.message) if isinstance(error.message, str) else str(error.message))
    else:
        field.errors = [*field.errors, _(error.message) if isinstance(error.message, str) else str(error.message)]


class Required(InputRequired):
    """Something must be filled in; the message names the field."""

    def __call__(self, form: Any, field: Any) -> None:  # noqa: ARG002  # WTForms' signature
        """Refuse an empty or blank answer."""
        value = field.data
        if field.process_errors:  # what was typed could not be read: the field has said so already
            raise StopValidation
        if value is False:
            raise StopValidation(_("请先勾选这一项。"))
        if value is None or (isinstance(value, str) and not value.strip()) or value == []:
            field.errors = []
            if hasattr(field, "iter_choices"):
                raise StopValidation(_("请在“%(field)s”里选一项。", field=field.label.text))
            raise StopValidation(_("请填写“%(field)s”。", field=field.label.text))


class MaxLength(Length):
    """At most so many characters; the message names the field."""

    def __init__(self, longest: int) -> None:
        super().__init__(max=longest)

    def __call__(self, form: Any, field: Any) -> None:  # noqa: ARG002  # WTForms' signature
        """Refuse a longer text."""
        if field.data and len(field.data) > self.max:
            raise ValidationError(_("“%(field)s”最多 %(n)s 个字。", field=field.label.text, n=self.max))


class TextField(StringField):
    """One line of text; `data` is text once the form is valid."""

    data: Any


class LongTextField(TextAreaField):
    """Several lines of text."""

    data: Any


class SecretField(PasswordField):
    """A password, never shown again."""

    data: Any


class YuanField(StringField):
    """Money as people type it; `data` is fen."""

    data: Any
    widget = TextInput()

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return yuan(self.data) if self.data is not None else ""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read yuan into fen; a wrong amount is this field's error."""
        self.data = None
        if valuelist and valuelist[0].strip():
            try:
                self.data = fen_of(valuelist[0])
            except DomainError as error:
                raise ValueError(_("“%(field)s”：%(why)s", field=self.label.text, why=_(str(error)))) from error


class _Pairs:
    """Takes its choices as plain (value, words) pairs, which WTForms 3.4 no longer will."""

    def __init__(self, label: Any = None, validators: Any = None, choices: Any = None, **options: Any) -> None:
        super().__init__(label, validators, **options)  # type: ignore[call-arg]  # a mixin in front of a WTForms field
        if isinstance(choices, list | tuple):
            choices = [SelectChoice(*choice) if isinstance(choice, tuple) else choice for choice in choices]
        self.choices = choices


class CheckboxListField(_Pairs, SelectMultipleField):
    """Several choices as boxes to tick, which works with a finger."""

    data: Any

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class WholeNumberField(IntegerField):
    """A whole number; the message names the field."""

    data: Any

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read a whole number."""
        self.data = None
        if valuelist and valuelist[0].strip():
            try:
                self.data = int(valuelist[0])
            except ValueError as error:
                raise ValueError(_("“%(field)s”请填整数。", field=self.label.text)) from error


class DayField(DateField):
    """A local date; the message names the field."""

    data: Any

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read a date as browsers send it; one that was cleared is None."""
        if valuelist and not any(valuelist):
            self.data = None
            return
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(_("“%(field)s”请填日期，例如 2026-03-01。", field=self.label.text)) from error


class ChoiceField(_Pairs, SelectField):
    """One of several; the message names the field."""

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002  # WTForms' signature
        """Refuse what is not on the list."""
        if self.validate_choice and not any(self.coerce(value) == self.data for value, *_rest in self.iter_choices()):
            raise ValidationError(_("请在“%(field)s”里选一项。", field=self.label.text))


class RadioChoiceField(ChoiceField):
    """One of a few, all in sight."""

    widget = ListWidget(prefix_label=False)
    option_widget = RadioInput()


class SeenForm(Form):
    """A step's form that knows which version of the row its page showed."""

    version = HiddenField()

    @property
    def seen(self) -> int | None:
        """The version the person saw."""
        text = str(self.version.data or "")
        return int(text) if text.isdigit() else None


__all__ = [
    "CheckboxListField",
    "ChoiceField",
    "DayField",
    "Field",
    "Form",
    "LongTextField",
    "MaxLength",
    "RadioChoiceField",
    "Required",
    "SecretField",
    "SeenForm",
    "TextField",
    "WholeNumberField",
    "YuanField",
    "error_on",
]
