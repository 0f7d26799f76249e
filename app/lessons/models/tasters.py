"""Who was invited from a taster to the full course, or to piecework."""

from sqlalchemy import CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.database import Id, Model, UtcTime, fk


class TasterInvitation(Model):
    """Somebody who tried a craft was told of a class or of an order for piecework."""

    __tablename__ = "taster_invitations"
    __table_args__ = (
        CheckConstraint("(target_class_id IS NULL) <> (order_id IS NULL)", name="one_target"),
        Index("uq_taster_invitations_class", "class_id", "person_id", "target_class_id", unique=True),
        Index("uq_taster_invitations_order", "class_id", "person_id", "order_id", unique=True),
    )

    id: Mapped[Id]
    class_id: Mapped[int] = fk("classes.id", index=False)
    person_id: Mapped[int] = fk("people.id")
    target_class_id: Mapped[int | None] = fk("classes.id", nullable=True)
    order_id: Mapped[int | None] = fk("orders.id", nullable=True)
    by_key: Mapped[str] = mapped_column(String(40))
    at: Mapped[UtcTime]
