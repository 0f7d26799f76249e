"""Items make parts, sittings make what counts: rounded down, never up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.assessments.forms import items_text, read_items
from app.assessments.queries import Item
from app.assessments.rules import Counting, Marks, NewItem, Part, checked, counted, of_items, scaled
from app.kernel.errors import DomainError

Two = tuple[int | None, int | None]
ITEMS = {1: (Part.THEORY, 100), 2: (Part.PRACTICE, 40), 3: (Part.PRACTICE, 70)}


def test_a_part_is_its_items_out_of_a_hundred_rounded_down() -> None:
    assert of_items(ITEMS, {1: 59, 2: 25, 3: 40}) == Marks(59, 59)  # 65 of 110 is 59.09


def test_a_part_of_which_an_item_is_missing_has_no_mark() -> None:
    assert of_items(ITEMS, {1: 59, 2: 25}) == Marks(59, None)
    assert of_items(ITEMS, {}) == Marks(None, None)


@given(st.lists(st.tuples(st.integers(0, 1000), st.integers(1, 1000)), min_size=1, max_size=12))
def test_a_scaled_mark_is_never_more_than_was_reached(pairs: list[tuple[int, int]]) -> None:
    whole = [(min(got, most), most) for got, most in pairs]
    mark = scaled(whole)
    assert mark is not None
    got, most = (sum(column) for column in zip(*whole, strict=True))
    assert 0 <= mark <= 100
    assert mark * most <= got * 100 < (mark + 1) * most


@pytest.mark.parametrize(
    ("sittings", "last", "best"),
    [
        ([(50, 80), (70, None)], (70, 80), (70, 80)),
        ([(58, 80), (52, None)], (52, 80), (58, 80)),
        ([(None, None), (61, 62)], (61, 62), (61, 62)),
        ([(40, 40), (None, None)], (40, 40), (40, 40)),
        ([], (None, None), (None, None)),
    ],
)
def test_of_two_sittings_each_part_counts_the_last_or_the_best(sittings: list[Two], last: Two, best: Two) -> None:
    told = [Marks(*one) for one in sittings]
    assert counted(told, Counting.LAST) == Marks(*last)
    assert counted(told, Counting.BEST) == Marks(*best)


def test_items_are_read_from_lines_and_written_back_alike() -> None:
    text = "理论 安全常识 100\n\n实操，平 焊，40"
    assert read_items(text) == [NewItem(Part.THEORY, "安全常识", 100), NewItem(Part.PRACTICE, "平 焊", 40)]
    rows = [Item(1, Part.THEORY, "安全常识", 100), Item(2, Part.PRACTICE, "平焊", 40)]
    assert items_text(rows) == "理论 安全常识 100\n实操 平焊 40"


@pytest.mark.parametrize("text", ["平焊 40", "实操 40", "实操 平焊 很多", "口试 问答 20", "  \n"])
def test_a_line_that_can_not_be_read_is_named(text: str) -> None:
    with pytest.raises(DomainError) as wrong:
        read_items(text)
    assert wrong.value.field == "items"


def test_theory_comes_first_and_thirteen_items_are_too_many() -> None:
    both = [NewItem(Part.PRACTICE, "平焊", 100), NewItem(Part.THEORY, "理论", 100)]
    assert [item.part for item in checked(both)] == ["theory", "practice"]
    with pytest.raises(DomainError):
        checked([*both, *both[:1] * 11])
