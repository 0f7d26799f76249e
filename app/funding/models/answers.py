"""The bank's files and answers, what of an answer was not applied, and money that came back."""

from datetime import date

from sqlalchemy import CheckConstraint, SmallInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.audit.words import flow_words
from app.funding.models.payments import PaymentBatch, Transfer
from app.funding.rules.paying import CardStatus, CardStep, CardWay, Quarantine, RowStatus, RowStep
from app.kernel.database import Fen, Id, Model, RegionCode, UtcTime, enum_column, fk
from app.kernel.errors import constraint_messages
from app.kernel.i18n import _l
from app.kernel.labels import labels
from app.kernel.sealing import Sealed, SealedRow, sealed_column

flow_words("quarantined_rows", RowStatus, RowStep)
flow_words("card_checks", CardStatus, CardStep)
labels(
    {
        Quarantine.UNREADABLE: _l("读不懂"),
        Quarantine.UNKNOWN: _l("没有这个序号"),
        Quarantine.OTHER_BATCH: _l("是另一批的"),
        Quarantine.DOUBLED: _l("序号重复"),
        Quarantine.ACCOUNT: _l("账号对不上"),
        Quarantine.AMOUNT: _l("金额对不上"),
        Quarantine.CONTRADICTS: _l("和已登记的结果相反"),
    }
)
labels(
    {RowStatus.OPEN: _l("待核对"), RowStatus.APPLIED: _l("已查清登记"), RowStatus.DISMISSED: _l("已查清不登记")},
    tones={RowStatus.OPEN: "warn", RowStatus.APPLIED: "ok"},
)
labels({RowStep.APPLY: _l("查清后登记"), RowStep.DISMISS: _l("查清后不登记")})
labels(
    {
        CardStatus.STATED: _l("待第二人核对"),
        CardStatus.CONFIRMED: _l("已核对"),
        CardStatus.REFUSED: _l("没有通过"),
    },
    tones={CardStatus.STATED: "warn", CardStatus.CONFIRMED: "ok", CardStatus.REFUSED: "bad"},
)
labels({CardStep.CONFIRM: _l("核对一致"), CardStep.REFUSE: _l("核对不通过")})
labels(
    {
        CardWay.IN_PERSON: _l("本人当面，看了卡和身份证"),
        CardWay.BY_PHONE: _l("电话里本人逐位念了卡号"),
        CardWay.GUARDIAN: _l("监护人当面代为确认"),
    }
)
constraint_messages(
    {
        "uq_bank_answers_sha256": _l("这个回盘文件已经读过了，没有再登记一遍。"),
        "uq_bank_returns_number": _l("这个退汇凭证号已经登记过了。"),
        "uq_bank_returns_transfer": _l("这一笔已经登记过退回。"),
        "ck_card_checks_second_officer": _l("卡号要由另一个人核对，不能自己登记、自己核对。"),
        "uq_card_checks_transfer": _l("这一笔的卡号已经有人登记，等第二个人核对。"),
        "law_answers_stand": _l("银行回盘的内容登记后不能改动。"),
    }
)


class BankFile(Model):
    """A file made for the bank: which template, which rows, its hash; the content itself is not kept."""

    __tablename__ = "bank_files"
    __table_args__ = (CheckConstraint("rows > 0 AND total_fen > 0", name="not_empty"),)

    id: Mapped[Id]
    batch_id: Mapped[int] = fk("payment_batches.id")
    template: Mapped[str] = mapped_column(String(40))
    part: Mapped[int] = mapped_column(SmallInteger)
    """From 1; a bank that takes a thousand rows gets more than one file."""
    rows: Mapped[int]
    total_fen: Mapped[Fen]
    sha256: Mapped[str] = mapped_column(String(64))
    made_by: Mapped[str] = mapped_column(String(40))
    made_at: Mapped[UtcTime]


class BankAnswer(Model):
    """A file in which the bank answered, and what became of its rows; the same bytes are read once, for ever."""

    __tablename__ = "bank_answers"
    __table_args__ = (UniqueConstraint("sha256", name="uq_bank_answers_sha256"),)

    id: Mapped[Id]
    batch_id: Mapped[int] = fk("payment_batches.id")
    template: Mapped[str] = mapped_column(String(40))
    sha256: Mapped[str] = mapped_column(String(64))
    serial: Mapped[str] = mapped_column(String(40))
    """The bank's number for the file."""
    paid_on: Mapped[date]
    rows: Mapped[int] = mapped_column(default=0)
    paid: Mapped[int] = mapped_column(default=0)
    failed: Mapped[int] = mapped_column(default=0)
    returned: Mapped[int] = mapped_column(default=0)
    repeated: Mapped[int] = mapped_column(default=0)
    """Rows that say again what is known."""
    quarantined: Mapped[int] = mapped_column(default=0)
    read_by: Mapped[str] = mapped_column(String(40))
    read_at: Mapped[UtcTime]


class QuarantinedRow(SealedRow, Model):
    """A row of an answer that was not applied: kept as it came, until a person finds out what it means."""

    __tablename__ = "quarantined_rows"
    __table_args__ = (
        UniqueConstraint("answer_id", "place", name="uq_quarantined_rows_place"),
        CheckConstraint("(status = 'open') = (resolved_by IS NULL)", name="resolved_by_someone"),
        CheckConstraint("status = 'open' OR note <> ''", name="resolved_with_reason"),
    )

    id: Mapped[Id]
    status: Mapped[RowStatus] = enum_column(RowStatus, index=True)
    answer_id: Mapped[int] = fk("bank_answers.id", index=False)
    batch_id: Mapped[int] = fk("payment_batches.id")
    region_code: Mapped[RegionCode]
    place: Mapped[int]
    """The row in the file, from 1."""
    why: Mapped[Quarantine] = enum_column(Quarantine)
    words: Mapped[str] = mapped_column(String(200), default="")
    """What exactly is wrong."""
    text_sealed: Mapped[bytes | None] = sealed_column(nullable=False)
    text = Sealed()
    """The row as it came."""
    shown: Mapped[str] = mapped_column(String(200))
    """The row with long numbers masked."""
    transfer_id: Mapped[int | None] = fk("transfers.id", nullable=True)
    """The payment whose key it carries, where there is one."""
    says_paid: Mapped[bool | None]
    amount_fen: Mapped[int | None]
    note: Mapped[str] = mapped_column(String(400), default="")
    resolved_by: Mapped[str | None] = mapped_column(String(40))
    resolved_at: Mapped[UtcTime | None]
    answer: Mapped[BankAnswer] = relationship(lazy="joined")
    batch: Mapped[PaymentBatch] = relationship(lazy="joined", viewonly=True)
    transfer: Mapped[Transfer | None] = relationship(lazy="joined", viewonly=True)


class BankReturn(Model):
    """Money that the bank sent back after it had been paid: owed again."""

    __tablename__ = "bank_returns"
    __table_args__ = (
        UniqueConstraint("number", name="uq_bank_returns_number"),
        UniqueConstraint("transfer_id", name="uq_bank_returns_transfer"),
        CheckConstraint("amount_fen > 0 AND reason <> ''", name="said_why"),
    )

    id: Mapped[Id]
    transfer_id: Mapped[int] = fk("transfers.id", index=False)
    number: Mapped[str] = mapped_column(String(60))
    amount_fen: Mapped[Fen]
    returned_on: Mapped[date]
    reason: Mapped[str] = mapped_column(String(200))
    by_key: Mapped[str] = mapped_column(String(40))
    at: Mapped[UtcTime]


class CardCheck(SealedRow, Model):
    """A card that failed, confirmed again by its person to one officer and by a second one, before money goes out."""

    __tablename__ = "card_checks"
    __table_args__ = (
        CheckConstraint("decided_by IS NULL OR decided_by <> stated_by", name="second_officer"),
        CheckConstraint("(status = 'stated') = (decided_by IS NULL)", name="decided_by_someone"),
    )

    id: Mapped[Id]
    status: Mapped[CardStatus] = enum_column(CardStatus)
    transfer_id: Mapped[int] = fk("transfers.id")
    """The payment that failed or came back."""
    person_id: Mapped[int] = fk("people.id")
    region_code: Mapped[RegionCode]
    account_sealed: Mapped[bytes | None] = sealed_column(nullable=False)
    account = Sealed()
    bank: Mapped[str] = mapped_column(String(80), default="")
    way: Mapped[CardWay] = enum_column(CardWay)
    note: Mapped[str] = mapped_column(String(200), default="")
    stated_by: Mapped[str] = mapped_column(String(40))
    stated_at: Mapped[UtcTime]
    decided_by: Mapped[str | None] = mapped_column(String(40))
    decided_at: Mapped[UtcTime | None]
    transfer: Mapped[Transfer] = relationship(lazy="joined")
