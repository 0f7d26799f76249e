"""The record of subsidies used 享受补贴记录: claimed under a lock on the person's row, never past the policy's cap."""

from collections.abc import Collection, Mapping

from sqlalchemy import ARRAY, any_, literal, select
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.util import identity_key

from app.audit import service as audit
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.database import db
from app.kernel.errors import NotFound, Refused
from app.kernel.i18n import _
from app.kernel.marking import N_
from app.people.models import COUNTING, USE_FLOW, Person, SubsidyUse, UseStatus, UseStep
from app.people.queries import rows_behind

NO_CAP = 499
"""The number of slots where a policy states no cap."""
OLD_SLOTS = range(501, 1000)
"""Numbers of trainings from before the day a policy's cap counts from: they count for repeats, not for the cap."""


def reserve_use(
    person_id: int,
    *,
    occupation_code: str,
    level: int | None,
    slots: int | None,
    year: int,
    reference: str,
    by: Actor,
    year_slots: int | None = None,
) -> SubsidyUse:
    """Reserve one subsidised training for a person: the smallest free number of the `slots` the policy allows (R09).

    `slots` and `year_slots` (R08) are the policy's caps, None where it states none; `year` is the one the training
    counts in; level None is a training without one. Asked again with the same `reference`, the use already held is
    given back. Raises `Refused` in plain words when the cap is reached or the training was taken before (R10).
    """
    cap = slots if slots is not None else NO_CAP
    person_id, counting = _lock(person_id)
    held = next((use for use in counting if use.reference == reference), None)
    if held is not None:
        return held
    if any((use.occupation_code, use.level) == (occupation_code, level or 0) for use in counting):
        raise Refused(N_("这个职业的这个等级已经享受过或正在享受补贴培训，同一职业同一等级只补一次。"))
    slots_taken = [use.slot for use in counting if use.slot not in OLD_SLOTS]
    taken, free = len(slots_taken), next((slot for slot in range(1, cap + 1) if slot not in slots_taken), None)
    if free is None or taken >= cap:
        raise Refused(_("累计最多享受 %(cap)s 次补贴培训，现在已经用了 %(taken)s 次，次数已满。", cap=cap, taken=taken))
    this_year = sum(use.year == year for use in counting)
    if year_slots is not None and this_year >= year_slots:
        raise Refused(_("%(year)s 年最多享受 %(cap)s 次补贴培训，次数已满。", year=year, cap=year_slots))
    row = SubsidyUse(
        person_id=person_id,
        slot=free,
        slots=cap,
        occupation_code=occupation_code,
        level=level or 0,
        year=year,
        reference=reference,
    )
    return _born(row, by=by)


def _born(row: SubsidyUse, *, by: Actor) -> SubsidyUse:
    row.status, row.created_at = UseStatus.RESERVED, clock.now()
    facts = {"person": row.person_id, "slot": row.slot, "slots": row.slots, "reference": row.reference}
    audit.born(row, by=by, facts=facts)
    return row


def settle_use(reference: str, *, amount_fen: int, by: Actor) -> SubsidyUse:
    """Mark the use held by `reference` as used, with all that was paid for it so far (fen); raises `NotFound`."""
    row = _held(reference)
    if row is None:
        raise NotFound(N_("没有找到这次培训占用的享受补贴记录。"))
    _settle(row, amount_fen, by=by)
    return row


def _settle(row: SubsidyUse, amount_fen: int, *, by: Actor) -> None:
    row.amount_fen = amount_fen
    if row.status == UseStatus.RESERVED:
        audit.take(row, USE_FLOW, UseStep.SETTLE, by=by, facts={"amount_fen": amount_fen})
    else:
        audit.record(row, "amount changed", by=by, facts={"amount_fen": amount_fen})


def settle_uses(paid_fen: Mapping[str, int], *, by: Actor) -> None:
    """As `settle_use` for many at once, by reference; a reference that holds none is passed over."""
    for row in _held_of(paid_fen):
        _settle(row, paid_fen[row.reference], by=by)


def give_back_use(reference: str, *, by: Actor, note: str = "") -> SubsidyUse | None:
    """Give back the use held by `reference`, so that it counts no more; None where it holds none."""
    row = _held(reference)
    if row is None:
        return None
    row.ended_at = clock.now()
    audit.take(row, USE_FLOW, UseStep.GIVE_BACK, by=by, note=note)
    return row


def record_past_use(
    person_id: int,
    *,
    occupation_code: str,
    level: int | None,
    slots: int | None,
    year: int,
    reference: str,
    amount_fen: int,
    by: Actor,
    counts: bool = True,
) -> SubsidyUse:
    """Enter a training paid before or by another system; `reference` is 'import:…'.

    It counts like one of ours; `counts=False` for one from before the day the policy's cap counts from.
    """
    if counts:
        row = reserve_use(
            person_id, occupation_code=occupation_code, level=level, slots=slots, year=year, reference=reference, by=by
        )
    else:
        person_id, counting = _lock(person_id)
        taken = {use.slot for use in counting}
        slot = next(number for number in OLD_SLOTS if number not in taken)
        row = SubsidyUse(
            person_id=person_id,
            slot=slot,
            slots=OLD_SLOTS.stop,
            occupation_code=occupation_code,
            level=level or 0,
            year=year,
            reference=reference,
        )
        _born(row, by=by)
    return settle_use(row.reference, amount_fen=amount_fen, by=by)


def hold_people(people: Collection[int]) -> None:
    """Hold these people's rows to the end of the transaction, by id and all at once, before anything refers to them.

    After the row of a class where one is held too: one order for every door, so that no two wait for each other. What
    a merge has just made of them is known from here on.
    """
    columns = (Person.id, Person.merged_into_id, Person.merged_rows)
    query = select(*columns).where(Person.id.in_(people)).order_by(Person.id).with_for_update(key_share=True)
    for person_id, merged_into_id, merged_rows in db.session.execute(query):
        known = db.session.identity_map.get(identity_key(Person, person_id))
        if known is not None:
            set_committed_value(known, "merged_into_id", merged_into_id)
            set_committed_value(known, "merged_rows", merged_rows)


def _lock(person_id: int) -> tuple[int, list[SubsidyUse]]:
    """Lock the person's row, so that no other door claims a use meanwhile; the uses that count, as they stand now.

    Of two rows that turned out to be one person the one that stands for both is locked; its id comes back, and the
    uses of both.
    """
    query = select(Person.merged_into_id, Person.merged_rows).where(Person.id == person_id)
    found = db.session.execute(query.with_for_update(key_share=True)).first()
    if found is None:
        raise NotFound
    if found.merged_into_id is not None:
        return _lock(found.merged_into_id)
    rows = rows_behind(person_id) if found.merged_rows else (person_id,)
    uses = select(SubsidyUse).where(SubsidyUse.person_id.in_(rows), SubsidyUse.status.in_(COUNTING))
    return person_id, list(db.session.scalars(uses.execution_options(populate_existing=True)))


def _held_of(references: Collection[str]) -> list[SubsidyUse]:
    """The uses that these references hold, locked, as they stand now."""
    mine = SubsidyUse.reference == any_(literal(list(references), ARRAY(SubsidyUse.reference.type)))
    query = select(SubsidyUse).where(mine, SubsidyUse.status.in_(COUNTING)).order_by(SubsidyUse.id)
    return list(db.session.scalars(query.with_for_update().execution_options(populate_existing=True)))


def _held(reference: str) -> SubsidyUse | None:
    query = select(SubsidyUse).where(SubsidyUse.reference == reference, SubsidyUse.status.in_(COUNTING))
    return db.session.scalars(query.with_for_update().execution_options(populate_existing=True)).first()
