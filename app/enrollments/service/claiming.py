"""What every door goes through: the locks, the seat, the use of the person's record, the words to the phone.

Locks are always taken in one order, before anything is written: the class, then the people, by id and all at once. A
seat and a use of the record refer to the person; two sign-ups of one person that first wrote and then locked would wait
for each other for ever.

Someone who only waits holds no use of the record: it is reserved at the moment they get the seat.
"""

from collections.abc import Collection

from sqlalchemy import select

from app.classes.models import Seat, TrainingClass
from app.classes.queries import mode_of_class, pack_of_class
from app.classes.rules import SIGN_UP
from app.courses.queries import policy_facts
from app.enrollments.models import Enrollment
from app.enrollments.queries import reference
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.database import db
from app.kernel.errors import NotFound
from app.kernel.i18n import _
from app.messages import service as messages
from app.messages.models import MessageKind
from app.people import service as records
from app.people.models import Person
from app.policies.models import PolicyPack
from app.policies.queries import pack_row_by_id, pack_row_for


def lock_class(class_id: int) -> int:
    """Hold the class's row to the end of the transaction; how many seats anyone may take now. Raises `NotFound`."""
    db.session.flush()
    columns = (TrainingClass.status, TrainingClass.capacity, TrainingClass.seats_taken)
    found = db.session.execute(select(*columns).where(TrainingClass.id == class_id).with_for_update()).one_or_none()
    if found is None:
        raise NotFound
    return found.capacity - found.seats_taken if found.status in SIGN_UP else 0


def lock_people(people: Collection[int]) -> None:
    """Hold these people's rows, in the order of their ids, to the end of the transaction; after the class's row."""
    query = select(Person.id).where(Person.id.in_(people)).order_by(Person.id).with_for_update()
    db.session.execute(query).all()


def pack_row_of(class_: TrainingClass) -> PolicyPack:
    """The version of the policy that a person is judged by: the class's own since filing, before that today's."""
    if class_.policy_pack_id is not None:
        return pack_row_by_id(class_.policy_pack_id)
    return pack_row_for(class_.region_code, clock.today())


def reserve(row: Enrollment, class_: TrainingClass, *, by: Actor) -> None:
    """Reserve one use of the person's record for a seat just taken; a taster takes none. Raises `Refused`."""
    pack, course = pack_of_class(class_), policy_facts(class_.course)
    if not mode_of_class(class_, pack).counts_in_record:
        return
    records.reserve_use(
        row.person_id,
        occupation_code=course.occupation_code,
        level=course.level,
        slots=pack.count("record.lifetime_cap"),
        year_slots=pack.count("record.yearly_cap"),
        year=class_.start_on.year,
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


def class_words(class_: TrainingClass) -> str:
    """A class as a message names it: what, from when, where."""
    facts = {"name": class_.name, "day": class_.start_on.isoformat(), "site": class_.site.name}
    return _("“%(name)s”（%(day)s 开班，%(site)s）", **facts)


def seated_words(class_: TrainingClass) -> str:
    """What someone who got a seat is told."""
    return _("您已报上%(what)s。请带身份证按时来上课，有事来不了请尽早退出，把名额让给别人。", what=class_words(class_))


def seat_facts(seat: Seat) -> dict[str, int]:
    """What events say of a seat."""
    return {"seat_id": seat.id, "place_no": seat.place_no}
