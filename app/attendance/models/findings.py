"""What the bureau found out about the hours of an emergency that nobody ratified in time: said once, never changed."""

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.database import Model, UtcTime, fk
from app.kernel.errors import constraint_messages
from app.kernel.i18n import _l

constraint_messages({"pk_emergency_findings": _l("这个紧急变更的学时刚刚已经有人查清了，请刷新后再看。")})


class EmergencyFinding(Model):
    """The session was held all the same, or (`upheld`) its hours are not believed."""

    __tablename__ = "emergency_findings"
    __table_args__ = (CheckConstraint("note <> ''", name="with_note"),)

    variation_id: Mapped[int] = mapped_column(ForeignKey("variations.id"), primary_key=True, autoincrement=False)
    class_id: Mapped[int] = fk("classes.id")
    upheld: Mapped[bool]
    note: Mapped[str] = mapped_column(String(200))
    at: Mapped[UtcTime]
    by_key: Mapped[str] = mapped_column(String(40))
