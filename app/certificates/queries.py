"""Find certificates, batches and notes within a person's reach, and by what is printed on them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from sqlalchemy import ColumnElement, Select, exists, false, func, or_, select

from app.assessments.models import Outcome
from app.attendance.queries import seats_that_came
from app.certificates.models import AttendanceNote, Certificate, CertificateBatch
from app.certificates.rules import BatchStatus, CertificateStatus
from app.classes.models import Seat, TrainingClass
from app.classes.queries import ACTIVE, training_class, visible_to
from app.classes.rules import ClassStatus
from app.kernel.access import Actor, Role
from app.kernel.database import db
from app.kernel.errors import NotFound
from app.papers.models import Paper
from app.people.models import Person
from app.people.queries import of_person
from app.regions.queries import in_area

Item: TypeAlias = Certificate | AttendanceNote
"""What a batch prints."""


@dataclass(frozen=True, slots=True)
class CertificateFilters:
    """What narrows the list; empty values narrow nothing."""

    word: str = ""
    """A name, or a number or its beginning."""
    status: CertificateStatus | None = None
    class_id: int | None = None


def _within(by: Actor) -> ColumnElement[bool]:
    """Certificates this person may see: the school's own, those of classes held in the area, those of its people."""
    if by.person_id is not None:
        return of_person(Certificate.person_id, by.person_id)
    if by.organization_id is not None:
        return Certificate.school_id == by.organization_id if by.has(Role.SCHOOL_CLERK) else false()
    held_here = Certificate.batch_id.in_(
        select(CertificateBatch.id).where(in_area(CertificateBatch.region_code, by.area))
    )
    return or_(in_area(Certificate.region_code, by.area), held_here)


def certificate_for(by: Actor, certificate_id: int) -> Certificate:
    """The certificate if this person may see it (a laborer: an own one); raises `NotFound`."""
    query = select(Certificate).where(Certificate.id == certificate_id, _within(by))
    found = db.session.scalars(query).first()
    if found is None:
        raise NotFound
    return found


def certificates_for(by: Actor, filters: CertificateFilters | None = None) -> Select[Certificate]:
    """The list of certificates within this person's reach, the latest first."""
    filters = filters or CertificateFilters()
    query = select(Certificate).join(Person, Person.id == Certificate.person_id).where(_within(by))
    word = filters.word.strip()
    if word:
        query = query.where(
            or_(Person.name.contains(word, autoescape=True), Certificate.number.startswith(word, autoescape=True))
        )
    if filters.status is not None:
        query = query.where(Certificate.status == filters.status)
    if filters.class_id is not None:
        query = query.where(Certificate.class_id == filters.class_id)
    return query.order_by(Certificate.id.desc())


def certificate(certificate_id: int) -> Certificate:
    """The certificate with this id, unscoped; raises `NotFound`."""
    found = db.session.get(Certificate, certificate_id)
    if found is None:
        raise NotFound
    return found


def certificate_of_seat(seat_id: int) -> Certificate | None:
    """The seat's certificate that stands, else the latest one that no longer does."""
    query = select(Certificate).where(Certificate.seat_id == seat_id)
    standing_first = (Certificate.status != CertificateStatus.VALID, Certificate.id.desc())
    return db.session.scalars(query.order_by(*standing_first)).first()


def chain_of(certificate: Certificate) -> Sequence[Certificate]:
    """The papers of a seat from the first to the one that stands or ended it."""
    query = select(Certificate).where(Certificate.seat_id == certificate.seat_id).order_by(Certificate.serial)
    return db.session.scalars(query).unique().all()


def certificates_of(class_id: int) -> Sequence[Certificate]:
    """Every certificate of a class, by number."""
    query = select(Certificate).where(Certificate.class_id == class_id).order_by(Certificate.serial)
    return db.session.scalars(query).unique().all()


def certificates_of_batch(batch_id: int) -> Sequence[Certificate]:
    """The certificates of one batch, by number."""
    query = select(Certificate).where(Certificate.batch_id == batch_id).order_by(Certificate.serial)
    return db.session.scalars(query).unique().all()


def certificates_of_person(person_id: int) -> Sequence[Certificate]:
    """A person's certificates, the latest first."""
    query = select(Certificate).where(of_person(Certificate.person_id, person_id)).order_by(Certificate.id.desc())
    return db.session.scalars(query).unique().all()


def notes_of(class_id: int) -> Sequence[AttendanceNote]:
    """A taster's notes of attendance."""
    query = select(AttendanceNote).where(AttendanceNote.class_id == class_id).order_by(AttendanceNote.seat_id)
    return db.session.scalars(query).unique().all()


def notes_of_batch(batch_id: int) -> Sequence[AttendanceNote]:
    """The notes of one batch."""
    query = select(AttendanceNote).where(AttendanceNote.batch_id == batch_id).order_by(AttendanceNote.seat_id)
    return db.session.scalars(query).unique().all()


def items_of(batch_id: int) -> list[Item]:
    """What a batch prints, in order."""
    return [*certificates_of_batch(batch_id), *notes_of_batch(batch_id)]


def notes_of_person(person_id: int) -> Sequence[AttendanceNote]:
    """A person's notes of attendance, the latest first."""
    query = select(AttendanceNote).where(of_person(AttendanceNote.person_id, person_id))
    return db.session.scalars(query.order_by(AttendanceNote.seat_id.desc())).unique().all()


def batches_of(class_id: int) -> Sequence[CertificateBatch]:
    """The batches of a class, oldest first; more than one only when somebody was added later."""
    query = select(CertificateBatch).where(CertificateBatch.class_id == class_id).order_by(CertificateBatch.id)
    return db.session.scalars(query).all()


def batch_of(class_id: int, batch_id: int) -> CertificateBatch:
    """One batch of a class; raises `NotFound`."""
    found = db.session.get(CertificateBatch, batch_id)
    if found is None or found.class_id != class_id:
        raise NotFound
    return found


def paper_of_batch(batch: CertificateBatch) -> Paper | None:
    """The one PDF of a batch, once it is printed."""
    return db.session.get(Paper, batch.paper_id) if batch.paper_id is not None else None


def note_of(class_id: int, seat_id: int) -> AttendanceNote:
    """One note of a class; raises `NotFound`."""
    found = db.session.get(AttendanceNote, seat_id)
    if found is None or found.class_id != class_id:
        raise NotFound
    return found


@dataclass(frozen=True, slots=True)
class Progress:
    """How many papers of a batch are printed."""

    batch: CertificateBatch
    done: int
    total: int

    @property
    def is_printing(self) -> bool:
        """Whether the worker is still at it."""
        return self.batch.status is BatchStatus.PRINTING

    @property
    def is_stopped(self) -> bool:
        """Whether something has to be mended first."""
        return self.batch.status is BatchStatus.STOPPED

    @property
    def is_ready(self) -> bool:
        """Whether every paper is printed."""
        return self.batch.status is BatchStatus.READY


def progress_of(class_id: int) -> list[Progress]:
    """How far the printing of each batch of a class is."""
    found = []
    for batch in batches_of(class_id):
        items = items_of(batch.id)
        found.append(Progress(batch, sum(item.paper_id is not None for item in items), len(items)))
    return found


def sees_class(by: Actor, class_id: int) -> bool:
    """Whether this person may open the class, too."""
    query = select(TrainingClass.id).where(TrainingClass.id == class_id, visible_to(by))
    return db.session.scalar(query) is not None


def is_held_within(certificate: Certificate, by: Actor) -> bool:
    """Whether the class of a certificate was held in the actor's area."""
    query = select(CertificateBatch.id).where(
        CertificateBatch.id == certificate.batch_id, in_area(CertificateBatch.region_code, by.area)
    )
    return db.session.scalar(query) is not None


def by_token(token: str) -> Certificate | None:
    """The certificate whose QR holds this token."""
    return db.session.scalars(select(Certificate).where(Certificate.token == token)).first()


def by_number(number: str, birth_on: date) -> Certificate | None:
    """The certificate with this number, if the birth date given is its holder's."""
    query = (
        select(Certificate)
        .join(Person, Person.id == Certificate.person_id)
        .where(Certificate.number == number, Person.birth_on == birth_on)
    )
    return db.session.scalars(query).first()


@dataclass(frozen=True, slots=True)
class Waiting:
    """A class of which passed people wait for their certificates."""

    class_: TrainingClass
    people: int
    notes: bool = False
    """A taster: its people wait for notes of attendance."""


def waiting_classes(by: Actor) -> list[Waiting]:
    """Classes in reach whose people wait for their papers: passed without a certificate, or present in a taster."""
    return [*_waiting_for_certificates(by), *_waiting_for_notes(by)]


def _waiting_for_notes(by: Actor) -> list[Waiting]:
    """Ended tasters with people who came and have no note yet."""
    noted = exists().where(AttendanceNote.seat_id == Seat.id)
    query = (
        select(Seat.class_id, func.count())
        .join(TrainingClass, TrainingClass.id == Seat.class_id)
        .where(
            visible_to(by),
            ~TrainingClass.paid,
            TrainingClass.status.in_((ClassStatus.ENDED, ClassStatus.ARCHIVED)),
            Seat.status.in_(ACTIVE),
            Seat.id.in_(seats_that_came()),
            ~noted,
        )
        .group_by(Seat.class_id)
        .order_by(Seat.class_id)
    )
    return [Waiting(training_class(class_id), people, notes=True) for class_id, people in db.session.execute(query)]


def _waiting_for_certificates(by: Actor) -> list[Waiting]:
    """Assessed classes in this person's reach with passed people who never had a certificate."""
    none_yet = ~exists().where(Certificate.seat_id == Outcome.seat_id)
    query = (
        select(Outcome.class_id, func.count())
        .join(Seat, Seat.id == Outcome.seat_id)
        .join(TrainingClass, TrainingClass.id == Outcome.class_id)
        .where(visible_to(by), Outcome.passed, Seat.status.in_(ACTIVE), none_yet)
        .group_by(Outcome.class_id)
        .order_by(Outcome.class_id)
    )
    return [Waiting(training_class(class_id), people) for class_id, people in db.session.execute(query)]
