"""What a claim line rests on, as hashes: taken when the claim is submitted, taken again when it is replayed.

Attendance entries and outcomes only grow, so those of that day can be read for ever; a certificate's facts are frozen
with it. A placement may be opened and confirmed anew: the moment of its confirmation says which one was meant.
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select, text

from app.assessments.models import Outcome
from app.attendance.models import AttendanceEntry
from app.attendance.queries.hours import earlier_seats
from app.funding.queries.evidence import Evidence
from app.kernel.database import among, db
from app.placements.models import Placement

Proofs = dict[str, Any]
"""entries (their numbers), attendance_sha256, results_sha256, placement_sha256, placement_at."""


def digest(facts: Any) -> str:
    """The hash of plain facts in one fixed writing."""
    written = json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()


def proofs_of(class_id: int, evidence: Mapping[int, Evidence]) -> dict[int, Proofs]:
    """The proofs of every seat in the evidence, by seat."""
    attended = _attendance(class_id)
    nothing: tuple[list[int], str] = [], digest([])
    found = {}
    for seat_id, one in evidence.items():
        placed = one.taken_up
        entries, sha256 = attended.get(seat_id, nothing)
        found[seat_id] = {
            "entries": entries,
            "attendance_sha256": sha256,
            "results_sha256": results_sha256(one.outcome) if one.outcome else "",
            "placement_sha256": placement_sha256(placed) if placed else "",
            "placement_at": said(placed.confirmed_at) if placed else "",
        }
    return found


_ATTENDANCE = text("""
    SELECT coalesce(moved.seat_id, entry.seat_id) AS seat_id,
           array_agg(entry.id ORDER BY entry.id) AS entries,
           '[' || string_agg(format('[%s,%s,%s,"%s",%s]', entry.id, entry.session_id, entry.seat_id, entry.presence,
                                    entry.hours), ',' ORDER BY entry.id) || ']' AS said
      FROM attendance_entries entry
      LEFT JOIN unnest(CAST(:before AS bigint[]), CAST(:since AS bigint[])) AS moved (before, seat_id)
             ON moved.before = entry.seat_id
     WHERE (entry.class_id = :class_id OR moved.seat_id IS NOT NULL)
       AND NOT EXISTS (SELECT FROM attendance_entries later WHERE later.corrects_id = entry.id)
     GROUP BY 1
""")


def _attendance(class_id: int) -> dict[int, tuple[list[int], str]]:
    """The entries that count for each seat, those from before a transfer with them, and `attendance_sha256` of them.

    The database writes them as `digest` would: a class has tens of thousands.
    """
    earlier = earlier_seats(class_id)
    asked = {"class_id": class_id, "before": list(earlier), "since": list(earlier.values())}
    rows = db.session.execute(_ATTENDANCE, asked)
    return {seat_id: (entries, hashlib.sha256(said.encode()).hexdigest()) for seat_id, entries, said in rows}


def entries_by_number(numbers: Collection[int]) -> dict[int, AttendanceEntry]:
    """Entries by their numbers, whether something corrected them since or not."""
    query = select(AttendanceEntry).where(among(AttendanceEntry.id, numbers))
    return {row.id: row for row in db.session.scalars(query.execution_options(populate_existing=True))}


def attendance_sha256(entries: Iterable[AttendanceEntry]) -> str:
    """The hash of what entries say."""
    return digest([[row.id, row.session_id, row.seat_id, row.presence.value, row.hours] for row in entries])


def results_sha256(row: Outcome) -> str:
    """The hash of an outcome."""
    figures = [row.seat_id, row.attended_hours, row.planned_hours, row.theory, row.practice]
    return digest([*figures, row.counted.value, row.present_enough, row.passed, row.policy_pack_id])


def placement_sha256(row: Placement) -> str:
    """The hash of a confirmed post or livelihood."""
    where = [row.seat_id, row.organization_id, row.order_id, row.post_number, row.livelihood]
    took_up = row.took_up_on.isoformat() if row.took_up_on else ""
    term = [row.contract_months] if row.contract_months is not None else []
    return digest([*where, took_up, row.pay_fen, row.proof, said(row.confirmed_at), *term])


def said(moment: datetime | None) -> str:
    """A moment as text, whatever zone the database answers in."""
    return f"{moment.timestamp():.6f}" if moment else ""
