"""On which lines a step of the formula holds. Pure.

What depends on the course alone is asked once for each course; the rest becomes checks of a line's facts. For the most
that a line can reach, checks of what nobody can plan (groups, the kind of post …) are left open, and so are those of
the day of filing and of the region where these are not told.
"""

from collections.abc import Callable, Iterator
from datetime import date

from app.policies.rules.blanks import said_missing
from app.policies.rules.calendar import add_months
from app.policies.rules.facts import CourseFacts, LineFacts
from app.policies.rules.rounding import WHOLE
from app.policies.rules.steps import When
from app.policies.rules.tables import ListRow

Check = Callable[[LineFacts], bool]
Lists = dict[str, tuple[ListRow, ...]]


def holds_for_course(when: When, course: CourseFacts, category: str, lists: Lists) -> bool:
    """Whether the conditions that the course decides hold."""
    modes = (course.mode, course.base_mode)
    code, level = course.occupation_code, course.level
    return (
        (not when.modes or any(mode in when.modes for mode in modes))
        and (not when.categories or category in when.categories)
        and (not when.occupations or code in when.occupations)
        and (not when.levels or level in when.levels)
        and (not when.lists or any(row.fits(code, level) for name in when.lists for row in lists.get(name, ())))
    )


def asks_line(when: When) -> bool:
    """Whether it asks anything of a line."""
    return is_open(when) or bool(planned_checks(when, 0))


def is_open(when: When) -> bool:
    """Whether it asks what a plan can't know: who comes, for which post, and with what contract."""
    asked = (when.groups, when.placements, when.tags, when.funding)
    shares = (when.contract_months_from, when.attended_percent_from, when.attended_percent_below)
    return any(asked) or any(one is not None for one in shares)


def asks_filing(when: When) -> bool:
    """Whether it asks for the day of filing."""
    return when.filed_from is not None or when.filed_to is not None


def checks_of(when: When, hours_needed: int) -> tuple[Check, ...]:
    """Every check of a line."""
    return (*_outcomes(when, hours_needed), *_filed(when), *_placed(when), *_open_checks(when))


def planned_checks(when: When, hours_needed: int, *, unknown: bool = True) -> tuple[Check, ...]:
    """The checks of a plan: of outcomes that are tried one by one, of the day of filing and of the region.

    `unknown` is the answer where that day or that region is not told.
    """
    filed = (_where_filed(check, unknown) for check in _filed(when))
    placed = (_where_placed(check, unknown) for check in _placed(when))
    return (*_outcomes(when, hours_needed), *filed, *placed)


def _outcomes(when: When, hours_needed: int) -> tuple[Check, ...]:
    found: list[Check] = []
    if when.employed is not None:
        found.append(_employed(wanted=when.employed))
    if when.employed_within_months is not None:
        found.append(_employed_within(when.employed_within_months))
    if when.certificate is not None:
        found.append(_certified(wanted=when.certificate))
    if when.hours_reached is not None:
        found.append(_hours(hours_needed, wanted=when.hours_reached))
    return tuple(found)


def _open_checks(when: When) -> Iterator[Check]:
    if when.groups:
        groups = frozenset(when.groups)
        yield lambda facts: not groups.isdisjoint(facts.groups)
    if when.placements:
        placements = frozenset(when.placements)
        yield lambda facts: facts.placement in placements
    if when.tags:
        tags = frozenset(when.tags)
        yield lambda facts: not tags.isdisjoint(facts.tags)
    if when.funding:
        funding = frozenset(when.funding)
        yield lambda facts: facts.funding in funding
    yield from _shares(when)


def _shares(when: When) -> Iterator[Check]:
    if when.contract_months_from is not None:
        months = when.contract_months_from
        yield lambda facts: facts.contract_months is not None and facts.contract_months >= months
    if when.attended_percent_from is not None:
        least = when.attended_percent_from
        yield lambda facts: facts.attended_hours * WHOLE >= least * facts.planned_hours
    if when.attended_percent_below is not None:
        most = when.attended_percent_below
        yield lambda facts: facts.attended_hours * WHOLE < most * facts.planned_hours


def _filed(when: When) -> Iterator[Check]:
    first, last = when.filed_from or date.min, when.filed_to or date.max
    if asks_filing(when):
        yield lambda facts: first <= _day_of_filing(facts) <= last


def _day_of_filing(facts: LineFacts) -> date:
    if facts.filed_on is None:
        raise said_missing("filed_on")
    return facts.filed_on


def _placed(when: When) -> Iterator[Check]:
    if when.regions:
        regions = when.regions
        yield lambda facts: facts.region_code.startswith(regions)


def _where_filed(check: Check, unknown: bool) -> Check:  # noqa: FBT001  # an answer, not a switch
    return lambda facts: unknown if facts.filed_on is None else check(facts)


def _where_placed(check: Check, unknown: bool) -> Check:  # noqa: FBT001  # an answer, not a switch
    return lambda facts: check(facts) if facts.region_code else unknown


def _employed(*, wanted: bool) -> Check:
    return lambda facts: wanted is (facts.employed_on is not None)


def _employed_within(months: int) -> Check:
    def check(facts: LineFacts) -> bool:
        if facts.employed_on is None or facts.ended_on is None:
            return False
        return facts.employed_on <= add_months(facts.ended_on, months)

    return check


def _certified(*, wanted: bool) -> Check:
    return lambda facts: wanted is (facts.certificate_on is not None)


def _hours(needed: int, *, wanted: bool) -> Check:
    return lambda facts: wanted is (facts.attended_hours >= (needed or facts.planned_hours))
