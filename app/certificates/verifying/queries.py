"""What anyone may know of one certificate; the signed list; the certificates that signed for us."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, or_, select
from sqlalchemy.orm import aliased

from app.audit.models import Event
from app.certificates.models import Certificate
from app.certificates.rules import Because, CertificateStatus, RevokedBecause
from app.certificates.verifying.models import RevocationList, SigningCertificate
from app.certificates.verifying.rules import Ended, token_hash
from app.kernel import clock
from app.kernel.database import db
from app.papers.models import Paper
from app.people.models import Person


@dataclass(frozen=True, slots=True)
class Shown:
    """One certificate as the public page shows it; nothing in it leads to another paper or person."""

    number: str
    token: str
    status: CertificateStatus
    because: Because | RevokedBecause | None
    ended_on: date | None
    """The day since which it stands no more."""
    facts: dict[str, Any]
    file_sha256: str | None
    """Of the file we keep; None until it is printed."""

    @property
    def stands(self) -> bool:
        """Whether it is valid."""
        return self.status is CertificateStatus.VALID


WHAT = (
    Certificate.id,
    Certificate.number,
    Certificate.token,
    Certificate.status,
    Certificate.replaced_because,
    Certificate.revoked_because,
    Certificate.facts,
    Paper.sha256,
)


def by_token(token: str) -> Shown | None:
    """The certificate whose QR holds this token."""
    return _one(_shown(Certificate.token == token))


def by_number(number: str, birth_on: date) -> Shown | None:
    """The certificate with this number, if the birth date given is its holder's."""
    return _one(_born(_shown(Certificate.number == number), birth_on))


def by_token_and_birth(token: str, birth_on: date) -> Shown | None:
    """The certificate whose QR holds this token, if the birth date given is its holder's."""
    return _one(_born(_shown(Certificate.token == token), birth_on))


def number_of(token: str) -> str | None:
    """The number of the certificate whose QR holds this token."""
    return db.session.scalar(select(Certificate.number).where(Certificate.token == token))


def _shown(which: ColumnElement[bool]) -> Select[Any]:
    return select(*WHAT).outerjoin(Paper, Paper.id == Certificate.paper_id).where(which)


def _born(query: Select[Any], birth_on: date) -> Select[Any]:
    """Only of a holder born that day; where two rows turned out to be one person, either row may say so."""
    kept = aliased(Person)
    return (
        query.join(Person, Person.id == Certificate.person_id)
        .outerjoin(kept, kept.id == Person.merged_into_id)
        .where(or_(Person.birth_on == birth_on, kept.birth_on == birth_on))
    )


def _one(query: Select[Any]) -> Shown | None:
    row = db.session.execute(query).one_or_none()
    if row is None:
        return None
    return Shown(
        number=row.number,
        token=row.token,
        status=row.status,
        because=row.replaced_because or row.revoked_because,
        ended_on=_ended_on(row),
        facts=row.facts,
        file_sha256=row.sha256,
    )


def _ended_on(row: Row[Any]) -> date | None:
    """The day of the event that ended it: a status never changes without one."""
    if row.status is CertificateStatus.VALID:
        return None
    query = select(Event.at).where(Event.subject_type == Certificate.__tablename__, Event.subject_id == row.id)
    ended: datetime = db.session.scalars(query.where(Event.status_after == row.status).order_by(Event.id.desc())).one()
    return clock.local(ended).date()


def ended() -> list[Ended]:
    """Every certificate that stands no more, in the order of the list."""
    of_it = and_(
        Event.subject_type == Certificate.__tablename__,
        Event.subject_id == Certificate.id,
        Event.status_after == Certificate.status,
    )
    query = (
        select(
            Certificate.token, Certificate.status, Certificate.replaced_because, Certificate.revoked_because, Event.at
        )
        .join(Event, of_it)
        .where(Certificate.status != CertificateStatus.VALID)
    )
    found = [
        Ended(token_hash(token), status, replaced or revoked, clock.local(at).date())
        for token, status, replaced, revoked, at in db.session.execute(query)
    ]
    return sorted(found, key=lambda one: one.token_sha256)


def newest_list() -> RevocationList | None:
    """The list that holds now, without its content."""
    return db.session.scalars(select(RevocationList).order_by(RevocationList.number.desc()).limit(1)).first()


def packed_list(sha256: str) -> bytes:
    """The content of a list, gzipped; by its hash, so that it may be remembered by it."""
    return db.session.scalars(select(RevocationList.packed).where(RevocationList.sha256 == sha256).limit(1)).one()


def signers() -> Sequence[SigningCertificate]:
    """Every certificate that signed for us, the present one first."""
    return db.session.scalars(select(SigningCertificate).order_by(SigningCertificate.since_at.desc())).all()
