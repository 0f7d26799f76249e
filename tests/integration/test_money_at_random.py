"""Claims, reviews, batches, answers and recoveries at random: money is conserved, and nothing is paid twice."""

import os
from collections import Counter
from copy import deepcopy
from datetime import timedelta
from typing import ClassVar

import pytest
from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from app.kernel import clock
from app.kernel.database import db
from app.kernel.errors import DomainError
from app.papers.printing import Printer
from tests.making.moneyed import Drive, make_drive

EXAMPLES = int(os.environ.get("SIDAN_MONEY_EXAMPLES", "5"))
FIXED = "SIDAN_MONEY_EXAMPLES" not in os.environ
"""`make test` drives the same way each time, `make sweep` another way each time."""
NUMBERS = st.integers(0, 50)
DUE = {
    "draft": ["submit", "submit", "withdraw"],
    "returned": ["submit"],
    "submitted": ["pass_one", "cut", "return_one", "reject", "finish", "finish"],
    "cut_proposed": ["answer_cut"],
    "first_reviewed": ["pass_one", "return_one", "finish", "finish"],
    "second_reviewed": ["sign"],
    "signed": ["publish"],
    "on_notice": ["object", "answer_objection", "close_notice", "revoke"],
    "approved": ["answer_objection", "revoke", "request", "request"],
    "requested": ["check", "check", "confirm", "confirm", "fail", "bank", "revoke"],
    "partly_paid": ["request", "send_back", "recover", "repay", "card", "bank", "revoke"],
    "paid": ["send_back", "recover", "repay", "card", "bank", "revoke"],
}
"""What may be due in each status of the claim."""
STEPS = sorted({name for names in DUE.values() for name in names})


class Machine(RuleBasedStateMachine):
    """One class from its claim on; everything happens inside one transaction that is rolled back."""

    app: Flask
    start: Drive
    taken: ClassVar[Counter[str]] = Counter()
    """How often each step was taken, over all examples."""

    def __init__(self) -> None:
        super().__init__()
        self.drive = deepcopy(self.start)
        self.context = self.app.app_context()
        self.context.push()
        db.session.remove()
        self.connection = db.engine.connect()
        self.outer = self.connection.begin()
        db.session.configure(bind=self.connection, join_transaction_mode="create_savepoint", binds={})

    def teardown(self) -> None:
        """Ask the ledger and the replay, then undo everything."""
        try:
            self.drive.clean()
            self.taken["money left"] += self.drive.out_fen > 0
            self.taken["money came back"] += self.drive.back_fen > 0
        finally:
            db.session.remove()
            db.session.configure(bind=None)
            self.outer.rollback()
            self.connection.close()
            self.context.pop()

    def take(self, name: str, n: int) -> bool:
        """One step, whole or not at all; whether it was taken."""
        self.drive.now += timedelta(minutes=7)
        before = (self.drive.out_fen, self.drive.back_fen, len(self.drive.again))
        try:
            with clock.at(self.drive.now), db.session.begin_nested():
                getattr(self.drive, name)(n)
        except DomainError:
            self.drive.out_fen, self.drive.back_fen = before[:2]
            del self.drive.again[before[2] :]
            db.session.expire_all()
            return False
        self.taken[name] += 1
        return True

    @initialize(steps=st.sampled_from([0, 2, 6, 8, 9, 11]))
    def begin(self, steps: int) -> None:
        """So far along the natural way."""
        for _step in range(steps):
            self.take("natural", 1)

    @rule(choice=NUMBERS, n=NUMBERS)
    def go_on(self, choice: int, n: int) -> None:
        """One of the steps that may be due."""
        with clock.at(self.drive.now):
            names = DUE.get(self.drive.claim().status.value, ["natural"])
        self.take(names[choice % len(names)], n)

    @rule(name=st.sampled_from(STEPS), n=NUMBERS)
    def do_anything(self, name: str, n: int) -> None:
        """Any step, due or not."""
        self.take(name, n)

    @rule(n=NUMBERS)
    def try_again(self, n: int) -> None:
        """Something that moved money, once more: whatever it answers, no fen moves."""
        if not self.drive.again:
            return
        act = self.drive.again[n % len(self.drive.again)]
        try:
            with clock.at(self.drive.now), db.session.begin_nested():
                act()
        except DomainError:
            db.session.expire_all()

    @invariant()
    def nothing_is_lost_and_nothing_comes_twice(self) -> None:
        """After every step."""
        self.drive.holds()


@pytest.fixture(scope="module")
def ready(raced: Flask) -> type[Machine]:
    """A class to claim for, committed once; every example works on top of it."""
    with raced.app_context():
        start = make_drive()
        db.session.commit()
        db.session.remove()
    Machine.app, Machine.start = raced, start
    return Machine


def test_money_is_conserved_whatever_is_done_in_whatever_order(
    ready: type[Machine], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Printer, "render", lambda *_args, **_more: b"%PDF-1.7 not set here")
    run_state_machine_as_test(
        ready,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=20,
            derandomize=FIXED,
            deadline=None,
            print_blob=False,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert ready.taken["money left"], "no example came as far as a payment"
