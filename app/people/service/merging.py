"""Two rows that turn out to be one person: the dropped one stands for the kept one, and a wrong merge is undone wholly.

Nothing that hangs on either row moves: sign-ups, certificates and uses stay where they were written. Whoever asks for
the dropped row's number or phone finds the kept one, and what must hold for one person (one seat in a class, the caps
of the record) is judged over all its rows (`queries.row_ids`).
"""

from blinker import Namespace

from app.audit import service as audit
from app.kernel import clock
from app.kernel.access import SYSTEM, Actor
from app.kernel.database import db
from app.kernel.errors import DomainError, NotFound, Refused
from app.kernel.marking import N_
from app.people.models import ChangeSource, Person, PersonMerge
from app.people.service.history import keep
from app.regions.queries import lies_in

merging = Namespace().signal("people-merging")
"""Sent before two rows become one, with `kept` and `dropped`; who finds that they can't raises `Refused`."""


def merge(kept: Person, dropped: Person, *, by: Actor, reason: str) -> PersonMerge:
    """Let `dropped` stand for `kept` from now on; raises `Refused` in plain words where that can't be."""
    if not reason.strip():
        raise DomainError(N_("请写明凭什么认定是同一个人。"), "reason")
    if kept.id == dropped.id:
        raise Refused(N_("同一条登记不能跟自己合并。"))
    _lock_both(kept, dropped)
    for each in (kept, dropped):
        if by.key != SYSTEM.key and not lies_in(each.region_code, by.area):
            raise NotFound
        if each.merged_into_id is not None:
            raise Refused(N_("这条登记已经合并过了。"))
    if dropped.merged_rows:
        raise Refused(N_("这条登记下面已经并入了别的登记，请反过来合并：保留这一条。"))
    merging.send(None, kept=kept, dropped=dropped)
    row = PersonMerge(
        kept_id=kept.id,
        dropped_id=dropped.id,
        reason=reason.strip(),
        by_key=by.key,
        by_name=by.name,
        at=clock.now(),
    )
    db.session.add(row)
    db.session.flush()
    dropped.merged_into_id, kept.merged_rows = kept.id, kept.merged_rows + 1
    dropped.session_version += 1
    for one, other in ((kept, dropped), (dropped, kept)):
        keep(one, {}, {"merged_with": other.id}, by=by, source=ChangeSource.MERGE, reason=row.reason)
        audit.record(one, "merged", by=by, note=row.reason, facts={"other": other.id, "kept": kept.id})
    return row


def undo_merge(row: PersonMerge, *, by: Actor, reason: str) -> None:
    """Make them two people again: both rows are as they were, and sign-ins that the merge allowed end."""
    if not reason.strip():
        raise DomainError(N_("请写明为什么撤销。"), "reason")
    kept, dropped = row.kept, row.dropped
    _lock_both(kept, dropped)
    db.session.refresh(row, with_for_update={"of": PersonMerge})
    if row.undone_at is not None:
        raise Refused(N_("这次合并已经撤销了。"))
    row.undone_at, row.undone_by_key, row.undone_by_name = clock.now(), by.key, by.name
    row.undone_reason = reason.strip()
    dropped.merged_into_id, kept.merged_rows = None, kept.merged_rows - 1
    for one, other in ((kept, dropped), (dropped, kept)):
        one.session_version += 1
        keep(one, {"merged_with": other.id}, {"merged_with": None}, by=by, source=ChangeSource.MERGE, reason=reason)
        audit.record(one, "merge undone", by=by, note=row.undone_reason, facts={"other": other.id, "kept": kept.id})


def _lock_both(one: Person, other: Person) -> None:
    """Lock both rows, always in the same order, so that two merges never wait for each other."""
    db.session.flush()
    for row in sorted((one, other), key=lambda person: person.id):
        db.session.refresh(row, with_for_update={"of": Person})
