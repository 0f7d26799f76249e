"""Ask for a course in a village, take a request back; what time does to requests."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from app.audit import service as audit
from app.courses.models import Course
from app.courses.rules import CourseStatus
from app.kernel import clock
from app.kernel.access import SYSTEM, Actor
from app.kernel.database import db
from app.kernel.errors import DomainError, Forbidden, Refused
from app.kernel.i18n import _
from app.kernel.marking import N_
from app.outreach.models import VillageRequest
from app.outreach.rules.requests import OPEN, REQUEST_FLOW, RequestStatus, RequestStep, Wanted, refuse_bad_wish
from app.people.models import Person
from app.people.queries import row_ids
from app.regions.models import Level
from app.regions.queries import lies_in, region

NOT_YOURS = N_("这个地方不在您负责的范围内。")


def ask(
    course: Course, village: str, wanted: Wanted, *, by: Actor, people: Sequence[Person] = (), others: int = 0
) -> list[VillageRequest]:
    """Ask for a course in a village: one request for each person named, one for so many others, in these weeks.

    Officers ask in their area, a laborer for themselves. Raises `DomainError` naming the field, `Forbidden` outside the
    area, `Refused` where the same was asked before.
    """
    if course.status != CourseStatus.LISTED:
        raise Refused(N_("这门课现在不在菜单上，点不了。"))
    if not people and others < 1:
        raise DomainError(N_("请填人数，或者写上要学的人。"), "others")
    if wanted.at_home and others:
        raise DomainError(N_("送教上门一次只能写一个人的名字，人数留空。"), "others")
    _check_place(village, people, by)
    _refuse_again(course, village, wanted, people, others)
    rows = [_born(course, village, wanted, person=person, headcount=1, by=by) for person in people]
    if others:
        rows.append(_born(course, village, wanted, person=None, headcount=others, by=by))
    return rows


def _check_place(village: str, people: Sequence[Person], by: Actor) -> None:
    found = region(village)
    if found is None or found.level != Level.VILLAGE:
        raise DomainError(N_("请选择村（社区）。"), "village")
    if by.person_id is not None:
        if [person.id for person in people] != [by.person_id] or people[0].region_code != village:
            raise Forbidden(N_("自己点单只能给自己点。"))
        return
    if not lies_in(village, by.area) or not all(lies_in(person.region_code, by.area) for person in people):
        raise Forbidden(NOT_YOURS, "village")


def _refuse_again(course: Course, village: str, wanted: Wanted, people: Sequence[Person], others: int) -> None:
    """Say who asked before; two at the same moment are told by the database."""
    mine = {number: person for person in people for number in row_ids(person.id)}
    query = select(VillageRequest).where(
        VillageRequest.course_id == course.id,
        VillageRequest.status.in_(OPEN),
        VillageRequest.from_on <= wanted.until_on,
        VillageRequest.until_on >= wanted.from_on,
    )
    named = query.where(VillageRequest.person_id.in_(mine)).order_by(VillageRequest.id)
    again = db.session.scalars(named).unique().first() if mine else None
    if again is not None and again.person_id is not None:
        raise Refused(_("%(name)s这段日子已经点过这门课了。", name=mine[again.person_id].name), "names")
    unnamed = query.where(VillageRequest.person_id.is_(None), VillageRequest.region_code == village)
    if others and db.session.scalars(unnamed).unique().first() is not None:
        raise Refused(N_("这个村这段日子已经点过这门课了。人数变了，请先撤回再点。"), "others")


def _born(
    course: Course, village: str, wanted: Wanted, *, person: Person | None, headcount: int, by: Actor
) -> VillageRequest:
    wish = Wanted(wanted.from_on, wanted.until_on, headcount, wanted.at_home, wanted.address, wanted.note)
    refuse_bad_wish(wish, named=person is not None, today=clock.today())
    row = VillageRequest(
        status=RequestStatus.ASKED,
        course_id=course.id,
        region_code=village,
        person_id=person.id if person else None,
        headcount=headcount,
        from_on=wanted.from_on,
        until_on=wanted.until_on,
        note=wanted.note.strip(),
        at_home=wanted.at_home,
        address=wanted.address.strip() if wanted.at_home else None,
        made_by=by.key,
        made_by_name=by.name,
        created_at=clock.now(),
    )
    facts = {"course_id": course.id, "person_id": row.person_id, "people": headcount, "at_home": row.at_home}
    audit.born(row, by=by, facts=facts)
    return row


def answers_for(row: VillageRequest, by: Actor) -> bool:
    """Whether the request is the laborer's own, or lies in the officer's area."""
    if by.person_id is not None:
        return row.person_id in row_ids(by.person_id)
    return lies_in(row.region_code, by.area)


def withdraw(request: VillageRequest, *, by: Actor, reason: str = "") -> None:
    """Take a request back while it stands; an invitation to a class that came of it stays."""
    row = audit.hold(request)
    if not answers_for(row, by):
        raise Forbidden(NOT_YOURS)
    audit.take(row, REQUEST_FLOW, RequestStep.WITHDRAW, by=by, note=reason.strip())
    db.session.flush()


def over(today: date) -> list[int]:
    """The requests whose weeks are gone and nothing came of them."""
    query = select(VillageRequest.id).where(
        VillageRequest.status == RequestStatus.ASKED, VillageRequest.until_on < today
    )
    return list(db.session.scalars(query.order_by(VillageRequest.id)))


def expire(request_id: int) -> None:
    """End a request whose weeks are gone; done twice, it does nothing more."""
    row = audit.hold(db.session.get_one(VillageRequest, request_id))
    if row.status == RequestStatus.ASKED and row.until_on < clock.today():
        audit.take(row, REQUEST_FLOW, RequestStep.EXPIRE, by=SYSTEM)
        db.session.flush()
