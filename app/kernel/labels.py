"""The words people read for each stored value, and the tone a status is shown in."""

from collections.abc import Mapping
from enum import StrEnum

from flask_babel import LazyString

_labels: dict[tuple[type, str], object] = {}
_tones: dict[tuple[type, str], str] = {}


def labels(words: Mapping[StrEnum, LazyString | str], tones: Mapping[StrEnum, str] | None = None) -> None:
    """Give members of an enumeration their words, and where it matters their tone (neutral, info, ok, warn, bad)."""
    for member, word in words.items():
        _labels[type(member), member.value] = word
    for member, tone in (tones or {}).items():
        _tones[type(member), member.value] = tone


def label(value: object) -> str:
    """The words for a member; None is a dash."""
    if value is None:
        return "—"
    if isinstance(value, StrEnum):
        return str(_labels.get((type(value), value.value), value.value))
    return str(value)


def has_label(member: StrEnum) -> bool:
    """Whether somebody gave this member words (a house test asks)."""
    return (type(member), member.value) in _labels


def tone(value: object) -> str:
    """The tone a status is shown in; never the only signal."""
    return _tones.get((type(value), str(value)), "neutral") if isinstance(value, StrEnum) else "neutral"
