"""Killed with -9 at any moment of export, posting or import: nothing is lost, nothing comes twice, all can go on."""

import os
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random, SystemRandom

import pytest
from flask import Flask
from sqlalchemy import func, select

from app import create_app
from app.funding import service
from app.funding.models import BankAnswer, BankFile, ClaimLine, PaymentBatch, Receipt, Transfer
from app.funding.queries.replaying import replay, submitted_claims
from app.funding.rules import LineStatus, Payee, TransferStatus
from app.kernel import clock
from app.kernel.database import db, transaction
from app.kernel.errors import DomainError
from app.ledger import queries as ledger
from app.ledger.models import Pot
from app.papers.printing import Printer
from tests.databases import drop_database, let_go, make_database, settings_of
from tests.making.moneyed import Drive, make_drive

KILLS = int(os.environ.get("SIDAN_KILLS", "20"))
ACTS = ("export", "post", "read")


@dataclass
class Scene:
    """A checked request for funds in a database that is made anew for every kill."""

    app: Flask
    server: str
    ready: str
    name: str
    drive: Drive
    batch_id: int
    total_fen: int
    answer: bytes
    files: Path

    def anew(self) -> None:
        """The database as it was before any of it; nobody is connected."""
        make_database(self.server, self.name, self.ready)

    def work(self, *, careless: bool = False) -> None:
        """Export the bank's file, post the school's receipt, read the bank's answer, each in its transaction."""
        for act in ACTS:
            with clock.at(self.drive.now):
                try:
                    with transaction():
                        getattr(self, act)(db.session.get_one(PaymentBatch, self.batch_id))
                except DomainError:
                    if not careless:
                        raise

    def export(self, batch: PaymentBatch) -> None:
        made = service.bank_file(batch, "bank-text", 1, by=self.drive.treasury)
        (self.files / made.name).write_bytes(made.content)

    def post(self, batch: PaymentBatch) -> None:
        school = next(one for one in batch.transfers if one.payee is Payee.SCHOOL)
        service.confirm_transfer(
            school,
            receipt_number="HD-1",
            amount_fen=school.amount_fen,
            paid_on=clock.today(),
            by=self.drive.treasury,
        )

    def read(self, batch: PaymentBatch) -> None:
        service.apply_answer(batch, self.answer, serial="PC-1", paid_on=clock.today(), by=self.drive.treasury)


@pytest.fixture(scope="module")
def scene(server: str, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """A class claimed for up to the checked request, kept as a template of its own."""
    var, ready = tmp_path_factory.mktemp("killed"), f"{template}_ready"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Printer, "render", lambda *_args, **_more: b"%PDF-1.7 not set here")
        app = create_app(settings_of(make_database(server, ready, template), var))
        with app.app_context():
            with transaction():
                drive = make_drive(people_count=2)
                while drive.claim().status != "requested" or drive._batch().status == "made":
                    with clock.at(drive.now):
                        drive.natural(1)
                batch = drive._batch()
                rows = [one for one in batch.transfers if one.payee is Payee.TRAINEE]
                answer = "".join(f"{one.id}|{one.account}|{one.amount_fen / 100:.2f}|成功\n" for one in rows)
                found = (batch.id, batch.total_fen)
            let_go()
        name = f"{template}_killed"
        app = create_app(settings_of(make_database(server, name, ready), var))
        files = tmp_path_factory.mktemp("files")
        yield Scene(app, server, ready, name, drive, *found, answer.encode(), files)
        with app.app_context():
            let_go()
    drop_database(server, name)
    drop_database(server, ready)


def in_child(scene: Scene, seconds: float | None) -> float:
    """Work in a process of its own and kill it after so long, None for never; how long it lived."""
    since = time.perf_counter()
    child = os.fork()
    if child == 0:
        try:
            with scene.app.app_context():
                db.engine.dispose(close=False)
                scene.work()
        finally:
            os._exit(0)
    if seconds is not None:
        time.sleep(seconds)
        os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return time.perf_counter() - since


def assert_sound(scene: Scene) -> int:
    """What stands in the database agrees with itself; how many transfers are paid."""
    transfers = db.session.scalars(select(Transfer)).unique().all()
    paid = [one for one in transfers if one.status == TransferStatus.PAID]
    receipts = {one.transfer_id: one.amount_fen for one in db.session.scalars(select(Receipt))}
    assert receipts == {one.id: one.amount_fen for one in paid}, "a receipt for each paid transfer and no other"
    fen = sum(receipts.values())
    assert ledger.balances(scene.drive.budget_id)[Pot.PAID] == fen
    assert db.session.scalar(select(func.coalesce(func.sum(ClaimLine.paid_fen), 0))) == fen
    people = [one for one in transfers if one.payee is Payee.TRAINEE]
    answers = db.session.scalar(select(func.count()).select_from(BankAnswer)) or 0
    assert answers == all(one in paid for one in people) == any(one in paid for one in people), "the answer is one act"
    assert ledger.differences() == []
    done = replay(submitted_claims())
    assert [str(one) for one in done.differences] == []
    assert done.paid_fen == fen
    return len(paid)


def go_on(scene: Scene) -> None:
    """The same once more, twice: everything is paid once, and stays so."""
    for _time in range(2):
        scene.work(careless=True)
        db.session.expire_all()
        assert ledger.balances(scene.drive.budget_id)[Pot.PAID] == scene.total_fen
    assert_sound(scene)
    assert set(db.session.scalars(select(ClaimLine.status))) == {LineStatus.PAID}
    for kept in db.session.scalars(select(BankFile)):
        assert kept.rows == 2


def test_killed_at_any_moment_nothing_is_lost_and_nothing_comes_twice(scene: Scene) -> None:
    seed = SystemRandom().randrange(10**9)
    chance = Random(seed)
    whole = in_child(scene, None)
    reached: dict[int, int] = {}
    for number in range(KILLS):
        scene.anew()
        seconds = chance.uniform(0, whole)
        in_child(scene, seconds)
        with scene.app.app_context():
            try:
                paid = assert_sound(scene)
                go_on(scene)
            except AssertionError as error:
                raise AssertionError(f"kill {number} of seed {seed} after {seconds:.4f} s") from error
            finally:
                let_go()
        reached[paid] = reached.get(paid, 0) + 1
    assert len(reached) > 1 or KILLS < 10, f"every kill fell into the same part of the work: {reached}, seed {seed}"
