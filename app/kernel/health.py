"""One address that tells a watchdog, or a person, whether the installation works."""

from dataclasses import asdict, dataclass
from typing import Any

import structlog
from flask import Blueprint
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.kernel.access import PUBLIC, needs
from app.kernel.database import db
from app.kernel.tasks import STALLED_AFTER

log = structlog.get_logger()
bp = Blueprint("health", __name__)

WORKER = text("""
    SELECT (SELECT extract(epoch FROM now() - max(last_heartbeat)) FROM procrastinate_workers) AS silent,
           count(*) FILTER (WHERE status = 'todo' AND coalesce(scheduled_at, now()) <= now()) AS waiting,
           count(*) FILTER (WHERE status = 'failed') AS failed
      FROM procrastinate_jobs
""")


@dataclass(frozen=True)
class Health:
    """What the address answers."""

    database: str
    """'ok' or 'lost'."""
    worker: str
    """'ok', 'absent' (there is none), 'silent' (no sign of life from it) or 'unknown' (no database to ask)."""
    jobs_waiting: int | None = None
    jobs_failed: int | None = None


def look() -> Health:
    """Ask the database about itself and about the worker."""
    try:
        row = db.session.execute(WORKER).one()
    except SQLAlchemyError as error:
        db.session.rollback()
        log.warning("health: the database does not answer", kind=type(error).__name__)
        return Health(database="lost", worker="unknown")
    worker = "absent" if row.silent is None else "ok" if row.silent < STALLED_AFTER else "silent"
    return Health("ok", worker, row.waiting, row.failed)


@bp.get("/healthz")
@needs(PUBLIC)
def show() -> tuple[dict[str, Any], int, dict[str, str]]:
    """Answer 200 while pages can be served, 503 when the database is lost."""
    health = look()
    return asdict(health), 200 if health.database == "ok" else 503, {"Cache-Control": "no-store"}
