"""Give history of other systems its place in people's records: what is known once counts once."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import or_, select

from app.audit import service as audit
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.database import db
from app.kernel.errors import NotFound
from app.people.models import (
    COUNTING,
    USE_FLOW,
    FormerNumber,
    OutsideTraining,
    Person,
    RecordImport,
    SubsidyUse,
    UseStatus,
    UseStep,
)
from app.people.queries import rows_behind
from app.people.queries.numbers import known_numbers
from app.people.records.rules import PastOutcome
from app.people.service.uses import NO_CAP, OLD_SLOTS, hold_people
from app.policies.queries import pack_for

STEPS = {PastOutcome.USED: UseStep.SETTLE, PastOutcome.LOST: UseStep.LOSE}


def attach_waiting(people: Collection[int], *, by: Actor) -> int:
    """Give people who were just registered, or got another number, what waited for them; returns how many trainings."""
    waiting = OutsideTraining.person_id.is_(None)
    if db.session.scalars(select(OutsideTraining.id).where(waiting).limit(1)).first() is None:
        return 0
    numbers = select(Person.id_number_index).where(Person.id.in_(people))
    former = select(FormerNumber.id_number_index).where(FormerNumber.person_id.in_(people))
    mark = OutsideTraining.id_number_index
    query = select(OutsideTraining).where(waiting, or_(mark.in_(numbers), mark.in_(former)))
    lines = db.session.scalars(query.order_by(OutsideTraining.id).with_for_update(of=OutsideTraining)).all()
    if not lines:
        return 0
    attach(lines, by=by)
    return len(lines)


def attach(lines: Sequence[OutsideTraining], *, by: Actor) -> None:
    """Give each training of a registered person its place in their record: one that is there already, or a new one.

    History is never refused: beyond the policy's cap it is kept and shown, and nothing new is granted after it.
    """
    known = known_numbers({line.id_number_index for line in lines})
    hold_people({found.person_id for found in known.values()})
    query = select(Person).where(Person.id.in_({found.person_id for found in known.values()}))
    held = _held(db.session.scalars(query).unique().all())
    imports = {row.id: row.system for row in db.session.scalars(select(RecordImport)).unique()}
    placed: list[tuple[OutsideTraining, SubsidyUse]] = []
    fresh: list[tuple[OutsideTraining, SubsidyUse]] = []
    theirs = [line for line in lines if line.id_number_index in known]
    for line in sorted(theirs, key=lambda line: (line.taken_on, line.id)):
        record, system = held[known[line.id_number_index].person_id], imports[line.import_id]
        use = record.same(line, system)
        if use is None:
            use = record.one_more(line)
            fresh.append((line, use))
        record.told.add((use.reference, system))
        placed.append((line, use))
    _write(fresh, imports, by=by)
    for line, use in placed:
        line.person_id, line.use_id = use.person_id, use.id
    db.session.flush()


def _held(people: Sequence[Person]) -> "dict[int, _Held]":
    """What counts in these people's records, by the row that stands for each of them."""
    found = {person.id: _Held(person, *_cap(person.region_code)) for person in people}
    whose = {row: person.id for person in people for row in _rows_of(person)}
    theirs = (SubsidyUse.person_id.in_(whose), SubsidyUse.status.in_(COUNTING))
    for use in db.session.scalars(select(SubsidyUse).where(*theirs).execution_options(populate_existing=True)):
        found[whose[use.person_id]].uses.append(use)
    told = (
        select(SubsidyUse.person_id, SubsidyUse.reference, RecordImport.system)
        .join(OutsideTraining, OutsideTraining.use_id == SubsidyUse.id)
        .join(RecordImport, RecordImport.id == OutsideTraining.import_id)
        .where(*theirs)
    )
    for row, reference, system in db.session.execute(told):
        found[whose[row]].told.add((reference, system))
    return found


def _rows_of(person: Person) -> tuple[int, ...]:
    return rows_behind(person.id) if person.merged_rows else (person.id,)


@dataclass
class _Held:
    """What counts in a person's record while lines are given their place."""

    person: Person
    cap: int
    since: date | None
    uses: list[SubsidyUse] = field(default_factory=list)
    told: set[tuple[str, str]] = field(default_factory=set)
    """Which use (by its reference) was told of by which system."""

    def same(self, line: OutsideTraining, system: str) -> SubsidyUse | None:
        """The use that this line is about: same occupation, level and year, and not told by this system before."""
        wanted = (line.occupation_code, line.level, line.taken_on.year)
        return next(
            (
                use
                for use in self.uses
                if (use.occupation_code, use.level, use.year) == wanted and (use.reference, system) not in self.told
            ),
            None,
        )

    def one_more(self, line: OutsideTraining) -> SubsidyUse:
        """A new use for the line, numbered behind the others; where the cap is reached, beyond it."""
        taken = {use.slot for use in self.uses}
        counts = self.since is None or line.taken_on >= self.since
        slot = next(number for number in (range(1, NO_CAP + 2) if counts else OLD_SLOTS) if number not in taken)
        use = SubsidyUse(
            person_id=self.person.id,
            person=self.person,
            status=UseStatus.LOST if line.outcome == PastOutcome.LOST else UseStatus.USED,
            slot=slot,
            slots=max(self.cap, slot) if counts else OLD_SLOTS.stop,
            occupation_code=line.occupation_code,
            level=line.level,
            year=line.taken_on.year,
            taken_on=line.taken_on,
            reference=f"import:{line.id}",
            amount_fen=line.amount_fen,
            created_at=clock.now(),
        )
        self.uses.append(use)
        return use


def _cap(region_code: str) -> tuple[int, date | None]:
    """The policy's cap and the day it counts from, where the person lives."""
    try:
        pack = pack_for(region_code, clock.today())
    except NotFound:
        return NO_CAP, None
    cap = pack.count("record.lifetime_cap")
    return NO_CAP if cap is None else cap, pack.day("record.lifetime_since")


def _write(fresh: Sequence[tuple[OutsideTraining, SubsidyUse]], imports: Mapping[int, str], *, by: Actor) -> None:
    """Write the new uses with the events of their way: reserved, then used or lost."""
    db.session.add_all([use for _line, use in fresh])
    db.session.flush()
    for line, use in fresh:
        facts = {"person": use.person_id, "slot": use.slot, "slots": use.slots, "reference": use.reference}
        audit.record(use, "created", by=by, facts=facts, after=UseStatus.RESERVED)
        step = STEPS[line.outcome]
        after = USE_FLOW.after(UseStatus.RESERVED, step)
        audit.record(
            use, step, by=by, facts={"system": imports[line.import_id]}, before=UseStatus.RESERVED, after=after
        )
    db.session.flush()
