"""A draw of lessons to inspect: its seed is committed to before the list is fixed, and opened with it."""

from datetime import date
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, SmallInteger, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.audit.words import action_words
from app.kernel.database import Id, Model, RegionCode, UtcTime
from app.kernel.errors import constraint_messages
from app.kernel.i18n import _l
from app.kernel.sealing import Sealed, SealedRow, sealed_column

COMMITTED, DRAWN = "seed committed", "lessons drawn"
action_words({COMMITTED: _l("定下抽签种子"), DRAWN: _l("公开种子并抽签")})
constraint_messages(
    {
        "uq_inspection_draws_day": _l("这个地方这一天已经定过一次抽签，一天只抽一次，免得反复抽到满意为止。"),
        "law_draws_stand": _l("抽签定下以后不能改。"),
    }
)


class InspectionDraw(SealedRow, Model):
    """One draw for a region and a day; a day has one, so that nobody draws again until the lot suits them."""

    __tablename__ = "inspection_draws"
    __table_args__ = (
        UniqueConstraint("region_code", "on", name="uq_inspection_draws_day"),
        CheckConstraint("want BETWEEN 1 AND 50", name="want_sensible"),
        CheckConstraint("length(seed_sha256) = 64", name="commitment_whole"),
        CheckConstraint("(drawn_at IS NULL) = (seed IS NULL)", name="opened_when_drawn"),
        CheckConstraint("(drawn_at IS NULL) = (picked IS NULL)", name="picked_when_drawn"),
        CheckConstraint(
            "seed IS NULL OR encode(sha256(convert_to(seed, 'UTF8')), 'hex') = seed_sha256", name="seed_as_committed"
        ),
    )

    id: Mapped[Id]
    region_code: Mapped[RegionCode]
    on: Mapped[date]
    want: Mapped[int] = mapped_column(SmallInteger)
    seed_sha256: Mapped[str] = mapped_column(String(64))
    """Shown from the first moment on."""
    hidden_sealed: Mapped[bytes | None] = sealed_column()
    hidden = Sealed()
    """The seed, until it is opened."""
    seed: Mapped[str | None] = mapped_column(String(64))
    listing: Mapped[list[dict[str, Any]] | None] = mapped_column(JSONB)
    """The lessons that were drawn from, with their facts and weights."""
    listing_sha256: Mapped[str | None] = mapped_column(String(64))
    picked: Mapped[list[int] | None] = mapped_column(ARRAY(BigInteger))
    """Half-days, in the order they were drawn."""
    committed_at: Mapped[UtcTime]
    committed_by: Mapped[str] = mapped_column(String(40))
    drawn_at: Mapped[UtcTime | None]
    drawn_by: Mapped[str | None] = mapped_column(String(40))
