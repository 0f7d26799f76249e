"""When two rows turn out to be one person: nobody sits, or waits, twice in one class."""

from sqlalchemy import and_, select
from sqlalchemy.orm import aliased

from app.classes.models import TrainingClass
from app.enrollments.models import Enrollment
from app.enrollments.rules import ACTIVE
from app.kernel.database import db
from app.kernel.errors import Refused
from app.kernel.i18n import _
from app.people.models import Person
from app.people.service import merging


@merging.connect
def refuse_twice_in_a_class(_sender: object, *, kept: Person, dropped: Person) -> None:
    """Refuse a merge while both rows stand in one class: one of the two sign-ups is to be taken out first."""
    other = aliased(Enrollment)
    both = and_(other.class_id == Enrollment.class_id, other.person_id == dropped.id, other.status.in_(ACTIVE))
    query = (
        select(TrainingClass.name)
        .join(Enrollment, Enrollment.class_id == TrainingClass.id)
        .join(other, both)
        .where(Enrollment.person_id == kept.id, Enrollment.status.in_(ACTIVE))
    )
    name = db.session.scalar(query.limit(1))
    if name is not None:
        raise Refused(_("两条登记都报了“%(name)s”这个班。请先把其中一个退出，再合并。", name=name))
