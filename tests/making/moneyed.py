"""One claim that is driven at random: each step as its officers would take it, and what really left the treasury."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select, text

from app.certificates import service as certificates
from app.certificates.queries import certificates_of
from app.certificates.rules import CertificateStatus
from app.classes.models import TrainingClass
from app.funding import service
from app.funding.models import Claim, ClaimLine, Notice, Objection, PaymentBatch, Recovery, Transfer
from app.funding.queries.invoices import due_fen, missing_invoice
from app.funding.queries.replaying import replay, submitted_claims
from app.funding.rules import ClaimStatus, CutAnswer, LineStatus, Payee
from app.funding.rules.paying import CardWay, Cause
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.database import db
from app.kernel.errors import DomainError
from app.ledger import queries as ledger
from app.ledger.models import Pot
from app.people.models import Group
from tests.making import funding as made
from tests.making.classes import officer

Again = Callable[[], object]


@dataclass
class Drive:
    """A class that may be claimed for, by numbers, and everybody's accounts; sessions come and go under it."""

    class_id: int
    budget_id: int
    school: Actor
    first: Actor
    second: Actor
    signer: Actor
    finance: Actor
    checker: Actor
    treasury: Actor
    revoker: Actor
    now: datetime
    out_fen: int = 0
    """What left the treasury, by the receipts that were accepted."""
    back_fen: int = 0
    """What came back from the bank or from a payee."""
    serial: int = 0
    again: list[Again] = field(default_factory=list)
    """Everything that moved money, to be tried once more."""

    # --- the claim --------------------------------------------------------------------------------------------------

    def claim(self) -> Claim:
        query = select(Claim).where(Claim.class_id == self.class_id).order_by(Claim.id.desc()).limit(1)
        found = db.session.scalars(query.execution_options(populate_existing=True)).unique().first()
        if found is None or found.status == ClaimStatus.WITHDRAWN:
            return service.compile_claim(db.session.get_one(TrainingClass, self.class_id), by=self.school)
        return found

    def line(self, number: int, *statuses: LineStatus) -> ClaimLine:
        lines = [one for one in self.claim().lines if not statuses or one.status in statuses]
        if not lines:
            raise DomainError("no such line")
        return lines[number % len(lines)]

    def submit(self, _n: int) -> None:
        service.submit(self.claim(), by=self.school)

    def withdraw(self, n: int) -> None:
        service.withdraw_claim(self.claim(), by=self.school, reason="改一改", for_good=False)
        assert n >= 0

    def _reviewer(self) -> Actor:
        return self.second if self.claim().status == ClaimStatus.FIRST_REVIEWED else self.first

    def pass_one(self, n: int) -> None:
        service.pass_line(self.line(n, LineStatus.OPEN), by=self._reviewer())

    def cut(self, n: int) -> None:
        line = self.line(n, LineStatus.OPEN)
        service.cut_line(line, amount_fen=min(1 + n * 97, line.asked_fen), reason="少一课", clause="R20", by=self.first)

    def return_one(self, n: int) -> None:
        service.return_line(self.line(n, LineStatus.OPEN), reason="照片不清", clause="R21", by=self._reviewer())

    def reject(self, n: int) -> None:
        service.reject_line(self.line(n, LineStatus.OPEN), reason="不属实", clause="F01", by=self._reviewer())

    def answer_cut(self, n: int) -> None:
        lines = [one for one in self.claim().lines if one.cut_fen and one.cut_answer is None]
        if lines:
            service.answer_cut(lines[n % len(lines)], agree=n % 2 == 0, words="课补上了", by=self.school)

    def finish(self, n: int) -> None:
        claim = self.claim()
        if claim.status == ClaimStatus.SUBMITTED:
            for line in claim.lines:
                if line.cut_answer is CutAnswer.CONTESTED and not line.cut_final:
                    (service.keep_cut if n % 2 else service.drop_cut)(line, note="核过", by=self.first)
            self._pass_rest(claim, self.first)
            service.finish_first_review(claim, by=self.first)
        else:
            self._pass_rest(claim, self.second)
            service.finish_second_review(claim, by=self.second)

    def _pass_rest(self, claim: Claim, by: Actor) -> None:
        service.pass_clean(claim, by=by)
        first = claim.status == ClaimStatus.SUBMITTED
        for line in claim.lines:
            if line.status == LineStatus.OPEN and not (line.first_passed if first else line.second_passed):
                service.pass_line(line, by=by)

    def sign(self, n: int) -> None:
        if n % 7 == 6:
            service.send_back(self.claim(), reason="再看看", by=self.signer)
        else:
            service.sign(self.claim(), by=self.signer)

    def publish(self, _n: int) -> None:
        service.publish_notice(self.claim(), by=self.second)

    def _notice(self) -> Notice:
        query = select(Notice).where(Notice.claim_id == self.claim().id).order_by(Notice.id.desc()).limit(1)
        found = db.session.scalars(query).unique().first()
        if found is None:
            raise DomainError("no notice")
        return found

    def object(self, n: int) -> None:
        service.object_to(self._notice(), self.line(n).id, text="没来上课")

    def answer_objection(self, n: int) -> None:
        query = select(Objection).join(ClaimLine, ClaimLine.id == Objection.line_id)
        query = query.where(ClaimLine.claim_id == self.claim().id, Objection.status == "open").order_by(Objection.id)
        for one in db.session.scalars(query.limit(1)).unique():
            service.answer_objection(one, uphold=n % 3 == 0, answer="查过", by=self.second)

    def close_notice(self, _n: int) -> None:
        notice = self._notice()
        self.now = max(self.now, made.day(notice.until_on + timedelta(days=1)))
        with clock.at(self.now):
            service.close_notice(notice, by=self.second)

    # --- payments ---------------------------------------------------------------------------------------------------

    def request(self, n: int) -> None:
        claim = self.claim()
        if missing_invoice(claim) and n % 5:
            told: dict[str, Any] = {"number": f"FP{n}", "issued_on": clock.local(self.now).date()}
            service.record_invoice(claim, **told, amount_fen=due_fen(claim), by=self.school)
        self.again.append(lambda: service.request_funds([db.session.get_one(Claim, claim.id)], by=self.finance))
        service.request_funds([claim], by=self.finance)

    def _batch(self) -> PaymentBatch:
        mine = select(Transfer.batch_id).where(Transfer.claim_id == self.claim().id)
        query = select(PaymentBatch).where(PaymentBatch.id.in_(mine)).order_by(PaymentBatch.id.desc()).limit(1)
        found = db.session.scalars(query.execution_options(populate_existing=True)).unique().first()
        if found is None:
            raise DomainError("no batch")
        return found

    def check(self, n: int) -> None:
        if n % 6 == 5:
            service.call_off_batch(self._batch(), reason="户名写错", by=self.checker)
        else:
            service.check_batch(self._batch(), by=self.checker)

    def _transfer(self, n: int, *statuses: str) -> Transfer:
        found = [one for one in self._batch().transfers if not statuses or one.status in statuses]
        if not found:
            raise DomainError("no such transfer")
        return found[n % len(found)]

    def _number(self) -> str:
        self.serial += 1
        return f"HD-{self.serial}"

    def confirm(self, n: int) -> None:
        transfer = self._transfer(n, "waiting")
        whole = n % 3 or transfer.amount_fen == 1
        fen = transfer.amount_fen if whole else 1 + n * 31 % transfer.amount_fen
        number, day, key = self._number(), clock.today(), transfer.id

        def pay() -> None:
            service.confirm_transfer(
                db.session.get_one(Transfer, key), receipt_number=number, amount_fen=fen, paid_on=day, by=self.treasury
            )

        pay()
        self.out_fen += fen
        self.again.append(pay)

    def fail(self, n: int) -> None:
        service.fail_transfer(
            self._transfer(n, "waiting"), reason="户名不符", by=self.treasury, wrong_account=n % 2 == 0
        )

    def send_back(self, n: int) -> None:
        """The bank returns what it paid, perhaps weeks later."""
        transfer = self._transfer(n, "paid", "partly_paid")
        number, day, key, fen = self._number(), clock.today(), transfer.id, transfer.paid_fen

        def come_back() -> None:
            row = db.session.get_one(Transfer, key)
            service.return_transfer(
                row, number=number, amount_fen=fen, returned_on=day, reason="账户已注销", by=self.treasury
            )

        come_back()
        self.back_fen += fen
        self.again.append(come_back)

    def bank(self, n: int) -> None:
        """A file of the bank: some rows right, some wrong; the same file again changes nothing."""
        batch = self._batch()
        rows, paid = [], 0
        for place, one in enumerate(batch.transfers):
            if one.payee is not Payee.TRAINEE:
                continue
            kind = (n + place) % 5
            fen = one.amount_fen + (kind == 3)
            account = "999" if kind == 4 else one.account
            said = "失败|户名不符" if kind == 2 else "成功"
            rows.append(f"{one.id}|{account}|{fen / 100:.2f}|{said}")
            paid += fen if kind < 2 and one.status == "waiting" else 0
        content, serial, day, key = "\n".join(rows).encode(), self._number(), clock.today(), batch.id

        def read() -> object:
            row = db.session.get_one(PaymentBatch, key)
            return service.apply_answer(row, content, serial=serial, paid_on=day, by=self.treasury)

        read()
        self.out_fen += paid
        self.again.append(read)

    def card(self, n: int) -> None:
        transfer = self._transfer(n, "failed", "returned")
        account = f"62300000008888{n:05d}"
        check = service.state_card(transfer, account=account, bank="示例银行", way=CardWay.IN_PERSON, by=self.finance)
        service.confirm_card(check, account=account, by=self.checker)

    # --- recoveries -------------------------------------------------------------------------------------------------

    def recover(self, n: int) -> None:
        line = self.line(n, LineStatus.PAID, LineStatus.APPROVED)
        service.open_recovery(
            line, cause=Cause.INSPECTION, amount_fen=1 + n * 53, reason="督查发现少一课", by=self.finance
        )

    def repay(self, n: int) -> None:
        query = select(Recovery).where(Recovery.claim_id == self.claim().id, Recovery.status == "open")
        for one in db.session.scalars(query.order_by(Recovery.id).limit(1)).unique():
            fen = one.rest_fen if n % 2 else 1 + n % one.rest_fen
            number, day, key = self._number(), clock.today(), one.id

            def give_back(key: int = key, number: str = number, fen: int = fen, day: date = day) -> None:
                row = db.session.get_one(Recovery, key)
                service.repay(row, number=number, amount_fen=fen, repaid_on=day, by=self.treasury)

            give_back()
            self.back_fen += fen
            self.again.append(give_back)

    def revoke(self, n: int) -> None:
        valid = [one for one in certificates_of(self.class_id) if one.status == CertificateStatus.VALID]
        if valid and n % 4 == 0:
            certificates.revoke(valid[n % len(valid)], reason="冒名", by=self.revoker)

    # --- what must hold ---------------------------------------------------------------------------------------------

    def natural(self, n: int) -> None:
        """The step that is due now."""
        claim = self.claim()
        steps: dict[str, Callable[[int], None]] = {
            "draft": self.submit,
            "returned": self.submit,
            "submitted": self.finish,
            "cut_proposed": self.answer_cut,
            "first_reviewed": self.finish,
            "second_reviewed": self.sign,
            "signed": self.publish,
            "on_notice": self.close_notice,
            "approved": self.request,
            "partly_paid": self.request,
            "paid": self.recover,
        }
        if claim.status == ClaimStatus.REQUESTED:
            made_now = self._batch().status == "made"
            (self.check if made_now else self.confirm)(n)
        elif claim.status.value in steps:
            steps[claim.status.value](n)

    def holds(self) -> None:
        """Nothing was lost and nothing came twice; the database's own laws are asked now, not at the commit."""
        db.session.flush()
        db.session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
        db.session.execute(text("SET CONSTRAINTS ALL DEFERRED"))
        lines = db.session.scalars(select(ClaimLine).where(ClaimLine.class_id == self.class_id)).unique().all()
        repaid = sum(one.repaid_fen for one in db.session.scalars(select(Recovery)).unique())
        pots = ledger.balances(self.budget_id)
        assert sum(pots.values()) == 0, "the pots of a budget add up to nothing"
        assert sum(line.paid_fen for line in lines) - repaid == self.out_fen - self.back_fen
        assert pots[Pot.PAID] == self.out_fen - self.back_fen
        for line in lines:
            assert line.paid_fen + line.in_payment_fen <= line.amount_fen

    def clean(self) -> None:
        """The ledger and the replay find nothing."""
        db.session.flush()
        assert ledger.differences() == []
        db.session.expire_all()
        assert [str(one) for one in replay(submitted_claims()).differences] == []


def make_drive(*, people_count: int = 3) -> Drive:
    """A class of people with a living allowance, so that there are transfers to a school and to persons."""
    story = made.make_class_story(people_count=people_count, absent=0, group=Group.DISABLED)

    people = (story.first, story.second, story.signer, story.finance, story.checker, story.treasury)
    first, second, signer, finance, checker, treasury = (user.as_actor() for user in people)
    return Drive(
        story.row.id,
        story.budget.id,
        story.at.by,
        first,
        second,
        signer,
        finance,
        checker,
        treasury,
        revoker=officer(),
        now=made.day(story.claimed),
    )
