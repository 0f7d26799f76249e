"""The budget year ends: what stands goes on in the next one. In a town of its own, since its books are closed."""

from datetime import date

import pytest

from tests.journey import facts, money
from tests.journey.kinds import KINDS
from tests.journey.town import Town
from tests.journey.walking import Walk

SINCE = date(2026, 11, 30)


@pytest.mark.timeout(900)
def test_the_budget_year_ends_and_a_class_is_paid_from_the_next(town_of_its_own: Town) -> None:
    walk = Walk(town_of_its_own, KINDS["farm_skills"], "跨年的班", SINCE, seats=2)
    for step in ("course", "planned", "sign_up", "filed", "approved", "begun", "taught", "ended", "assessed"):
        getattr(walk, step)()
    walk.certified()
    walk.taken_up()
    reserved = facts.books(walk).reserved_fen
    assert reserved > 0
    with walk.on(date(2026, 12, 31)):
        signer = walk.town.at("signer")
        signer.follow("预计指标要批准")
        signer.press("批准")
        finance = walk.town.at("finance")
        finance.door("预算")
        finance.follow("2026", within="汨罗市")
        finance.follow("准备结转")
        finance.press("数字没错，交第二人核对")
        cashier = walk.town.at("cashier")
        cashier.follow("年终结转要核对")
        cashier.press("核对无误，结转")
        cashier.sees("2026 年已结转")
    assert facts.books(walk).reserved_fen == reserved
    with walk.on(date(2027, 1, 4)):
        money.whole(walk)
    assert facts.books(walk).claim == "paid"
