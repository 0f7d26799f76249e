"""What a confirmed result says of each threshold, met or not. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from app.kernel.marking import N_
from app.policies.rules.courses import passes
from app.policies.rules.pack import Pack
from app.policies.rules.said import Reason


class Marks(NamedTuple):
    """Theory and practice out of 100; None where not given."""

    theory: int | None
    practice: int | None


@dataclass(frozen=True, slots=True)
class Result:
    """What the rules make of one person's presence and marks."""

    present_enough: bool
    passed: bool
    points: tuple["Point", ...]


@dataclass(frozen=True, slots=True)
class Point:
    """One threshold, in words: what was asked, what was reached, whether it is met. Reads like a `Reason`."""

    rule: str
    message: str
    params: dict[str, Any]
    met: bool
    source: str = ""

    def as_json(self) -> dict[str, Any]:
        """The point as it is frozen with the outcome."""
        return {
            "rule": self.rule,
            "message": self.message,
            "params": self.params,
            "met": self.met,
            "source": self.source,
        }


MOST = 100
"""The full mark."""
ATTENDANCE = "result.attendance_percent"
MARK_WORDS = (
    ("result.theory_mark", N_("理论 %(mark)s 分，达到 %(least)s 分。")),
    ("result.practice_mark", N_("实操 %(mark)s 分，达到 %(least)s 分。")),
)


def judge(pack: Pack, *, planned_hours: int, attended_hours: int, marks: Marks, absent: bool = False) -> Result:
    """Who passes follows from standard hours and marks under the pack (R20, R23), never from a tick."""
    told = Marks(None, None) if absent else marks
    verdict = passes(
        pack, planned_hours=planned_hours, attended_hours=attended_hours, theory=told.theory, practice=told.practice
    )
    missed = [_missed(reason) for reason in verdict.reasons if not (absent and reason.rule == "R23")]
    if absent:
        missed.append(Point("R23", N_("没有参加考核。"), {}, met=False))
    met = [*_present(pack, planned_hours, attended_hours), *_reached(pack, told)]
    points = sorted([*missed, *met], key=lambda point: point.rule)
    return Result(verdict.present_enough, verdict.passed, tuple(points))


def _missed(reason: Reason) -> Point:
    params = {key: getattr(value, "message", value) for key, value in reason.params.items()}
    return Point(reason.rule, reason.message, params, met=False, source=reason.source)


def _present(pack: Pack, planned: int, attended: int) -> Iterator[Point]:
    least = pack.count(ATTENDANCE)
    if least is not None and attended * 100 >= least * planned:
        params = {"attended": attended, "planned": planned, "least": least}
        message = N_("出勤 %(attended)s 学时，课程 %(planned)s 学时，达到 %(least)s%%。")
        yield Point("R20", message, params, met=True, source=pack.figure(ATTENDANCE).source)


def _reached(pack: Pack, marks: Marks) -> Iterator[Point]:
    for (key, message), mark in zip(MARK_WORDS, marks, strict=True):
        least = pack.count(key)
        if least is not None and mark is not None and mark >= least:
            yield Point("R23", message, {"mark": mark, "least": least}, met=True, source=pack.figure(key).source)
