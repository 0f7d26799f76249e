"""What a person was paid this year before, as the rules are told it."""

from collections import Counter
from typing import Any

from app.funding.queries.factual import Taken


def steps(**fen: int) -> list[dict[str, Any]]:
    return [{"key": key, "amount_fen": amount} for key, amount in fen.items()]


def test_every_line_of_the_year_counts_by_step_and_in_all() -> None:
    taken = Taken({}, {}, Counter())
    taken.add(7, steps(base=100_000, share=-20_000, bonus=10_000), 90_000)
    taken.add(7, steps(living=18_000), 18_000)
    taken.add(8, steps(base=50_000), 50_000)
    assert taken.paid(7) == (("base", 100_000), ("bonus", 10_000), ("living", 18_000), ("share", -20_000))
    assert (taken.paid_fen(7), sum(fen for _key, fen in taken.paid(7))) == (108_000, 108_000)
    assert taken.steps(7) == (("base", 1), ("bonus", 1), ("living", 1)), "what took away was not paid"
    assert (taken.paid(9), taken.paid_fen(9), taken.steps(9)) == ((), 0, ())


def test_what_was_cut_from_a_line_is_taken_off_its_last_steps() -> None:
    taken = Taken({}, {}, Counter())
    taken.add(7, steps(base=100_000, share=-20_000, bonus=10_000), 60_000)
    assert taken.paid(7) == (("base", 80_000), ("bonus", 0), ("share", -20_000))
    assert sum(fen for _key, fen in taken.paid(7)) == taken.paid_fen(7) == 60_000
