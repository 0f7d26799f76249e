"""What a claim line rests on, as hashes: taken when the claim is submitted, taken again when it is replayed.

Attendance entries and outcomes only grow, so those of that day can be read for ever; a certificate's facts are frozen
with it. A placement may be opened and confirmed anew: the moment of its confirmation says which one was meant.
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.assessments.models import Outcome
from app.attendance.models import AttendanceEntry
from app.attendance.queries.entries import standing_entries
from app.attendance.queries.hours import earlier_seats
from app.funding.queries.evidence import Evidence
from app.kernel.database import db
from app.placements.models import Placement

Proofs = dict[str, Any]
"""entries (their numbers), attendance_sha256, results_sha256, placement_sha256, placement_at."""


def digest(facts: Any) -> str:
    """The hash of plain facts in one fixed writing."""
    text = json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def proofs_of(class_id: int, evidence: Mapping[int, Evidence]) -> dict[int, Proofs]:
    """The proofs of every seat in the evidence, by seat."""
    entries = _entries_by_seat(class_id)
    found = {}
    for seat_id, one in evidence.items():
        mine, placed = entries.get(seat_id, []), one.taken_up
        found[seat_id] = {
            "entries": [row.id for row in mine],
            "attendance_sha256": attendance_sha256(mine),
            "results_sha256": results_sha256(one.outcome) if one.outcome else "",
            "placement_sha256": placement_sha256(placed) if placed else "",
            "placement_at": said(placed.confirmed_at) if placed else "",
        }
    return found


def _entries_by_seat(class_id: int) -> dict[int, list[Any]]:
    """The entries that count for each seat, those from before a transfer with them, in their order."""
    earlier = earlier_seats(class_id)
    mine = AttendanceEntry.class_id == class_id
    reach = mine | AttendanceEntry.seat_id.in_(list(earlier)) if earlier else mine
    found: dict[int, list[Any]] = {}
    told = (AttendanceEntry.id, AttendanceEntry.session_id, AttendanceEntry.presence, AttendanceEntry.hours)
    query = select(AttendanceEntry.seat_id, *told).where(reach, standing_entries()).order_by(AttendanceEntry.id)
    for row in db.session.execute(query):
        found.setdefault(earlier.get(row.seat_id, row.seat_id), []).append(row)
    return found


def entries_by_number(numbers: Collection[int]) -> dict[int, AttendanceEntry]:
    """Entries by their numbers, whether something corrected them since or not."""
    query = select(AttendanceEntry).where(AttendanceEntry.id.in_(list(numbers)))
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
