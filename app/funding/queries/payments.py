"""Find requests for funds, their transfers, and what may be requested."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, exists, select

from app.funding.models import BankFile, Claim, ClaimLine, PaymentBatch, PaymentPart, QuarantinedRow, Transfer
from app.funding.queries.claims import visible_to
from app.funding.rules import ClaimStatus, LineStatus, Payee, TransferStatus
from app.funding.rules.paying import RowStatus
from app.kernel.access import Actor
from app.kernel.database import db
from app.kernel.errors import NotFound
from app.ledger.models import Budget
from app.ledger.queries import current_budget


@dataclass(frozen=True, slots=True)
class Requestable:
    """Claims of one budget that may be put into one request for funds."""

    budget: Budget
    claims: tuple[Claim, ...]

    @property
    def total_fen(self) -> int:
        """What their approved lines still ask for."""
        return sum(rest_of(claim) for claim in self.claims)


def rest_of(claim: Claim) -> int:
    """What the claim's approved lines still ask for: neither paid nor on its way; fen."""
    return sum(line.rest_fen for line in claim.lines if line.status == LineStatus.APPROVED)


def requestable(by: Actor) -> list[Requestable]:
    """The claims of the area that may be requested, by the budget in which their money stands now."""
    query = select(Claim).where(visible_to(by), Claim.status.in_((ClaimStatus.APPROVED, ClaimStatus.PARTLY_PAID)))
    found: dict[int, list[Claim]] = {}
    for claim in db.session.scalars(query.order_by(Claim.id)).unique():
        if rest_of(claim):
            found.setdefault(current_budget(claim.budget_id).id, []).append(claim)
    return [Requestable(db.session.get_one(Budget, budget_id), tuple(claims)) for budget_id, claims in found.items()]


def _seen(by: Actor) -> Select[int]:
    return select(Transfer.batch_id).join(Claim, Claim.id == Transfer.claim_id).where(visible_to(by))


def batches_query(by: Actor, *, status: str = "") -> Select[PaymentBatch]:
    """The requests for funds in which this person may see a transfer, the newest first."""
    query = select(PaymentBatch).where(PaymentBatch.id.in_(_seen(by)))
    if status:
        query = query.where(PaymentBatch.status == status)
    return query.order_by(PaymentBatch.id.desc())


def batch_for(by: Actor, batch_id: int) -> PaymentBatch:
    """One request for funds; raises `NotFound`."""
    found = db.session.scalars(batches_query(by).where(PaymentBatch.id == batch_id)).first()
    if found is None:
        raise NotFound
    return found


def batches_of(claim_id: int) -> Sequence[PaymentBatch]:
    """The requests for funds in which a claim was, oldest first."""
    there = exists().where(Transfer.batch_id == PaymentBatch.id, Transfer.claim_id == claim_id)
    return db.session.scalars(select(PaymentBatch).where(there).order_by(PaymentBatch.id)).all()


def transfers_seen(by: Actor, batch: PaymentBatch) -> list[Transfer]:
    """The transfers of a batch that this person may see: a school its own claims' only."""
    query = select(Transfer).join(Claim, Claim.id == Transfer.claim_id)
    query = query.where(Transfer.batch_id == batch.id, visible_to(by)).order_by(Transfer.number)
    return list(db.session.scalars(query).unique())


def transfer_for(by: Actor, transfer_id: int) -> Transfer:
    """One transfer; raises `NotFound`."""
    query = select(Transfer).join(Claim, Claim.id == Transfer.claim_id)
    found = db.session.scalars(query.where(Transfer.id == transfer_id, visible_to(by))).unique().first()
    if found is None:
        raise NotFound
    return found


def people_transfers(batch: PaymentBatch) -> list[Transfer]:
    """The transfers of a batch to persons, as the bank file lists them."""
    return [transfer for transfer in batch.transfers if transfer.payee is Payee.TRAINEE]


def failed_query(by: Actor) -> Select[Transfer]:
    """Transfers that failed or came back, and whose money nobody has asked for again or given up."""
    rest = ClaimLine.asked_fen - ClaimLine.cut_fen - ClaimLine.paid_fen - ClaimLine.in_payment_fen
    waits = (
        exists()
        .where(PaymentPart.transfer_id == Transfer.id, ClaimLine.id == PaymentPart.line_id)
        .where(ClaimLine.status == LineStatus.APPROVED, rest > 0)
    )
    failed = Transfer.status.in_((TransferStatus.FAILED, TransferStatus.RETURNED))
    seen = select(Claim.id).where(visible_to(by))
    return select(Transfer).where(failed, waits, Transfer.claim_id.in_(seen))


def failed_transfers(by: Actor) -> Sequence[Transfer]:
    """The rows of `failed_query`, the oldest first."""
    return db.session.scalars(failed_query(by).order_by(Transfer.id)).unique().all()


def transfers_of_claim(claim_id: int) -> Sequence[Transfer]:
    """Every transfer for a claim, oldest first; unscoped."""
    query = select(Transfer).where(Transfer.claim_id == claim_id).order_by(Transfer.id)
    return db.session.scalars(query).unique().all()


def payments_of_line(line_id: int) -> Sequence[PaymentPart]:
    """Every part of a payment that carried a line, oldest first; unscoped."""
    query = select(PaymentPart).where(PaymentPart.line_id == line_id).order_by(PaymentPart.transfer_id)
    return db.session.scalars(query).unique().all()


def bank_files(batch_id: int) -> Sequence[BankFile]:
    """The files that were made of a batch for a bank, the newest first."""
    query = select(BankFile).where(BankFile.batch_id == batch_id).order_by(BankFile.id.desc())
    return db.session.scalars(query).all()


def quarantined_of(batch_id: int) -> Sequence[QuarantinedRow]:
    """What answers said of a batch that was not applied, open ones first."""
    query = select(QuarantinedRow).where(QuarantinedRow.batch_id == batch_id)
    return db.session.scalars(query.order_by(QuarantinedRow.status != "open", QuarantinedRow.id)).unique().all()


def open_rows_query(by: Actor) -> Select[QuarantinedRow]:
    """Rows of the bank's answers that nobody has cleared up yet."""
    return select(QuarantinedRow).where(QuarantinedRow.status == RowStatus.OPEN, QuarantinedRow.batch_id.in_(_seen(by)))


def open_rows(by: Actor) -> Sequence[QuarantinedRow]:
    """The rows of `open_rows_query`, the oldest first."""
    return db.session.scalars(open_rows_query(by).order_by(QuarantinedRow.id)).unique().all()


def row_for(by: Actor, row_id: int) -> QuarantinedRow:
    """One row in quarantine, of a batch that this person may see; raises `NotFound`."""
    query = select(QuarantinedRow).where(QuarantinedRow.id == row_id, QuarantinedRow.batch_id.in_(_seen(by)))
    found = db.session.scalars(query).unique().first()
    if found is None:
        raise NotFound
    return found
