"""A sentence with its blanks, kept apart from the language it will be read in. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Named:
    """A name that a policy pack gives in Chinese and, where it can, in English."""

    zh: str
    en: str = ""

    def in_language(self, language: str) -> str:
        """The name for a reader of `language` ("zh" or "en"); Chinese where no English was given."""
        return self.en if language == "en" and self.en else self.zh


@dataclass(frozen=True, slots=True)
class Said:
    """A Chinese message id and what fills its blanks."""

    message: str
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something may not be (blocking) or what is still missing (not blocking), by rule and source."""

    rule: str
    message: str
    params: Mapping[str, object] = field(default_factory=dict)
    blocking: bool = True
    change: Said | None = None
    source: str = ""


def fill(message: str, params: Mapping[str, object], translate: Callable[[str], str], language: str) -> str:
    """The sentence as it is read: translated, with names in the reader's language and dates as YYYY-MM-DD."""
    words = translate(message)
    return words % {key: _worded(value, translate, language) for key, value in params.items()} if params else words


def _worded(value: object, translate: Callable[[str], str], language: str) -> object:
    if isinstance(value, Named):
        return value.in_language(language)
    if isinstance(value, Said):
        return fill(value.message, value.params, translate, language)
    if isinstance(value, tuple):
        return (", " if language == "en" else "、").join(str(_worded(item, translate, language)) for item in value)
    if isinstance(value, date):
        return value.isoformat()
    return value
