"""What time does to waiting lists every night, and to offers at all hours."""

from sqlalchemy import or_, select

from app.classes.models import TrainingClass
from app.classes.queries import training_class
from app.classes.rules import LOCKED, SIGN_UP, VARIABLE, ClassStatus
from app.enrollments.models import Enrollment
from app.enrollments.queries import overdue_offers
from app.enrollments.rules import EnrollmentStatus
from app.enrollments.service import close_waiting_list, lapse, offer_all, offer_places
from app.kernel import clock
from app.kernel.access import SYSTEM
from app.kernel.database import db, transaction
from app.kernel.tasks import tasks


def _waited_for() -> list[int]:
    """The classes on whose waiting list somebody stands."""
    waiting = select(Enrollment.class_id).where(Enrollment.status == EnrollmentStatus.WAITING).distinct()
    return list(db.session.scalars(waiting.order_by(Enrollment.class_id)))


def _is_over(class_id: int) -> bool:
    """Whether nobody can come in any more: the refill day has passed, or the class never had one and runs."""
    late = or_(TrainingClass.refill_until_on.is_(None), TrainingClass.refill_until_on < clock.today())
    query = select(TrainingClass.id).where(TrainingClass.id == class_id, late, TrainingClass.status.in_(CLOSED))
    return db.session.scalar(query) is not None


CLOSED = (*LOCKED, ClassStatus.CANCELLED)


@tasks.periodic("enrollments.tend_waiting_lists", "20 0 * * *")
def tend_waiting_lists() -> None:
    """Give seats that came free otherwise to who waits, and end the lists on which nobody can come in any more."""
    for class_id in _waited_for():
        with transaction():
            class_ = training_class(class_id)
            if class_.status in SIGN_UP:
                offer_all(class_id, by=SYSTEM)
            elif _is_over(class_id):
                close_waiting_list(class_, by=SYSTEM)
            elif class_.status in VARIABLE:
                offer_places(class_, by=SYSTEM)


@tasks.periodic("enrollments.lapse_offers", "*/10 * * * *")
def lapse_offers() -> None:
    """End the offers that nobody answered in time; each place goes on to the next in line."""
    for enrollment_id in overdue_offers():
        with transaction():
            lapse(db.session.get_one(Enrollment, enrollment_id))
