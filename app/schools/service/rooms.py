"""Rooms and machines of a place."""

from dataclasses import dataclass
from datetime import date

from app.audit import service as audit
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.database import db
from app.kernel.errors import DomainError, Refused
from app.kernel.i18n import _
from app.kernel.marking import N_
from app.schools import queries
from app.schools.models import Machine, MachineKind, Room, Site
from app.schools.rules import MOST_SEATS

MOST_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class NewRoom:
    """A room or yard with so many seats."""

    name: str
    capacity: int


@dataclass(frozen=True, slots=True)
class NewMachine:
    """A machine: what is written on it, how many practice on it at once, until when its inspection holds."""

    kind: MachineKind
    label: str
    trainees_at_once: int
    valid_until_on: date | None = None


def add_room(site: Site, facts: NewRoom, *, by: Actor) -> Room:
    """Add a room to a place in use. Raises `DomainError` naming the field."""
    _open(site)
    _check_room(site, facts)
    row = Room(site_id=site.id, name=facts.name.strip(), capacity=facts.capacity, created_at=clock.now())
    db.session.add(row)
    db.session.flush()
    audit.record(site, "room added", by=by, facts={"room": row.id, "capacity": row.capacity})
    return row


def change_room(room: Room, facts: NewRoom, *, by: Actor) -> None:
    """Write a room's new name or seats."""
    site = _in_use(room)
    _check_room(site, facts, but=room)
    if (room.name, room.capacity) != (facts.name.strip(), facts.capacity):
        before = room.capacity
        room.name, room.capacity = facts.name.strip(), facts.capacity
        db.session.flush()
        audit.record(room, "changed", by=by, facts={"capacity": facts.capacity, "before": before})


def close_room(room: Room, *, by: Actor) -> None:
    """Stop using a room for new classes."""
    if room.closed_at is None:
        room.closed_at = clock.now()
        audit.record(room, "closed", by=by)


def add_machine(site: Site, facts: NewMachine, *, by: Actor) -> Machine:
    """Add a machine to a place in use. Raises `DomainError` naming the field."""
    _open(site)
    _check_machine(site, facts)
    row = Machine(site_id=site.id, created_at=clock.now(), **_values(facts))
    db.session.add(row)
    db.session.flush()
    audit.record(site, "machine added", by=by, facts={"machine": row.id, "kind": row.kind})
    return row


def change_machine(machine: Machine, facts: NewMachine, *, by: Actor) -> None:
    """Write new facts of a machine, such as the date of a new inspection."""
    site = _in_use(machine)
    _check_machine(site, facts, but=machine)
    changed = sorted(name for name, value in _values(facts).items() if getattr(machine, name) != value)
    for name in changed:
        setattr(machine, name, _values(facts)[name])
    if changed:
        db.session.flush()
        audit.record(machine, "changed", by=by, facts={"fields": changed})


def close_machine(machine: Machine, *, by: Actor) -> None:
    """Stop using a machine for new classes."""
    if machine.closed_at is None:
        machine.closed_at = clock.now()
        audit.record(machine, "closed", by=by)


def _open(site: Site) -> None:
    if site.closed_at is not None:
        raise Refused(N_("这个教学点已经停用，先恢复再改。"))


def _in_use(row: Room | Machine) -> Site:
    site = queries.site(row.site_id)
    _open(site)
    if row.closed_at is not None:
        raise Refused(N_("已经停用，不能再改。需要的话请新加一个。"))
    return site


def _check_room(site: Site, facts: NewRoom, but: Room | None = None) -> None:
    name = facts.name.strip()
    if not name:
        raise DomainError(N_("请填写教室名称。"), "name")
    if any(room.name == name for room in queries.rooms_of(site.id) if room is not but):
        raise DomainError(N_("这个教学点已经有同名的教室。"), "name")
    if not 1 <= facts.capacity <= MOST_SEATS:
        raise DomainError(N_("教室能坐的人数应当是 1 到 500。"), "capacity")
    if facts.capacity > site.capacity:
        raise DomainError(_("教学点最多坐 %(n)s 人，教室不能比它多。", n=site.capacity), "capacity")


def _check_machine(site: Site, facts: NewMachine, but: Machine | None = None) -> None:
    label = facts.label.strip()
    if not label:
        raise DomainError(N_("请填写编号或型号，分得清是哪一台。"), "label")
    if any(machine.label == label for machine in queries.machines_of(site.id) if machine is not but):
        raise DomainError(N_("这个教学点已经有这个编号的设备。"), "label")
    if not 1 <= facts.trainees_at_once <= MOST_AT_ONCE:
        raise DomainError(N_("一台设备同时练的人数应当是 1 到 50。"), "trainees_at_once")


def _values(facts: NewMachine) -> dict[str, object]:
    return {
        "kind": facts.kind,
        "label": facts.label.strip(),
        "trainees_at_once": facts.trainees_at_once,
        "valid_until_on": facts.valid_until_on,
    }
