"""Villages by name, with or without what stands above them and what they end in."""

import pytest

from app.people.imports.rules.kinds import Fault, Mend
from app.people.imports.rules.places import stem, town_stem
from tests.making.roster_files import PLACES, all_places

MEIJIANG = "430681107225"


@pytest.mark.parametrize(
    "text",
    [
        "汨罗市弼时镇湄江村",
        "湖南省岳阳市汨罗市弼时镇湄江村",
        "弼时镇湄江村民委员会",
        "弼时镇湄江村委会",
        "弼时 湄江",
        "弼时镇湄江",
        "弼时镇 湄江村 3组",
        "弼时镇湄江村第十二村民小组",
        "弼时镇湄江村12号",
        "汨罗弼时镇湄江村",
        "湄江村",
        "弼时镇弼时镇湄江村",
        "弼時镇湄江村".replace("時", "时"),
        "430681107225",
        "弼时镇（湄江村）",
        "弼时乡湄江村",
        "\u200b弼时镇湄江村",
    ],
)
def test_one_village_has_many_writings(text: str) -> None:
    assert PLACES.find(text).code == MEIJIANG


def test_county_township_and_village_may_stand_in_columns_of_their_own() -> None:
    assert PLACES.find("汨罗市", "弼时镇", "湄江村").code == MEIJIANG
    assert PLACES.find("弼时", "湄江").code == MEIJIANG
    assert PLACES.find("汨罗市", "弼时镇", "汨罗市弼时镇湄江村").code == MEIJIANG


def test_another_kind_of_committee_is_taken_where_the_township_is_said_and_the_name_is_the_only_one() -> None:
    found = PLACES.find("弼时镇湄江社区")
    assert (found.code, found.mend) == (MEIJIANG, Mend.VILLAGE_KIND)
    assert PLACES.find("湄江社区").code is None


def test_a_name_of_several_villages_needs_its_township() -> None:
    found = PLACES.find("联合村")
    assert found.code is None
    assert found.fault == Fault.WHICH_VILLAGE
    assert (found.more or 0) >= 4
    assert PLACES.find("平江县联合村").code is not None


def test_a_name_of_several_villages_is_clear_to_an_officer_who_answers_for_one_of_them() -> None:
    mine = PLACES.find("平江县联合村").code
    assert mine is not None
    found = all_places(frozenset({mine})).find("联合村")
    assert (found.code, found.mend) == (mine, Mend.ONE_HERE)


@pytest.mark.parametrize(
    "text", ["桃花源镇不存在村", "桃花源镇联合村", "弼时镇不存在村", "长沙市岳麓区联合村", "村", "乡村", "某某"]
)
def test_a_village_that_does_not_exist_is_refused(text: str) -> None:
    assert PLACES.find(text).fault == Fault.UNKNOWN_VILLAGE


def test_a_township_alone_is_no_village() -> None:
    assert PLACES.find("弼时镇").fault == Fault.NO_VILLAGE


def test_a_village_of_somebody_else_is_refused() -> None:
    assert all_places(frozenset({MEIJIANG})).find("加义镇东山村").fault == Fault.OUTSIDE


def test_every_village_is_found_by_its_full_name_with_anything_above_it() -> None:
    villages = list(all_places().villages)
    assert len(villages) > 1800
    missed = [
        village
        for village in villages
        for text in (
            village.county + village.town + village.name,
            f"湖南省岳阳市{village.county}{village.town}{village.name}",
        )
        if PLACES.find(text).code != village.code
    ]
    assert missed == []


def test_no_writing_of_a_village_ever_means_another_one() -> None:
    for village in all_places().villages:
        bare = village.town + stem(village.name.removeprefix(village.town))
        for text in (bare, town_stem(village.town) + village.name, village.name, village.town + village.name + "5组"):
            found = PLACES.find(text)
            assert found.code in (None, village.code), (text, village)
