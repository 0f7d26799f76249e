"""How far the demo's clock runs ahead of the true one."""

from sqlalchemy import BigInteger, CheckConstraint, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.database import Model


class DemoClock(Model):
    """One row; only demo mode reads or writes it."""

    __tablename__ = "demo_clock"
    __table_args__ = (
        CheckConstraint("id = 1", name="one_row"),
        CheckConstraint("seconds_ahead >= 0", name="never_back"),
    )

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    seconds_ahead: Mapped[int] = mapped_column(BigInteger)
