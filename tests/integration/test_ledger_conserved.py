"""Money is conserved under any sequence of the steps of the ledger, year-ends and quotas among them."""

from datetime import date
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel import clock
from app.kernel.access import SYSTEM, Role
from app.kernel.errors import DomainError
from app.ledger import queries, service
from app.ledger.models import SOURCES, Budget, Pot
from tests.makers import make_user
from tests.making.ledger import close_year, make_budget, make_quota

MOVES = ["reserve", "release", "cancel_owed", "pay", "return_paid"]
OTHERS = ["appropriate", "owe", "recover", "use_again", "quota", "take_back", "close"]
STEPS = st.lists(st.tuples(st.sampled_from(MOVES + OTHERS), st.integers(-50, 500)), max_size=25)


class Books:
    """One source of funds over the years, with what was put in and taken out from outside."""

    def __init__(self) -> None:
        self.budget: Budget = make_budget(1_000, year=2030)
        self.first = self.budget.id
        self.quotas: list[Any] = []

    def step(self, name: str, fen: int) -> None:
        """Do one step as its officers would; raises `DomainError` where it is refused."""
        if name in MOVES:
            getattr(service, name)(self.first, fen, reference="class:1", by=SYSTEM)
        else:
            getattr(self, name)(fen)

    def appropriate(self, fen: int) -> None:
        service.appropriate(self.budget, fen, by=SYSTEM)

    def owe(self, fen: int) -> None:
        service.owe(self.first, from_reserved_fen=fen, owed_fen=fen // 2, reference="class:1", by=SYSTEM)

    def recover(self, fen: int) -> None:
        service.return_paid(self.first, fen, reference="class:1", by=SYSTEM, still_owed=False)

    def use_again(self, fen: int) -> None:
        service.use_again(self.budget, fen, by=SYSTEM, note="通知")

    def quota(self, fen: int) -> None:
        self.quotas.append(make_quota(self.budget, fen))

    def take_back(self, _fen: int) -> None:
        if self.quotas:
            service.take_back_quota(self.quotas[-1], by=make_user(Role.SIGNER).as_actor(), note="收回")

    def close(self, _fen: int) -> None:
        with clock.at(clock.moment_of(date(self.budget.year, 12, 31), 9)):
            self.budget = close_year(self.budget)

    def whole(self) -> dict[int, dict[Pot, int]]:
        """The balances of every year."""
        return {one.id: queries.balances(one.id) for one in queries.chain_of(self.first)}


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_any_order_of_steps_conserves_money(session: Session, steps: Any) -> None:
    books = Books()
    for name, fen in steps:
        before = books.whole()
        try:
            with session.begin_nested():
                books.step(name, fen)
        except DomainError:
            assert books.whole() == before, "a refused step leaves no trace"
    for year, found in books.whole().items():
        assert sum(found.values()) == 0
        assert all(fen >= 0 for pot, fen in found.items() if pot not in SOURCES)
        assert found[Pot.EXPECTED] <= 0
        assert found[Pot.PAID] + found[Pot.RECOVERED] <= -found[Pot.APPROPRIATED], f"{year} paid what never arrived"
    session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    session.execute(text("SET CONSTRAINTS ALL DEFERRED"))
    assert queries.own_differences() == []
