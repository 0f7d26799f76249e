"""The outbox: what was told to whom, sealed."""

from enum import StrEnum

from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.database import Id, Model, UtcTime, enum_column
from app.kernel.i18n import _l
from app.kernel.labels import labels
from app.kernel.sealing import Sealed, SealedRow, sealed_column


class MessageKind(StrEnum):
    """Why a message was sent."""

    CODE = "code"
    ENROLLMENT = "enrollment"
    WAITING_LIST = "waiting_list"
    CLASS = "class"
    INVITATION = "invitation"
    CERTIFICATE = "certificate"
    PAYMENT = "payment"
    REGISTER = "register"


labels(
    {
        MessageKind.CODE: _l("验证码"),
        MessageKind.ENROLLMENT: _l("报名"),
        MessageKind.WAITING_LIST: _l("候补"),
        MessageKind.CLASS: _l("开班"),
        MessageKind.INVITATION: _l("邀请"),
        MessageKind.CERTIFICATE: _l("证书"),
        MessageKind.PAYMENT: _l("资金"),
        MessageKind.REGISTER: _l("登记"),
    }
)


class Message(SealedRow, Model):
    """One message; the phone and the words are sealed."""

    __tablename__ = "messages"

    id: Mapped[Id]
    kind: Mapped[MessageKind] = enum_column(MessageKind)
    recipient: Mapped[str] = mapped_column(String(40))
    """The key of the account or person it is for, or 'phone' before anyone is known."""
    phone_sealed: Mapped[bytes | None] = sealed_column()
    phone_index: Mapped[bytes | None] = mapped_column(LargeBinary, index=True)
    phone = Sealed(indexed=True)
    text_sealed: Mapped[bytes | None] = sealed_column(nullable=False)
    text = Sealed()
    created_at: Mapped[UtcTime] = mapped_column(index=True)
    sent_at: Mapped[UtcTime | None]
