"""What every door goes through: the locks, the use of the person's record, the words to the phone.

Locks are always taken in one order, before anything is written: the class, then the people, by id and all at once. A
seat and a use of the record refer to the person; two sign-ups of one person that first wrote and then locked would wait
for each other for ever.

Someone who only waits holds no use of the record: it is reserved at the moment a place is held for them.
"""

from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import select

from app.classes.models import Seat, TrainingClass
from app.classes.rules import SIGN_UP
from app.enrollments.models import Enrollment
from app.enrollments.queries import reference
from app.enrollments.service.conditions import Conditions
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.database import db
from app.kernel.errors import NotFound
from app.kernel.i18n import _
from app.messages import service as messages
from app.messages.models import MessageKind
from app.people import service as records
from app.people.models import Person


class Held(NamedTuple):
    """A class whose row is held: how many seats anyone may take now, and the last number given on its waiting list."""

    free: int
    waiting_last: int


def lock_class(class_id: int) -> Held:
    """Hold the class's row to the end of the transaction. Raises `NotFound`."""
    db.session.flush()
    columns = (TrainingClass.status, TrainingClass.capacity, TrainingClass.seats_taken, TrainingClass.waiting_last)
    query = select(*columns).where(TrainingClass.id == class_id).with_for_update(key_share=True)
    found = db.session.execute(query).one_or_none()
    if found is None:
        raise NotFound
    return Held(found.capacity - found.seats_taken if found.status in SIGN_UP else 0, found.waiting_last)


def reserve(row: Enrollment, conditions: Conditions, *, by: Actor) -> None:
    """Reserve one use of the person's record for a seat just taken; a taster takes none. Raises `Refused`."""
    if not conditions.counts:
        return
    records.reserve_use(
        row.person_id,
        occupation_code=conditions.course.occupation_code,
        level=conditions.course.level,
        slots=conditions.pack.count("record.lifetime_cap"),
        year_slots=conditions.pack.count("record.yearly_cap"),
        year=conditions.start_on.year,
        reference=reference(row.id),
        by=by,
    )


def give_back(row: Enrollment, *, by: Actor) -> bool:
    """Give back the use that an enrollment holds; whether it held one."""
    return records.give_back_use(reference(row.id), by=by) is not None


def tell(row: Enrollment, text: str, *, waiting: bool = False) -> None:
    """Tell the person by phone; without a phone the message lies in the outbox for the officer."""
    kind = MessageKind.WAITING_LIST if waiting else MessageKind.ENROLLMENT
    messages.tell(kind, recipient=f"person:{row.person_id}", phone=row.person.phone, text=text)


def said(person: Person, text: str, *, waiting: bool = False) -> dict[str, Any]:
    """The same, written before the statement that puts it into the outbox."""
    kind = MessageKind.WAITING_LIST if waiting else MessageKind.ENROLLMENT
    return messages.said(kind, recipient=f"person:{person.id}", phone=person.phone, text=text)


def _named(name: str, start_on: date, site: str) -> str:
    return _("“%(name)s”（%(day)s 开班，%(site)s）", name=name, day=start_on.isoformat(), site=site)


def class_words(class_: TrainingClass) -> str:
    """A class as a message names it: what, from when, where."""
    return _named(class_.name, class_.start_on, class_.site.name)


def conditions_words(conditions: Conditions) -> str:
    """The same, where only the conditions of the class were read."""
    return _named(conditions.name, conditions.start_on, conditions.site)


def seated_words(conditions: Conditions) -> str:
    """What someone who got a seat is told."""
    return _(
        "您已报上%(what)s。请带身份证按时来上课，有事来不了请尽早退出，把名额让给别人。",
        what=conditions_words(conditions),
    )


def numbered_words(conditions: Conditions) -> str:
    """What someone who got a number on the waiting list is told."""
    what = conditions_words(conditions)
    return _("%(what)s现在满员，您已排进候补，候补号在“我的报名”里看。有人退出就按顺序递补，到时再通知您。", what=what)


def until_words(until: datetime) -> str:
    """Until when a place is held, as people say it: the end of a day, or a time of day."""
    local = clock.local(until)
    if (local.hour, local.minute) == (0, 0):
        return _("%(day)s 晚上 12 点", day=clock.local(until - timedelta(minutes=1)).date().isoformat())
    return local.strftime("%Y-%m-%d %H:%M")


def seat_facts(seat: Seat) -> dict[str, int]:
    """What events say of a seat."""
    return {"seat_id": seat.id, "place_no": seat.place_no}
