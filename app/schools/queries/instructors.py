"""Find teachers and assessors."""

from collections.abc import Sequence

from sqlalchemy import select

from app.accounts.models import User, UserRole
from app.accounts.rules import UserStatus
from app.kernel import clock
from app.kernel.access import Role
from app.kernel.database import db
from app.kernel.errors import NotFound
from app.schools.models import Duty, Instructor, Qualification


def instructors_of(school_id: int, *, ended: bool = False) -> Sequence[Instructor]:
    """A school's teachers and assessors, with `ended` also those who left."""
    query = select(Instructor).where(Instructor.school_id == school_id)
    if not ended:
        query = query.where(Instructor.ended_at.is_(None))
    return db.session.scalars(query.order_by(Instructor.ended_at.is_not(None), Instructor.id)).unique().all()


def teachers_of(school_id: int) -> Sequence[Instructor]:
    """Who teaches at a school now, and whose qualification has not run out."""
    today = clock.today()
    return [row for row in instructors_of(school_id) if row.teaches and row.is_qualified(Duty.TEACHING, today)]


def assessors_of(school_id: int) -> Sequence[Instructor]:
    """Who assesses for a school now, and whose qualification has not run out."""
    today = clock.today()
    return [row for row in instructors_of(school_id) if row.assesses and row.is_qualified(Duty.ASSESSING, today)]


def qualification(instructor_id: int, qualification_id: int) -> Qualification:
    """A certificate of a teacher or assessor; raises `NotFound`."""
    row = db.session.get(Qualification, qualification_id)
    if row is None or row.instructor_id != instructor_id:
        raise NotFound
    return row


def are_one_person(one: Instructor, other: Instructor) -> bool:
    """Whether two entries are one person: the same account or the same identity number (考培分离)."""
    return (
        one.id == other.id
        or (one.user_id is not None and one.user_id == other.user_id)
        or (one.id_number_index is not None and one.id_number_index == other.id_number_index)
    )


def instructor(instructor_id: int) -> Instructor:
    """The teacher or assessor with this id, unscoped; raises `NotFound`."""
    row = db.session.get(Instructor, instructor_id)
    if row is None:
        raise NotFound
    return row


def instructor_of_user(user_id: int) -> Instructor | None:
    """The teacher or assessor an account stands for, where one does."""
    query = select(Instructor).where(Instructor.user_id == user_id, Instructor.ended_at.is_(None))
    return db.session.scalars(query.order_by(Instructor.id)).first()


def instructor_of_account(school_id: int, user_id: int) -> Instructor | None:
    """The teacher or assessor that an account stands for at one school, also one who left."""
    query = select(Instructor).where(Instructor.school_id == school_id, Instructor.user_id == user_id)
    return db.session.scalars(query).first()


def accounts_of(school_id: int) -> Sequence[User]:
    """The school's accounts of teachers and assessors, to be tied to them."""
    query = (
        select(User)
        .join(UserRole)
        .where(
            User.organization_id == school_id,
            User.status != UserStatus.CLOSED,
            UserRole.role.in_((Role.TEACHER, Role.ASSESSOR)),
        )
    )
    return db.session.scalars(query.order_by(User.id)).unique().all()
