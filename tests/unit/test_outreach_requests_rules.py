"""Pooling, the sketch and what may be asked, without a database."""

from dataclasses import replace
from datetime import date
from random import Random

import pytest

from app.kernel.errors import DomainError
from app.outreach.rules.pooling import Ask, Pool, Reach, overlapping, pool_up
from app.outreach.rules.requests import OPEN, REQUEST_FLOW, RequestStatus, Wanted, refuse_bad_wish
from app.outreach.rules.sketch import LEAST, MOST, WIDTH, Shire, Spot, Town, draw, radius, short_name

TODAY = date(2026, 9, 1)
LEAST_TEN = {"A": 10, "B": 10}


def ask(number: int, people: int = 5, *, township: str = "A1", first: int = 10, last: int = 20, course: int = 1) -> Ask:
    village = f"{township}{number:02d}"
    return Ask(number, course, village, township, township[0], date(2026, 10, first), date(2026, 10, last), people)


def ids(pool: Pool) -> set[int]:
    return {one.id for one in pool.asks}


def test_neighboring_villages_of_one_township_pool_until_the_minimum() -> None:
    (pool,) = pool_up([ask(1), ask(2)], LEAST_TEN)
    assert (pool.reach, pool.place, pool.people, pool.is_reached) == (Reach.TOWNSHIP, "A1", 10, True)
    (small,) = pool_up([ask(1), ask(2, 4)], LEAST_TEN)
    assert not small.is_reached
    assert small.missing == 1


def test_other_courses_and_other_weeks_do_not_pool() -> None:
    assert len(pool_up([ask(1), ask(2, course=2)], LEAST_TEN)) == 2
    assert len(pool_up([ask(1, first=1, last=5), ask(2, first=6, last=9)], LEAST_TEN)) == 2


def test_what_a_township_does_not_fill_is_pooled_with_its_county() -> None:
    (pool,) = pool_up([ask(1, 6), ask(2, 4, township="A2")], LEAST_TEN)
    assert (pool.reach, pool.place, pool.is_reached) == (Reach.COUNTY, "A", True)


def test_a_township_that_is_enough_for_itself_is_not_pooled_with_others() -> None:
    pools = pool_up([ask(1, 6), ask(2, 6), ask(3, 9, township="A2")], LEAST_TEN)
    assert [(ids(pool), pool.reach, pool.is_reached) for pool in pools] == [
        ({1, 2}, Reach.TOWNSHIP, True),
        ({3}, Reach.TOWNSHIP, False),
    ]


def test_two_counties_never_pool() -> None:
    assert len(pool_up([ask(1), ask(2, township="B1")], LEAST_TEN)) == 2


def test_a_pool_has_days_that_suit_everybody() -> None:
    asks = [ask(1, first=1, last=12), ask(2, first=8, last=20), ask(3, first=15, last=28), ask(4, first=10, last=11)]
    for pool in pool_up(asks, {"A": None}):
        assert pool.from_on <= pool.until_on
    assert [len(group) for group in overlapping(asks)] == [3, 1]


def test_without_a_minimum_every_pool_can_be_answered_and_says_that_there_is_none() -> None:
    (pool,) = pool_up([ask(1, 1)], {"A": None})
    assert pool.is_reached
    assert pool.least is None


def test_the_order_in_which_requests_come_changes_nothing_and_none_is_lost_or_counted_twice() -> None:
    chance = Random(7)
    asks = [
        ask(n, chance.randint(1, 8), township=chance.choice(["A1", "A2", "B1"]), first=f, last=f + chance.randint(0, 9))
        for n in range(1, 60)
        for f in [chance.randint(1, 20)]
    ]
    told = pool_up(asks, LEAST_TEN)
    assert sorted(number for pool in told for number in ids(pool)) == list(range(1, 60))
    for _turn in range(5):
        chance.shuffle(asks)
        assert pool_up(asks, LEAST_TEN) == told


WISH = Wanted(date(2026, 10, 1), date(2026, 11, 1))


@pytest.mark.parametrize(
    ("changes", "named", "field"),
    [
        ({"until_on": date(2026, 9, 30)}, False, "until_on"),
        ({"from_on": date(2026, 7, 1), "until_on": date(2026, 8, 1)}, False, "until_on"),
        ({"until_on": date(2028, 1, 1)}, False, "until_on"),
        ({"headcount": 0}, False, "headcount"),
        ({"headcount": 201}, False, "headcount"),
        ({"at_home": True, "address": "3 组"}, False, "names"),
        ({"at_home": True, "address": " "}, True, "address"),
    ],
)
def test_a_request_that_makes_no_sense_names_its_field(changes: dict[str, object], *, named: bool, field: str) -> None:
    with pytest.raises(DomainError) as refused:
        refuse_bad_wish(replace(WISH, **changes), named=named, today=TODAY)  # type: ignore[arg-type]  # fields by name
    assert refused.value.field == field


def test_a_request_can_be_taken_back_while_it_stands_and_never_after() -> None:
    for status in RequestStatus:
        assert ("withdraw" in [str(step) for step in REQUEST_FLOW.open_steps(status)]) == (status in OPEN)


def test_circles_stay_inside_their_township_inside_the_drawing() -> None:
    towns = tuple(
        Town(f"A{t}", f"镇{t}", tuple(Spot(f"A{t}{n:02d}", f"村{n}", n + 1, "welding") for n in range(size)))
        for t, size in enumerate([1, 2, 9, 4])
    )
    sketch = draw([Shire("A", "汨罗市", towns), Shire("B", "平江县", towns[:1])])
    for panel in sketch.panels:
        assert panel.y + panel.height <= sketch.height
        for tile in panel.tiles:
            assert tile.x >= 0
            assert tile.x + tile.width <= WIDTH
            assert panel.y < tile.y
            assert tile.y + tile.height <= panel.y + panel.height
            for one in tile.circles:
                assert tile.x <= one.x - one.r
                assert one.x + one.r <= tile.x + tile.width
                assert one.name_y <= tile.y + tile.height


def test_no_two_circles_and_no_two_townships_overlap() -> None:
    towns = tuple(
        Town(f"A{t}", f"镇{t}", tuple(Spot(f"A{t}{n:02d}", f"村{n}", 50, "welding") for n in range(5)))
        for t in range(3)
    )
    (panel,) = draw([Shire("A", "汨罗市", towns)]).panels
    circles = [one for tile in panel.tiles for one in tile.circles]
    for number, one in enumerate(circles):
        for other in circles[number + 1 :]:
            assert (one.x - other.x) ** 2 + (one.y - other.y) ** 2 >= (one.r + other.r) ** 2
    for number, tile in enumerate(panel.tiles):
        for beside in panel.tiles[number + 1 :]:
            assert tile.x + tile.width <= beside.x or tile.y + tile.height <= beside.y


def test_more_people_make_a_larger_circle_within_what_can_be_read() -> None:
    assert radius(1, 100) == LEAST
    assert radius(100, 100) == MOST
    assert radius(50, 100) > radius(25, 100)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("湄江村", "湄江村"),
        ("潭湾村民委员会", "潭湾村"),
        ("高泉社区居民委员会", "高泉社区"),
        ("很长很长的村名", "很长很长…"),
    ],
)
def test_a_villages_name_is_said_for_short(name: str, said: str) -> None:
    assert short_name(name) == said


def test_nobody_asking_is_an_empty_drawing() -> None:
    assert draw([]).panels == ()
