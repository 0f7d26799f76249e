"""The one door into a class."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy.orm.attributes import set_committed_value

from app.classes import service as classes
from app.classes.models import Seat
from app.classes.queries import training_class
from app.classes.rules import LOCKED, SIGN_UP
from app.enrollments.denials.links import consent_words, send_link
from app.enrollments.models import Enrollment
from app.enrollments.queries import waiting_in
from app.enrollments.rules import Consent, goes_first, kept
from app.enrollments.service.claiming import lock_class, numbered_words, reserve, said, seated_words
from app.enrollments.service.conditions import Conditions, conditions_of, verdict_on
from app.enrollments.service.numbering import inserted, number, record
from app.enrollments.service.offering import offer_all, offer_places
from app.kernel import clock
from app.kernel.access import SYSTEM, Actor
from app.kernel.database import db
from app.kernel.errors import DomainError, NotFound, Refused
from app.kernel.i18n import _
from app.kernel.marking import N_
from app.papers.models import Upload
from app.people import service as records
from app.people.models import Person
from app.people.queries import row_ids, standing_for
from app.policies.queries import text as words_of
from app.policies.rules.eligibility import Verdict
from app.regions.queries import lies_in

ALREADY = N_("已经报过这个班了，不用再报。")
LONGEST_NOTE = 200


class Ineligible(DomainError):
    """The policy does not pay for this person in this class; `verdict` holds every reason, `message` says them all."""

    def __init__(self, verdict: Verdict) -> None:
        reasons = [reason for reason in verdict.reasons if reason.blocking]
        super().__init__(_("不能报这个班：%(why)s", why="".join(words_of(reason) for reason in reasons)))
        self.verdict = verdict


class _Application(NamedTuple):
    """A sign-up that was found right, before anything is claimed."""

    conditions: Conditions
    person: Person
    given: dict[str, Any]
    waits: dict[str, Any]
    """What the person is told if they get a number."""


def enroll(
    class_id: int,
    person: Person,
    *,
    by: Actor,
    consent: Consent,
    consent_note: str = "",
    consent_upload_id: int | None = None,
) -> Enrollment:
    """Enroll a person in a class: with a seat and one use of their record, or, when full, with a waiting number.

    The one door: laborer on a phone, officer, demo. Raises `NotFound` for others' people, `Ineligible` with every
    reason, `Refused` where the class takes nobody or the person is in it, `DomainError` on a consent without proof.
    """
    proof = {"consent": consent, "consent_note": consent_note, "consent_upload_id": consent_upload_id}
    applied = _apply(class_id, person, proof, by=by)
    numbered = _queue_up(applied, by=by)
    row = inserted(numbered, applied.person) if numbered else _under_the_lock(applied, by=by)
    if by.user_id is not None:
        send_link(row, by=by)
    return row


def enroll_self(class_id: int, person: Person, *, by: Actor, consent_note: str) -> int | None:
    """The outer half of the same door: number oneself in a full class, the enrollment's id; None asks for `enroll`.

    It writes by one statement, so it may stand within `by_one_statement`: thousands may come at once, nearly all of
    them too late for a seat. Raises what `enroll` does.
    """
    proof = {"consent": Consent.OWN_CODE, "consent_note": consent_note, "consent_upload_id": None}
    numbered = _queue_up(_apply(class_id, person, proof, by=by), by=by)
    return numbered["id"] if numbered else None


def _apply(class_id: int, person: Person, proof: dict[str, Any], *, by: Actor) -> _Application:
    """Judge a sign-up without a lock, and write down what is known before the claim."""
    _answers_for(person, by)
    person = standing_for(person)
    _check_consent(proof["consent"], proof["consent_note"], proof["consent_upload_id"], by)
    conditions = conditions_of(class_id, person.id)
    if conditions.status in SIGN_UP and conditions.start_on < clock.today():
        raise Refused(N_("这个班的开班日期已经过了，不能再报名。"))
    if conditions.already:
        raise Refused(ALREADY)
    _check_turn(conditions)
    verdict = verdict_on(conditions, person)
    if not verdict.eligible:
        raise Ineligible(verdict)
    given: dict[str, Any] = {
        "class_id": class_id,
        "person_id": person.id,
        "region_code": person.region_code,
        "made_by": by.key,
        "priority": goes_first(verdict.groups, conditions.pack.names("enrollment.priority_groups")),
        **proof,
        "consent_note": consent_words(person, proof["consent_note"], by=by),
        "verdict": kept(verdict, pack=conditions.stamp.key, sha256=conditions.stamp.sha256),
        "created_at": clock.now(),
    }
    return _Application(conditions, person, given, said(person, numbered_words(conditions), waiting=True))


def _queue_up(applied: _Application, *, by: Actor) -> dict[str, Any] | None:
    """A number, where the class was full when it was read and still is."""
    return number(applied.given, applied.waits, applied.person, by=by) if applied.conditions.full else None


def enroll_all(
    class_id: int,
    people: Sequence[Person],
    *,
    by: Actor,
    consent: Consent,
    note: str = "",
    upload_id: int | None = None,
) -> list[Enrollment]:
    """Enroll several people with one consent, in the order given, all or none."""
    _lock(class_id, [person.id for person in people])
    proof: dict[str, Any] = {"consent": consent, "consent_note": note, "consent_upload_id": upload_id}
    return [enroll(class_id, person, by=by, **proof) for person in people]


def _lock(class_id: int, people: list[int]) -> None:
    """Lock what a sign-up touches; where seats are free and people wait, whoever waits comes first."""
    held = lock_class(class_id)
    queue = waiting_in(class_id) if held.free and held.waiting_last else []
    records.hold_people([*people, *(row.person_id for row in queue)])
    if queue:
        offer_all(class_id, by=SYSTEM)


def _under_the_lock(applied: _Application, *, by: Actor) -> Enrollment:
    """Under the lock: a free seat with one use of the record, or a number.

    What may have changed since the verdict is refused by those who keep it: a second sign-up and a second class at the
    same time by the database, one use too many by the record.
    """
    conditions, person, given, waits = applied
    class_id, rows = conditions.class_id, row_ids(person.id)
    seated = said(person, seated_words(conditions))
    if not lock_class(class_id).free:
        numbered = number(given, waits, person, by=by)
        if numbered is not None:
            return inserted(numbered, person)
    _lock(class_id, [person.id])
    if person.merged_into_id is not None or row_ids(person.id) != rows:
        raise Refused(N_("这个人的两份登记刚刚合并了，请再试一次。"))
    got = classes.claim_seat(class_id, person.id, by=by)
    row = record(given, seated if isinstance(got, Seat) else waits, person, got, conditions.school_id, by=by)
    if isinstance(got, Seat):
        set_committed_value(row, "seat", got)
        reserve(row, conditions, by=by)
    elif conditions.status in LOCKED:
        offer_places(training_class(class_id), by=SYSTEM)
    return row


def _check_turn(conditions: Conditions) -> None:
    """Whoever asked for the class in advance comes before all others for a while."""
    until = conditions.invited_until
    if until is None or conditions.invited or until <= clock.now():
        return
    local = clock.local(until)
    until_words = {"m": local.month, "d": local.day, "time": f"{local:%H:%M}"}
    raise Refused(
        _("这个班是村里点单开的，%(m)s月%(d)s日 %(time)s 以前先请点单的人报名。过了这个时间再来报。", **until_words)
    )


def _answers_for(person: Person, by: Actor) -> None:
    """People act for themselves, officers for those in their area."""
    own = by.person_id == person.id if by.person_id is not None else lies_in(person.region_code, by.area)
    if not own and by.key != SYSTEM.key:
        raise NotFound
    if by.person_id is not None and person.guardian_name:
        raise Refused(N_("您登记了监护人，报名要监护人同意：请监护人陪着到村里报，或者让村信息员把验证码发给监护人。"))


def _check_consent(consent: Consent, note: str, upload_id: int | None, by: Actor) -> None:
    """A signed slip has its photo, by the one who enrolls; a witnessed consent says who saw it, where."""
    if consent is Consent.SIGNED_SLIP:
        upload = db.session.get(Upload, upload_id) if upload_id is not None else None
        if upload is None or by.key not in {upload.created_by, SYSTEM.key}:
            raise DomainError(N_("请拍一张本人签字单的照片。"), "slip")
    if consent is Consent.WITNESSED and not note.strip():
        raise DomainError(N_("请写明谁在场见证、在哪里。"), "note")
    if len(note.strip()) > LONGEST_NOTE:
        raise DomainError(N_("见证说明最多 200 个字。"), "note")
