"""Who counts as employed in the rate of a class (R34)."""

from datetime import date
from typing import Any

import pytest

from app.policies.rules.employing import employed_count
from tests.packs import small_pack

ENDED = date(2024, 12, 10)
SOON, LATE = date(2025, 2, 10), date(2025, 2, 11)


def pack(**employment: int) -> Any:
    return small_pack(employment={key: {"value": value, "source": "S07"} for key, value in employment.items()})


@pytest.mark.parametrize(
    ("stated", "posts", "count"),
    [
        ({}, [(SOON, None), (LATE, None), (None, None)], 3),
        ({"within_months": 2}, [(SOON, None), (LATE, None), (None, None)], 1),
        ({"within_months": 2, "contract_months": 12}, [(SOON, 12), (SOON, 11), (SOON, None)], 1),
        ({"contract_months": 12}, [(SOON, None), (LATE, None)], None),
        ({"contract_months": 12}, [], 0),
    ],
)
def test_a_post_counts_when_it_came_soon_and_lasts_long(
    stated: dict[str, int], posts: list[tuple[date | None, int | None]], count: int | None
) -> None:
    assert employed_count(pack(**stated), ENDED, posts) == count
