"""How a pasted list of people is read, and how courses are ranked for a person. Pure."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import IntEnum

from app.kernel.marking import N_
from app.policies.rules.said import Said

MOST_LINES = 200
_NUMBER = re.compile(r"(?<![0-9])[1-9][0-9]{16}[0-9X](?![0-9])")
_PHONE = re.compile(r"(?<![0-9])1[3-9][0-9]{9}(?![0-9])")
_LEADING = re.compile(r"^\s*[#（(]?[0-9]{1,3}[)）.、．:：,，\s]")
_NAME = re.compile(r"[\u4e00-\u9fff\u3400-\u4dbf〇]+(?:·[\u4e00-\u9fff\u3400-\u4dbf〇]+)*")
SHORTEST_NAME, LONGEST_NAME = 2, 20


@dataclass(frozen=True, slots=True)
class Typed:
    """One line of a pasted list: what in it may be a person."""

    place: int
    text: str
    number: str = ""
    phone: str = ""
    names: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing in it can be looked up."""
        return not (self.number or self.phone or self.names)


def read_lines(text: str) -> list[Typed]:
    """The lines of a pasted list, numbered as they stand, blank ones left out, at most `MOST_LINES`.

    Names, identity numbers and phones may stand in any order; a number in front of a line is no part of it.
    """
    rows = [(place, line) for place, line in enumerate(text.splitlines(), start=1) if line.strip()]
    return [_typed(place, line) for place, line in rows[:MOST_LINES]]


def _typed(place: int, line: str) -> Typed:
    plain = unicodedata.normalize("NFKC", line).upper()
    plain = _LEADING.sub(" ", plain, count=1)
    number = _NUMBER.search(plain)
    rest = _NUMBER.sub(" ", plain)
    phone = _PHONE.search(rest)
    dots = re.sub(r"[・•‧∙⋅]", "·", rest)
    names = tuple(dict.fromkeys(word for word in _NAME.findall(dots) if SHORTEST_NAME <= len(word) <= LONGEST_NAME))
    return Typed(place, line.strip(), number.group() if number else "", phone.group() if phone else "", names)


class Near(IntEnum):
    """How near a class is, by the tree of regions: nobody knows coordinates."""

    FAR = 0
    CITY = 1
    COUNTY = 2
    TOWNSHIP = 3
    VILLAGE = 4


def near(here: str, there: str) -> Near:
    """How near two places are, from their paths in the tree ('/43/4306/430681/…')."""
    mine, theirs = here.strip("/").split("/"), there.strip("/").split("/")
    shared = 0
    for one, other in zip(mine, theirs, strict=False):
        if one != other:
            break
        shared += 1
    steps = {0: Near.FAR, 1: Near.FAR, 2: Near.CITY, 3: Near.COUNTY, 4: Near.TOWNSHIP}
    return steps.get(shared, Near.VILLAGE)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A class that a person may join, as far as recommending needs to know."""

    class_id: int
    start_on: date
    near: Near
    wished: bool
    """The person named this trade or course."""
    posts: int
    """Posts of the verified order behind it that nobody holds."""
    seats: int
    """Seats left; 0 is a place on the waiting list."""
    counts: bool
    """Whether it takes one of the person's uses."""
    uses_left: int | None
    """Uses left before this one; None where no cap is stated."""
    known_until: date | None = None
    """Up to which day the records of other systems are known; None where there is only our own."""


@dataclass(frozen=True, slots=True)
class Recommendation:
    """A class with its points and the reasons for them, in the order of their weight."""

    candidate: Candidate
    points: int
    reasons: tuple[Said, ...]


WISH, POST, LAST_USE, FULL, NO_USE = 40, 20, -15, -25, 5
NEARNESS = {Near.VILLAGE: 30, Near.TOWNSHIP: 20, Near.COUNTY: 10, Near.CITY: 0, Near.FAR: -10}
NEAR_WORDS = {
    Near.VILLAGE: N_("就在本村。"),
    Near.TOWNSHIP: N_("就在本乡镇。"),
    Near.COUNTY: N_("在本县。"),
    Near.CITY: N_("在本市别的县，要出远门。"),
    Near.FAR: N_("在外市，要出远门。"),
}


def recommend(candidates: Iterable[Candidate], *, most: int) -> list[Recommendation]:
    """The best classes first, at most so many; of equals the one that starts first. All are classes one may join."""
    ranked = sorted(
        (score(one) for one in candidates),
        key=lambda found: (-found.points, found.candidate.start_on, found.candidate.class_id),
    )
    return ranked[:most]


def score(one: Candidate) -> Recommendation:
    """The points of a class for a person, each with its reason; the weights stand above."""
    found: list[tuple[int, Said]] = [(NEARNESS[one.near], Said(NEAR_WORDS[one.near]))]
    if one.wished:
        found.append((WISH, Said(N_("是本人想学的。"))))
    if one.posts:
        found.append((POST, Said(N_("学完有 %(n)s 个岗位等人。"), {"n": one.posts})))
    if one.seats <= 0:
        found.append((FULL, Said(N_("已经满员，要排候补。"))))
    if not one.counts:
        found.append((NO_USE, Said(N_("只是体验，不占享受补贴的次数。"))))
    elif one.uses_left is not None:
        last = one.uses_left <= 1
        found.append((LAST_USE if last and not one.wished else 0, _uses_words(one, last=last)))
    found.sort(key=lambda pair: -abs(pair[0]))
    return Recommendation(one, sum(points for points, _said in found), tuple(said for _points, said in found))


def _uses_words(one: Candidate, *, last: bool) -> Said:
    """How many uses are left, and by records up to when."""
    if one.known_until is None:
        words = N_("这是最后一次补贴机会，想好再用（只按本系统的记录）。")
        more = N_("还剩 %(n)s 次补贴机会（只按本系统的记录）。")
    else:
        words = N_("这是最后一次补贴机会，想好再用（按截至 %(until)s 的记录）。")
        more = N_("还剩 %(n)s 次补贴机会（按截至 %(until)s 的记录）。")
    return Said(words if last else more, {"n": one.uses_left, "until": one.known_until})
