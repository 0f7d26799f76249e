"""What marks look like when nobody was really assessed: clones and outliers (F09). Pure; a doubt never decides.

Each check asks a figure of the policy and is left out where the figure is blank. What comes out names its evidence, so
that a person can look and judge.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from statistics import fmean, pstdev
from typing import Any

from app.assessments.rules.judging import Marks
from app.kernel.marking import N_
from app.policies.rules.pack import Pack

CLONES = "doubts.same_marks_percent"
RATE = "doubts.pass_rate_points"
DISTANCE = "doubts.mean_points"
UNIFORM = "doubts.least_spread"
PEOPLE = "doubts.least_people"
HUNDRED = 100


class DoubtKind(StrEnum):
    """What looks odd."""

    CLONES = "clones"
    RATE = "rate"
    DISTRIBUTION = "distribution"
    UNIFORM = "uniform"


@dataclass(frozen=True, slots=True)
class Doubt:
    """One oddity in words, with its evidence; reads like a `Reason`."""

    kind: DoubtKind
    message: str
    params: Mapping[str, Any]
    people: tuple[int, ...] = ()
    """The seats it is about, where it is about some."""
    evidence: tuple[tuple[str, str], ...] = ()
    """Rows of (what, figures) to be laid beside each other."""
    rule: str = "F09"
    source: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The first sitting of a class: each seat's points in the order of the items, and its marks by part."""

    name: str
    points: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    marks: Mapping[int, Marks] = field(default_factory=dict)
    passed: int = 0

    @property
    def people(self) -> int:
        """How many were marked."""
        return len(self.marks)

    @property
    def pass_rate(self) -> int:
        """In whole percent, rounded down."""
        return self.passed * HUNDRED // self.people if self.people else 0

    @property
    def mean(self) -> float:
        """The mean of all marks of both parts."""
        given = _given(self.marks.values())
        return fmean(given) if given else 0.0


def _given(marks: Any) -> list[int]:
    return [mark for one in marks for mark in one if mark is not None]


def doubts_about(
    pack: Pack, sheet: Sheet, others: Sequence[Sheet] = (), by_assessor: Sequence[Sheet] = ()
) -> list[Doubt]:
    """What looks odd in a class's marks beside other classes of the course and of the assessor; [] where nothing."""
    least = pack.count(PEOPLE)
    if least is None or sheet.people < least:
        return []
    comparable = [one for one in others if one.people >= least]
    return [
        *_clones(pack, sheet, least),
        *_pass_rate(pack, sheet, comparable),
        *_distribution(pack, sheet, comparable),
        *_uniform(pack, sheet, [one for one in by_assessor if one.people >= least]),
    ]


def _clones(pack: Pack, sheet: Sheet, least: int) -> Iterator[Doubt]:
    """The same points in every item for many people."""
    percent = pack.count(CLONES)
    if percent is None or not sheet.points:
        return
    rows = Counter(sheet.points.values())
    row, count = rows.most_common(1)[0]
    if count >= least and count * HUNDRED >= percent * len(sheet.points):
        seats = tuple(seat for seat, points in sheet.points.items() if points == row)
        params = {"n": count, "all": len(sheet.points), "row": "、".join(str(one) for one in row)}
        message = N_("%(all)s 人里有 %(n)s 人每一项的分数完全一样（%(row)s）。")
        yield Doubt(DoubtKind.CLONES, message, params, people=seats, source=pack.figure(CLONES).source)


def _pass_rate(pack: Pack, sheet: Sheet, others: Sequence[Sheet]) -> Iterator[Doubt]:
    """More pass, or fewer, than in the other classes of the course."""
    points = pack.count(RATE)
    people = sum(one.people for one in others)
    if points is None or not people:
        return
    usual = sum(one.passed for one in others) * HUNDRED // people
    if abs(sheet.pass_rate - usual) >= points:
        params = {"rate": sheet.pass_rate, "usual": usual, "n": len(others)}
        message = N_("合格率 %(rate)s%%，同一门课另外 %(n)s 个班是 %(usual)s%%。")
        rows = tuple((one.name, f"{one.passed}/{one.people}") for one in (sheet, *others))
        yield Doubt(DoubtKind.RATE, message, params, evidence=rows, source=pack.figure(RATE).source)


def _distribution(pack: Pack, sheet: Sheet, others: Sequence[Sheet]) -> Iterator[Doubt]:
    """Marks far above or below those of the other classes of the course."""
    points = pack.count(DISTANCE)
    if points is None or not others:
        return
    usual = fmean([mark for one in others for mark in _given(one.marks.values())])
    if abs(sheet.mean - usual) >= points:
        params = {"mean": f"{sheet.mean:.1f}", "usual": f"{usual:.1f}", "n": len(others)}
        message = N_("平均 %(mean)s 分，同一门课另外 %(n)s 个班平均 %(usual)s 分。")
        rows = tuple((one.name, f"{one.mean:.1f}") for one in (sheet, *others))
        yield Doubt(DoubtKind.DISTRIBUTION, message, params, evidence=rows, source=pack.figure(DISTANCE).source)


def _uniform(pack: Pack, sheet: Sheet, earlier: Sequence[Sheet]) -> Iterator[Doubt]:
    """An assessor whose marks hardly differ: everybody is equally good, here and in the assessor's other classes."""
    least = pack.count(UNIFORM)
    given = _given(sheet.marks.values())
    if least is None or not given or _spread(sheet) >= least:
        return
    rows = tuple((one.name, f"{_spread(one):.1f}") for one in (sheet, *earlier))
    alike = sum(_spread(one) < least for one in earlier)
    params = {"spread": f"{_spread(sheet):.1f}", "low": min(given), "high": max(given), "n": alike, "all": len(earlier)}
    message = N_(
        "全班分数几乎没有差别（%(low)s 到 %(high)s 分，标准差 %(spread)s）；"
        "这位考评员另外 %(all)s 个班里有 %(n)s 个也这样。"
    )
    yield Doubt(DoubtKind.UNIFORM, message, params, evidence=rows, source=pack.figure(UNIFORM).source)


def _spread(sheet: Sheet) -> float:
    """The standard deviation of marks within a part, the wider of the two."""
    parts = list(zip(*sheet.marks.values(), strict=True))
    spreads = [pstdev(given) for part in parts if (given := [mark for mark in part if mark is not None])]
    return max(spreads, default=0.0)
