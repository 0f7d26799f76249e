"""What policy asks of a course, of a class's filing and of a trainee's result. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from app.kernel.marking import N_
from app.policies.rules.facts import CourseFacts
from app.policies.rules.pack import Pack
from app.policies.rules.said import Reason, Said

HUNDRED = 100


def days_of(pack: Pack, course: CourseFacts) -> int:
    """Days of the course: as told, or as many as its hours need at the pack's hours a day; 0 where nobody knows."""
    return course.days_at(pack.count("class.hours_a_day")) or 0


def course_problems(pack: Pack, course: CourseFacts) -> tuple[Reason, ...]:
    """What a course of a paid mode lacks under the pack: least hours (R16), shares of practice and theory (R17)."""
    if not pack.mode_of(course).paid:
        return ()
    return (*_hours(pack, course), *_shares(pack, course))


def _hours(pack: Pack, course: CourseFacts) -> Iterator[Reason]:
    row = pack.hours_for(course)
    if row is None or row.min_hours is None or course.hours >= row.min_hours:
        return
    category = pack.categories.get(pack.category_of(course))
    params = {
        "category": category.name if category else "",
        "level": course.level or "—",
        "least": row.min_hours,
        "hours": course.hours,
    }
    message = N_("“%(category)s”等级 %(level)s 至少 %(least)s 个标准学时，课程只有 %(hours)s 个。")
    change = Said(N_("请再加 %(more)s 个标准学时。"), {"more": row.min_hours - course.hours})
    yield Reason("R16", message, params, change=change, source=row.source)


def _shares(pack: Pack, course: CourseFacts) -> Iterator[Reason]:
    shares = {
        "course.practice_percent": (course.practice_hours, N_("实操至少占 %(least)s%%，课程里只占 %(share)s%%。")),
        "course.theory_percent": (course.theory_hours, N_("理论至少占 %(least)s%%，课程里只占 %(share)s%%。")),
    }
    for key, (hours, message) in shares.items():
        least = pack.count(key)
        if least is not None and course.hours and hours * HUNDRED < least * course.hours:
            params = {"least": least, "share": hours * HUNDRED // course.hours}
            yield Reason("R17", message, params, source=pack.figure(key).source)


@dataclass(frozen=True, slots=True)
class FilingFacts:
    """What a class's filing says; `lead_workdays` are the working days from filing to the first session."""

    course: CourseFacts
    seats: int
    lead_workdays: int
    hours_by_day: Mapping[date, int] = field(default_factory=dict)


def filing_problems(pack: Pack, filing: FilingFacts) -> tuple[Reason, ...]:
    """What stands against a filing: class size (R19), hours a day (R18), lead time, too short a timetable."""
    if not pack.mode_of(filing.course).paid:
        return ()
    return (*_size(pack, filing), *_timetable(pack, filing), *_lead(pack, filing))


def _size(pack: Pack, filing: FilingFacts) -> Iterator[Reason]:
    least, most = pack.count("class.size_min"), pack.count("class.size_max")
    if most is not None and filing.seats > most:
        params = {"seats": filing.seats, "most": most}
        source = pack.figure("class.size_max").source
        yield Reason("R19", N_("每班最多 %(most)s 人，申报了 %(seats)s 人。"), params, source=source)
    if least is not None and filing.seats < least:
        params = {"seats": filing.seats, "least": least}
        source = pack.figure("class.size_min").source
        yield Reason("R19", N_("每班至少 %(least)s 人，申报了 %(seats)s 人。"), params, source=source)


def _timetable(pack: Pack, filing: FilingFacts) -> Iterator[Reason]:
    most = pack.count("class.hours_a_day")
    for day, hours in sorted(filing.hours_by_day.items()):
        if most is not None and hours > most:
            params = {"day": day, "hours": hours, "most": most}
            source = pack.figure("class.hours_a_day").source
            yield Reason("R18", N_("%(day)s 排了 %(hours)s 学时，每天最多 %(most)s 学时。"), params, source=source)
    planned, total = filing.course.hours, sum(filing.hours_by_day.values())
    if total < planned:
        message = N_("课程表一共 %(total)s 学时，课程要求 %(planned)s 学时。")
        yield Reason("R16", message, {"total": total, "planned": planned})


def _lead(pack: Pack, filing: FilingFacts) -> Iterator[Reason]:
    least = pack.count("class.lead_workdays")
    if least is not None and filing.lead_workdays < least:
        params = {"least": least, "days": filing.lead_workdays}
        message = N_("开班要提前 %(least)s 个工作日申报，现在离第一课只有 %(days)s 个工作日。")
        change = Said(N_("请把第一课往后推。"))
        yield Reason("R15", message, params, change=change, source=pack.figure("class.lead_workdays").source)


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whether the trainee was present enough and passed, with what stands against it."""

    present_enough: bool
    passed: bool
    reasons: tuple[Reason, ...]


def passes(pack: Pack, *, planned_hours: int, attended_hours: int, theory: int | None, practice: int | None) -> Outcome:
    """Who passes follows from attendance (R20) and marks out of 100 (R23); a mark of None was not given yet."""
    absent = tuple(_attendance(pack, planned_hours, attended_hours))
    theory_words = (N_("理论还没有成绩。"), N_("理论 %(mark)s 分，不到 %(least)s 分。"))
    practice_words = (N_("实操还没有成绩。"), N_("实操 %(mark)s 分，不到 %(least)s 分。"))
    marks = (
        *_mark(pack, "result.theory_mark", theory, *theory_words),
        *_mark(pack, "result.practice_mark", practice, *practice_words),
    )
    return Outcome(not absent, not absent and not marks, (*absent, *marks))


def _attendance(pack: Pack, planned_hours: int, attended_hours: int) -> Iterator[Reason]:
    least = pack.count("result.attendance_percent")
    if least is None:
        yield pack.blank("result.attendance_percent")
    elif attended_hours * HUNDRED < least * planned_hours:
        params = {"least": least, "attended": attended_hours, "planned": planned_hours}
        message = N_("出勤 %(attended)s 学时，课程 %(planned)s 学时，不到 %(least)s%%。")
        yield Reason("R20", message, params, source=pack.figure("result.attendance_percent").source)


def _mark(pack: Pack, key: str, mark: int | None, not_given: str, too_low: str) -> Iterator[Reason]:
    least = pack.count(key)
    if least is None:
        yield pack.blank(key)
    elif mark is None:
        yield Reason("R23", not_given)
    elif mark < least:
        yield Reason("R23", too_low, {"mark": mark, "least": least}, source=pack.figure(key).source)


def refill_until(pack: Pack, starts_on: date) -> date | None:
    """The last day on which dropped places may be refilled 补员; the first day of the class is day 1."""
    day = pack.count("class.refill_day")
    return None if day is None else starts_on + timedelta(days=max(day, 1) - 1)
