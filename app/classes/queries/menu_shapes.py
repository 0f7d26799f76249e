"""What the public menu is asked and what it shows: plain values, so that a page can be kept for a moment."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from app.courses.rules import Delivery
from app.kernel.paging import Page
from app.regions.models import Level


@dataclass(frozen=True, slots=True)
class MenuFilters:
    """What a visitor looks for; "" and 0 narrow nothing."""

    word: str = ""
    """Part of a course, class, occupation or school, or pinyin or its initials."""
    course_id: int = 0
    """Only classes of this course: a course's own page leads here."""
    occupation_id: int = 0
    place: str = ""
    """The code of a county or township."""
    month: str = ""
    """The month a class starts in, "2026-03"."""
    mode: str = ""
    only_free: bool = False
    """Only classes with a seat left."""
    trade: str = ""
    """The picture a course goes by."""
    near: tuple[str, ...] = ()
    """Codes from the province down to where the visitor is: narrows nothing, what is near comes first."""
    page: int = 1

    @property
    def narrow(self) -> bool:
        """Whether anything is looked for."""
        return replace(self, page=1, near=()) != MenuFilters()


@dataclass(frozen=True, slots=True)
class Card:
    """One open class on the menu."""

    id: int
    name: str
    trade: str
    delivery: Delivery
    hours: int
    minutes: bool
    """A taster: too short to be counted in hours."""
    school: str
    place: str
    start_on: date
    capacity: int
    left: int
    has_post: bool
    mode: str
    near: Level | None = None
    """The lowest level of the region tree that the class shares with the visitor, from the county down."""


@dataclass(frozen=True, slots=True)
class Wish:
    """One course on the menu that no class is open for."""

    id: int
    title: str
    trade: str
    school: str
    hours: int


@dataclass(frozen=True, slots=True)
class Choices:
    """What one may filter by: pairs of value and words, only what some open class has."""

    occupations: Sequence[tuple[str, str]]
    places: Sequence[tuple[str, str]]
    months: Sequence[tuple[str, str]]
    modes: Sequence[tuple[str, str]]
    trades: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Menu:
    """One page of the menu."""

    page: Page[Card]
    wishes: Sequence[Wish]
    choices: Choices
