"""The register of certificates that were handed over."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.audit.words import action_words
from app.certificates.handovers.rules import Way
from app.certificates.models import Certificate
from app.kernel.database import Model, UtcTime, enum_column, fk
from app.kernel.errors import constraint_messages
from app.kernel.i18n import _l
from app.kernel.labels import labels

HANDED_OVER = "certificate handed over"
action_words({HANDED_OVER: _l("登记领取")})
labels(
    {
        Way.SIGNATURE: _l("本人签字领取"),
        Way.WITNESS: _l("本人按手印，有人见证"),
        Way.POST: _l("邮寄"),
        Way.PROXY: _l("委托他人代领"),
    }
)
constraint_messages(
    {
        "pk_certificate_handovers": _l("这张证书已经登记过领取。"),
        "law_handovers_frozen": _l("领取登记以后不能再改。"),
        "law_handovers_printed": _l("只有有效并且打印好的证书才能登记领取。"),
    }
)


class CertificateHandover(Model):
    """One certificate reached its holder: written down once and never changed."""

    __tablename__ = "certificate_handovers"
    __table_args__ = (
        CheckConstraint(
            "CASE way WHEN 'signature' THEN name = '' AND relation = '' AND reason = '' AND tracking = ''"
            " WHEN 'witness' THEN name <> '' AND relation <> '' AND reason = '' AND tracking = ''"
            " WHEN 'post' THEN name = '' AND relation = '' AND reason = '' AND tracking <> ''"
            " ELSE name <> '' AND relation <> '' AND reason <> '' AND tracking = '' END",
            name="told_as_asked",
        ),
    )

    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificates.id"), primary_key=True, autoincrement=False)
    class_id: Mapped[int] = fk("classes.id")
    way: Mapped[Way] = enum_column(Way)
    handed_on: Mapped[date]
    name: Mapped[str] = mapped_column(String(40), default="")
    """Of the witness, or of the one who took it with authority."""
    relation: Mapped[str] = mapped_column(String(40), default="")
    reason: Mapped[str] = mapped_column(String(200), default="")
    tracking: Mapped[str] = mapped_column(String(60), default="")
    recorded_by: Mapped[str] = mapped_column(String(40))
    recorded_name: Mapped[str] = mapped_column(String(40))
    recorded_at: Mapped[UtcTime]
    certificate: Mapped[Certificate] = relationship(lazy="joined")
