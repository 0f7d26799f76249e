"""A newcomer walks one new class of each paid mode from sign-up to paid, on pages alone."""

from datetime import timedelta

import pytest

from tests.journey import facts, money
from tests.journey.kinds import KINDS
from tests.journey.town import FOUNDED, Town
from tests.journey.walking import Walk


@pytest.mark.timeout(900)
@pytest.mark.parametrize("mode", list(KINDS))
def test_a_class_of_each_paid_mode_comes_to_its_money(town: Town, mode: str) -> None:
    kind = KINDS[mode]
    walk = Walk(town, kind, f"{kind.words}示范班", FOUNDED + timedelta(days=14 * list(KINDS).index(mode)))
    if kind.orders:
        walk.order()
    walk.course()
    walk.planned()
    walk.sign_up()
    walk.filed()
    walk.approved()
    walk.begun()
    walk.taught()
    walk.ended()
    walk.assessed()
    walk.certified()
    walk.verified(walk.laborers[0])
    walk.taken_up()
    money.whole(walk)
    books = facts.books(walk)
    assert (books.claim, books.reserved_fen, books.placements) == ("paid", 0, {"confirmed"})
    assert [facts.uses(walk, one) for one in walk.laborers] == [1, 1, 1]
