"""Villages ask from the menu (点单): who asks for which course, where, in which weeks."""

from datetime import date

from sqlalchemy import CheckConstraint, Index, SmallInteger, String, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Organization
from app.classes.models import TrainingClass
from app.courses.models import Course
from app.kernel.database import Id, Model, RegionCode, UtcTime, enum_column, fk
from app.kernel.sealing import Sealed, SealedRow, sealed_column
from app.outreach.rules.requests import RequestStatus
from app.people.models import Person
from app.regions.models import Region
from app.schools.models import Instructor

STANDING = "status IN ('asked', 'proposed', 'invited', 'arranged')"
_COURSE = (text("int8range(course_id, course_id, '[]')"), "&&")
_WEEKS = (text("daterange(from_on, until_on, '[]')"), "&&")


class VillageRequest(SealedRow, Model):
    """One request: for so many people of a village, or for one by name; at home only for one by name.

    The address of a home delivery (送教上门) is sealed and shown to whoever goes there, and to the village's officers.
    """

    __tablename__ = "village_requests"
    __table_args__ = (
        ExcludeConstraint(
            (text("int8range(person_id, person_id, '[]')"), "&&"),
            _COURSE,
            _WEEKS,
            name="ex_village_requests_person",
            using="gist",
            where=text(f"{STANDING} AND person_id IS NOT NULL"),
        ),
        ExcludeConstraint(
            (text("int8range(region_code::bigint, region_code::bigint, '[]')"), "&&"),
            _COURSE,
            _WEEKS,
            name="ex_village_requests_village",
            using="gist",
            where=text(f"{STANDING} AND person_id IS NULL"),
        ),
        Index("ix_village_requests_open", "course_id", "region_code", postgresql_where=text("status = 'asked'")),
        CheckConstraint("until_on >= from_on", name="ends_after_start"),
        CheckConstraint("headcount BETWEEN 1 AND 200", name="headcount_sensible"),
        CheckConstraint("person_id IS NULL OR headcount = 1", name="one_by_name"),
        CheckConstraint(
            "at_home = (address_sealed IS NOT NULL) AND (NOT at_home OR person_id IS NOT NULL)", name="home_of_somebody"
        ),
        CheckConstraint("status NOT IN ('proposed', 'invited') OR at_home OR class_id IS NOT NULL", name="has_class"),
        CheckConstraint(
            "status NOT IN ('arranged', 'proposed') OR NOT at_home OR "
            "(school_id IS NOT NULL AND teacher_id IS NOT NULL AND visit_on IS NOT NULL)",
            name="home_has_teacher",
        ),
    )

    id: Mapped[Id]
    status: Mapped[RequestStatus] = enum_column(RequestStatus)
    course_id: Mapped[int] = fk("courses.id")
    region_code: Mapped[RegionCode]
    """The village that asks."""
    person_id: Mapped[int | None] = fk("people.id", nullable=True)
    headcount: Mapped[int] = mapped_column(SmallInteger)
    from_on: Mapped[date]
    until_on: Mapped[date]
    note: Mapped[str] = mapped_column(String(200), default="")
    at_home: Mapped[bool] = mapped_column(default=False)
    address_sealed: Mapped[bytes | None] = sealed_column()
    address = Sealed()
    class_id: Mapped[int | None] = fk("classes.id", nullable=True)
    """The class that a school proposed for it."""
    school_id: Mapped[int | None] = fk("schools.id", nullable=True)
    """The school that proposed a class, or that comes to the home."""
    teacher_id: Mapped[int | None] = fk("instructors.id", nullable=True)
    visit_on: Mapped[date | None]
    """The first day on which the teacher comes to the home."""
    made_by: Mapped[str] = mapped_column(String(40))
    made_by_name: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[UtcTime]
    course: Mapped[Course] = relationship(lazy="joined")
    region: Mapped[Region] = relationship(lazy="joined")
    person: Mapped[Person | None] = relationship(lazy="joined")
    training_class: Mapped[TrainingClass | None] = relationship(lazy="select")
    teacher: Mapped[Instructor | None] = relationship(lazy="select")
    school: Mapped[Organization | None] = relationship(
        lazy="select", primaryjoin="foreign(VillageRequest.school_id) == Organization.id", viewonly=True
    )
