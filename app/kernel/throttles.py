"""Throttles in one PostgreSQL table: so many tries in a window for one key, counted across all processes."""

from datetime import datetime, timedelta

from sqlalchemy import LargeBinary, String, delete, text
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel import clock
from app.kernel.database import Model, UtcTime, db
from app.kernel.errors import TooMany
from app.kernel.marking import N_
from app.kernel.sealing import blind_index


class Throttle(Model):
    """How many tries a key has made since its window began; the key is a blind index, never a name or phone."""

    __tablename__ = "throttles"

    purpose: Mapped[str] = mapped_column(String(40), primary_key=True)
    key: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    began_at: Mapped[UtcTime]
    tries: Mapped[int]


_TRY = text(
    """
    INSERT INTO throttles AS t (purpose, key, began_at, tries) VALUES (:purpose, :key, :now, 1)
    ON CONFLICT (purpose, key) DO UPDATE SET
      tries = CASE WHEN t.began_at <= :horizon THEN 1 ELSE t.tries + 1 END,
      began_at = CASE WHEN t.began_at <= :horizon THEN :now ELSE t.began_at END
    RETURNING tries, began_at
    """
)


def count_try(purpose: str, key: str, *, limit: int, window: timedelta) -> None:
    """Count one try; raises `TooMany` past `limit` within `window`.

    Counted in a transaction of its own, so that a refused sign-in that rolls back is still counted.
    """
    now = clock.now()
    with db.engine.begin() as connection:
        row = connection.execute(
            _TRY, {"purpose": purpose, "key": blind_index(key, purpose), "now": now, "horizon": now - window}
        ).one()
    if row.tries > limit:
        began: datetime = row.began_at
        seconds = max(1, int((began + window - now).total_seconds()))
        raise TooMany(N_("试得太多了，请过一会儿再试。"), retry_after=seconds)


def forget(purpose: str, key: str) -> None:
    """Forget the tries of a key, after it succeeded."""
    with db.engine.begin() as connection:
        connection.execute(
            delete(Throttle).where(Throttle.purpose == purpose, Throttle.key == blind_index(key, purpose))
        )
