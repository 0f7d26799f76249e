"""The four fixes 四定: what is still open, mode by mode."""

from dataclasses import replace

import pytest

from app.policies.rules.fixes import FixFacts, OpenFix, SeatFacts, open_fixes
from app.policies.rules.modes import Fix, OrderKind
from app.policies.rules.said import fill
from tests.packs import demo_pack

ORDERS = {
    "order_training": OrderKind.HIRING,
    "piecework": OrderKind.PIECEWORK,
    "joint_production": OrderKind.JOINT_PRODUCTION,
    "public_welfare": OrderKind.PUBLIC_WELFARE,
    "project": OrderKind.PROJECT,
    "farm_skills": None,
}
POSTS = {
    "order_training": "挖掘机司机",
    "piecework": "home",
    "joint_production": "合同 2026-07",
    "public_welfare": "保洁员",
    "project": "",
    "farm_skills": "自家 3 亩稻田",
}


def complete(mode: str) -> FixFacts:
    return FixFacts(
        site="湄江村村部",
        site_region="430681107225",
        site_capacity=30,
        hours_planned=56,
        hours_timetabled=56,
        seats=(SeatFacts("张三", POSTS[mode]), SeatFacts("李四", POSTS[mode])),
        size_max=50,
        order_kind=ORDERS[mode],
        order_verified=ORDERS[mode] is not None,
        direction="味然食品",
        posts={POSTS[mode]: 2},
    )


def still_open(mode: str, facts: FixFacts, base: str = "") -> tuple[OpenFix, ...]:
    return open_fixes(demo_pack().mode(mode, base), facts)


def words(found: tuple[OpenFix, ...]) -> list[str]:
    return [fill(one.message, one.params, str, "zh") for one in found]


@pytest.mark.parametrize("mode", ORDERS)
def test_nothing_is_open_when_all_four_are_fixed(mode: str) -> None:
    assert still_open(mode, complete(mode)) == ()
    assert still_open("online", complete(mode), base=mode) == ()


@pytest.mark.parametrize("mode", ORDERS)
def test_an_empty_class_is_told_everything_it_lacks(mode: str) -> None:
    found = still_open(mode, FixFacts(hours_planned=56))
    assert {one.fix for one in found} == {Fix.PLACE, Fix.PEOPLE, Fix.DIRECTION}
    assert all(sentence.startswith("定") for sentence in words(found))


def test_a_taster_fixes_nothing() -> None:
    assert still_open("taster", FixFacts()) == ()


@pytest.mark.parametrize(
    ("change", "fix", "sentence"),
    [
        ({"site": ""}, Fix.PLACE, "定点：还没有定培训地点。"),
        ({"site_region": ""}, Fix.PLACE, "定点：“湄江村村部”还没有写明在哪个乡镇、哪个村。"),
        ({"site_capacity": 1}, Fix.PLACE, "定点：“湄江村村部”坐得下 1 人，名单有 2 人。"),
        ({"hours_timetabled": 49}, Fix.PLACE, "定点：课程表排了 49 学时，课程要求 56 学时。"),
        ({"seats": ()}, Fix.PEOPLE, "定员：名单还是空的。"),
        ({"unnamed_seats": 3}, Fix.PEOPLE, "定员：还有 3 个名额没有落实到人。"),
        ({"size_max": 1}, Fix.PEOPLE, "定员：名单有 2 人，每班最多 1 人。"),
        ({"order_kind": None}, Fix.DIRECTION, "定向：还没有关联用人单位的用工订单。"),
        ({"order_verified": False}, Fix.DIRECTION, "定向：关联的订单还没有核实。"),
        ({"order_kind": OrderKind.PIECEWORK}, Fix.DIRECTION, "定向：“订单培训”不能用这一种订单。"),
        ({"direction": ""}, Fix.DIRECTION, "定向：还没有写明用人单位。"),
        ({"posts": {"挖掘机司机": 1}}, Fix.POST, "定岗：“挖掘机司机”还能安排 1 人，名单里有 2 人。"),
        ({"posts": {"焊工": 9}}, Fix.POST, "定岗：订单里没有“挖掘机司机”这个岗位。"),
    ],
)
def test_each_open_point_is_one_sentence(change: dict[str, object], fix: Fix, sentence: str) -> None:
    found = still_open("order_training", replace(complete("order_training"), **change))  # type: ignore[arg-type]  # a table of changes
    assert [one.fix for one in found] == [fix]
    assert words(found) == [sentence]


@pytest.mark.parametrize(
    ("mode", "sentence"),
    [
        ("order_training", "定岗：李四 还没有对应到订单里的岗位。"),
        ("piecework", "定岗：李四 还没有写明在车间做还是在家做。"),
        ("joint_production", "定岗：李四 还没有对应的产销合同。"),
        ("public_welfare", "定岗：李四 还没有对应的公益性岗位。"),
        ("farm_skills", "定岗：李四 还没有写明自家的田、塘或林地。"),
    ],
)
def test_each_seat_states_its_post_by_name(mode: str, sentence: str) -> None:
    facts = replace(complete(mode), seats=(SeatFacts("张三", POSTS[mode]), SeatFacts("李四")))
    assert words(still_open(mode, facts)) == [sentence]


def test_a_project_leaves_the_post_open() -> None:
    assert still_open("project", complete("project")) == ()


def test_own_livelihood_asks_for_no_order_but_for_the_livelihood() -> None:
    facts = replace(complete("farm_skills"), direction="")
    assert [one.fix for one in still_open("farm_skills", facts)] == [Fix.DIRECTION]
