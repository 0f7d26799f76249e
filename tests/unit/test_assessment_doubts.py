"""Clones and outliers: each rule finds what it is for, keeps quiet about honest marks, and asks the policy's figure."""

from datetime import date
from types import MappingProxyType
from typing import Any

import pytest

from app.assessments.rules import DoubtKind, Marks, Sheet, doubts_about
from app.policies.rules.figures import Figure
from app.policies.rules.pack import Pack
from app.policies.rules.said import Named

FIGURES = {
    "doubts.least_people": 5, "doubts.same_marks_percent": 30, "doubts.pass_rate_points": 30, "doubts.mean_points": 12,
    "doubts.least_spread": 2,
}  # fmt: skip
HONEST = [(72, 68), (85, 90), (61, 77), (93, 88), (66, 70), (78, 81), (55, 62)]


def pack(**changed: Any) -> Pack:
    figures = FIGURES | {key.replace("__", "."): value for key, value in changed.items()}
    told = MappingProxyType({key: Figure(key, value, "F09") for key, value in figures.items()})
    nothing: Any = MappingProxyType({})
    return Pack(
        key="p",
        title=Named("甲"),
        note=Named(""),
        region_code="430600",
        valid_from=date(2024, 1, 1),
        valid_to=None,
        is_example=True,
        default_category="other",
        sources=nothing,
        figures=told,
        modes=nothing,
        ages=(),
        groups=nothing,
        statuses=nothing,
        categories=nothing,
        checklist=(),
        occupations=nothing,
        hours=(),
        rates=(),
        formula=(),
        workdays=nothing,
    )


def sheet(rows: list[tuple[int, int]], name: str = "甲班") -> Sheet:
    marks = {seat: Marks(*row) for seat, row in enumerate(rows, 1)}
    passed = sum(min(row) >= 60 for row in rows)
    return Sheet(name, {seat: tuple(row) for seat, row in enumerate(rows, 1)}, marks, passed)


def kinds(
    of: Sheet, others: list[Sheet] | None = None, earlier: list[Sheet] | None = None, **figures: Any
) -> set[DoubtKind]:
    return {doubt.kind for doubt in doubts_about(pack(**figures), of, others or [], earlier or [])}


def test_honest_marks_raise_no_doubt() -> None:
    assert kinds(sheet(HONEST), [sheet(HONEST[::-1], "乙班")], [sheet(HONEST, "丙班")]) == set()


def test_the_same_points_in_every_item_for_many_people_are_clones_and_name_them() -> None:
    rows = [*HONEST[:4], (80, 85), (80, 85), (80, 85), (80, 85), (80, 85)]
    found = [doubt for doubt in doubts_about(pack(), sheet(rows)) if doubt.kind is DoubtKind.CLONES]
    assert [doubt.people for doubt in found] == [(5, 6, 7, 8, 9)]
    assert found[0].params["row"] == "80、85"
    assert kinds(sheet([*HONEST[:7], (80, 85), (80, 85)])) == set()


def test_a_pass_rate_far_from_the_other_classes_of_the_course_is_an_outlier_with_figures() -> None:
    failing = sheet([(40, 70), (45, 70), (42, 66), (50, 64), (80, 84), (44, 90), (90, 91)], "乙班")
    found = [one for one in doubts_about(pack(), sheet(HONEST), [failing]) if one.kind is DoubtKind.RATE]
    assert len(found) == 1
    assert found[0].evidence == (("甲班", "6/7"), ("乙班", "2/7"))


def test_marks_far_above_those_of_the_other_classes_are_an_outlier() -> None:
    high = [(97, 99), (95, 96), (99, 94), (93, 98), (98, 90), (90, 95), (96, 91)]
    assert kinds(sheet(high), [sheet(HONEST, "乙班")]) == {DoubtKind.DISTRIBUTION}


def test_an_assessor_whose_marks_hardly_differ_is_too_uniform_and_the_earlier_classes_are_laid_beside() -> None:
    flat = [(85, 86), (86, 85), (85, 85), (86, 86), (85, 87), (84, 86)]
    earlier = [sheet(flat, "乙班"), sheet(HONEST, "丙班")]
    found = [one for one in doubts_about(pack(), sheet(flat), [], earlier) if one.kind is DoubtKind.UNIFORM]
    assert len(found) == 1
    assert (found[0].params["n"], found[0].params["all"]) == (1, 2)
    assert [name for name, _spread in found[0].evidence] == ["甲班", "乙班", "丙班"]


@pytest.mark.parametrize("blank", ["doubts__same_marks_percent", "doubts__least_people"])
def test_a_check_whose_figure_is_blank_is_left_out(blank: str) -> None:
    clones = [(80, 85)] * 3 + HONEST[:4]
    without: dict[str, Any] = {"doubts__least_people": 3, blank: None}
    assert DoubtKind.CLONES in kinds(sheet(clones), doubts__least_people=3)
    assert DoubtKind.CLONES not in kinds(sheet(clones), **without)


def test_a_handful_of_people_proves_nothing() -> None:
    assert kinds(sheet([(80, 85)] * 4)) == set()
    assert kinds(sheet([]), [sheet(HONEST)]) == set()
