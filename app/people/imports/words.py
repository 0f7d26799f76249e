"""What is said of a row, in the reader's language; values of the row itself are never part of it."""

from collections.abc import Iterable, Sequence
from typing import Any

from app.kernel.i18n import _
from app.people.imports.rules.judging import Judged
from app.people.imports.rules.kinds import YOUNG, Fault, Field, Mend, Skip
from app.people.imports.rules.words import FAULT_WORDS, FIELD_WORDS, MEND_WORDS, SKIP_WORDS


def fault_words(faults: Iterable[Sequence[Any]]) -> list[str]:
    """What is wrong, each with the name of its column."""
    return [_fault(name, what, more) for name, what, more in faults]


def mend_words(mends: Iterable[Sequence[str]]) -> list[str]:
    """What was repaired, each with the name of its column."""
    return [_named(field_word(name), _(MEND_WORDS[Mend(what)])) for name, what in mends]


def messages(found: Judged) -> list[str]:
    """All that is to be said of a row."""
    return [*fault_words(found.faults), *mend_words(found.mends)]


def field_word(name: str) -> str:
    """The name of a column, or of the rule."""
    return YOUNG if name == YOUNG else _(FIELD_WORDS[Field(name)])


def _fault(name: str, what: str, more: int | None) -> str:
    if what in set(Skip):
        return _(SKIP_WORDS[Skip(what)])
    words = _(FAULT_WORDS[Fault(what)])
    return _named(field_word(name), words % {"n": more} if more is not None else words)


def _named(column: str, words: str) -> str:
    """Words with the name of their column in front, where they don't begin with it anyway."""
    return words if words.startswith(column) else _("%(column)s：%(words)s", column=column, words=words)
