"""Who may sit again 补考, what a resit is about, and when the assessment list has to be sent (R24). Pure."""

from datetime import date, timedelta
from enum import StrEnum

from app.assessments.rules.items import Counting, Part
from app.assessments.rules.judging import Marks
from app.kernel.errors import DomainError, Refused
from app.kernel.marking import N_
from app.policies.rules.pack import Pack

LIST_DAYS = "assessment.list_days"
RESITS = "assessment.resits"
COUNTS = "assessment.counts"
LEAST = {Part.THEORY: "result.theory_mark", Part.PRACTICE: "result.practice_mark"}


class WaivedFor(StrEnum):
    """Why somebody who did not pass has no resit any more."""

    GAVE_UP = "gave_up"
    NOT_OFFERED = "not_offered"


def parts_failed(pack: Pack, marks: Marks) -> list[Part]:
    """The parts below the pass mark or without one; a part whose pass mark the policy leaves blank is left out."""
    found = []
    for part, mark in zip(Part, marks, strict=True):
        least = pack.count(LEAST[part])
        if least is not None and (mark is None or mark < least):
            found.append(part)
    return found


def resits_allowed(pack: Pack) -> int | None:
    """How often one may sit again; None where the policy is silent."""
    return pack.count(RESITS)


def counting_of(pack: Pack) -> Counting | None:
    """Which sitting counts; None where the policy is silent."""
    word = pack.word(COUNTS)
    return Counting(word) if word else None


def earliest(pack: Pack, today: date) -> date | None:
    """The first day for which a list sent today is in time (R24); None where the policy is silent."""
    days = pack.count(LIST_DAYS)
    return None if days is None else today + timedelta(days=days)


def refuse_late_list(pack: Pack, on: date, today: date) -> None:
    """Raise `DomainError` where the list would be sent too late for the day, `Refused` where the figure is blank."""
    first = earliest(pack, today)
    if first is None:
        raise Refused(N_("政策包里“考核名单提前报送的天数”没有填写，不能往下办。请先补上这个标准。"))
    if on < first:
        raise DomainError(N_("考核名单要提前报送（R24），这个日期太近了。"), "on")
