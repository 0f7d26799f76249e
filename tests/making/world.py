"""A little world: a county where everything happened once, and people inside and outside of it."""

from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from io import BytesIO
from typing import Any

from sqlalchemy import select

from app.accounts import service as accounts
from app.accounts.models import Deputy, Organization, User
from app.accounts.rules import OrganizationKind
from app.attendance import service as attendance
from app.attendance.models import AttendanceEntry
from app.attendance.queries import signings_of
from app.attendance.queries.codes import token_now
from app.attendance.rules import Moment, Presence
from app.certificates import service as certificates
from app.certificates.queries import batches_of, certificates_of
from app.certificates.service.printing import print_batch
from app.certificates.skills import service as skilled
from app.certificates.stock import service as stock
from app.certificates.verifying.service import list_revocations
from app.classes import printing
from app.classes import service as classes
from app.classes.models import Leave, Seat, Term, TrainingClass
from app.classes.queries import active_seats, sessions_of
from app.classes.rules import LeaveKind, VariationKind
from app.enrollments import service as enrollments
from app.enrollments.denials import service as denials
from app.enrollments.denials.rules import DenialWay
from app.enrollments.models import Enrollment
from app.funding import service as funding
from app.funding.book.binding import bind
from app.funding.models import Claim, Notice, Objection, PaymentBatch
from app.funding.rules.long_steps import LongAct, Target
from app.kernel import clock
from app.kernel.access import SYSTEM, Actor, Role
from app.kernel.database import db
from app.ledger import service as ledger
from app.occupations.queries import all_occupations
from app.outreach import service as outreach
from app.papers.returns import forms_about
from app.papers.service import keep_upload
from app.people import service as people
from app.people.imports import service as imports
from app.people.imports.models import RosterImport
from app.people.models import Group, HouseholdKind, Person, WishKind
from app.people.queries import changes_of
from app.people.sessions import PersonSession
from app.placements import service as placements
from app.placements.queries import placements_of
from app.policies.models import PolicyPack
from app.regions.queries import below
from app.schools import service as schools
from tests.makers import COUNTY, OTHER_COUNTY, TOWNSHIP, VILLAGE, make_organization, make_user
from tests.making import classes as made
from tests.making import funding as paid
from tests.making import outreach as reached
from tests.making import requests as asked
from tests.making import watched
from tests.making.denials import signed_up_by, token_of, village_officer
from tests.making.designs import make_seal
from tests.making.ledger import make_budget, make_quota
from tests.making.lessons import of_lessons
from tests.making.paying import of_payments
from tests.making.people import make_record_import
from tests.making.results import result_sheet_scan
from tests.making.rosters import make_confirmed_plan
from tests.making.schools import furnish

PICTURE = b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
TODAY = date(paid.YEAR, 9, 1)
OFFICES = {Role.VILLAGE_OFFICER: VILLAGE, Role.TOWNSHIP_OFFICER: TOWNSHIP}


@dataclass
class World:
    """The rows by the name that a URL gives them, and who tries them: from within and from outside."""

    story: paid.Story
    rows: dict[str, Any] = field(default_factory=dict)
    inside: dict[Role, Any] = field(default_factory=dict)
    outside: dict[Role, Any] = field(default_factory=dict)


def make_world() -> World:
    """A class of an order paid to the end, with an objection; a variation, a refill, and ordinary misfortunes."""
    story = paid.make_class_story(people_count=3, absent=1, group=Group.DISABLED, order=True)
    world = World(story)
    for papers_of_class in batches_of(story.row.id):
        print_batch(papers_of_class.id)
    batch, objection = _pay(story)
    world.rows = {**_of_class(story.row), **_of_money(batch, objection), **_of_people(story), **_of_school(story)}
    world.rows |= of_payments(story, batch, _scan(story.treasury.as_actor()))
    with clock.at(paid.day(TODAY)):
        world.rows |= _elsewhere(story, world.rows["term_id"])
        world.rows["paper_id"] = printing.print_paper(story.row, "roster", by=story.at.by).id
        world.rows["class_book.paper_id"] = bind(story.row, by=story.at.by).paper_id
        world.rows["claim_book.paper_id"] = bind(batch.transfers[0].claim, by=story.at.by).paper_id
        form = forms_about(printing.about(story.row))[-1]
        scan = printing.scan_paper(story.row, BytesIO(PICTURE), "1.png", code=form.code, by=story.at.by)
        world.rows["scan_id"] = scan.id
        person = db.session.get_one(Person, world.rows["person_id"])
        world.rows |= _of_outreach(person)
        world.rows |= _of_budgets()
        world.rows |= _of_requests(story, person)
        world.rows |= _of_identity(person)
        world.rows["record_import_id"] = make_record_import(person, until=TODAY).id
        _misfortunes()
        world.rows |= _of_denials()
        world.inside, world.outside = _inside(story), _outside()
        world.rows |= watched.of_recordings(story.at, world.inside[Role.SCHOOL_CLERK])
        world.rows |= of_lessons(story.at, person, world.inside[Role.SCHOOL_CLERK].as_actor())
        world.rows |= _of_accounts(world)
        world.rows["import_id"] = _roster(world.inside[Role.VILLAGE_OFFICER].as_actor()).id
    db.session.commit()
    return world


def _pay(story: paid.Story) -> tuple[PaymentBatch, Objection]:
    paid.confirm_placements(story)
    notice = paid.on_notice(story)
    with clock.at(paid.day(notice.from_on)):
        objection = funding.object_to(notice, notice.rows[0]["line_id"], text="这个人没来上过课", contact="13900000000")
        funding.answer_objection(objection, uphold=False, answer="查了考勤，属实。", by=story.second.as_actor())
    with clock.at(paid.day(notice.until_on + timedelta(days=1))):
        funding.close_notice(notice, by=story.second.as_actor())
    batch = paid.requested(story, notice.claim)
    by = story.treasury.as_actor()
    with clock.at(paid.day(paid.paying_day(story) + timedelta(days=1))):
        first, *rest = batch.transfers
        funding.fail_transfer(first, reason="账号不对", by=by)
        for transfer in rest:
            number, fen = f"HD{transfer.id:08d}", transfer.amount_fen
            funding.confirm_transfer(
                transfer, receipt_number=number, amount_fen=fen, paid_on=clock.today(), by=by, upload_id=_scan(by)
            )
    return batch, objection


def _roster(by: Actor) -> RosterImport:
    """A roster that a village officer uploaded."""
    return imports.receive_text("1. 王小花 430681198001010001 13800000000", by=by)


def _scan(by: Actor) -> int:
    """A picture of a paper that somebody uploaded."""
    return keep_upload(BytesIO(PICTURE), "scan.png", ["image/png"], 1_000_000, by=by).id


def _of_class(row: TrainingClass) -> dict[str, Any]:
    session, seat = sessions_of(row.id)[0], active_seats(row.id)[0]
    certificate, batch = certificates_of(row.id)[0], batches_of(row.id)[0]
    entry = db.session.scalars(select(AttendanceEntry).where(AttendanceEntry.class_id == row.id)).first()
    enrollment = db.session.scalars(select(Enrollment).where(Enrollment.seat_id == seat.id)).one()
    assert entry is not None
    doubt = attendance.correct(entry, Presence.LATE, hours=1, reason="来晚了", by=made.clerk_of(row))
    enrollment.consent_upload_id = _scan(SYSTEM)
    result_scan = result_sheet_scan(row)
    by = made.clerk_of(row)
    shown = skilled.Shown("S000143000123253000001", "某评价中心", all_occupations()[0].id, 3, date(2025, 6, 1))
    return {
        "roll_id": stock.receive(
            stock.Delivery("XA", "0001", "0100", date(2025, 6, 1), "省人力资源和社会保障厅"), by=by
        ).id,
        "seal_id": make_seal(row.school, by=by).id,
        "skill_id": skilled.record(seat, shown, BytesIO(PICTURE), "scan.png", by=by).id,
        "class_id": row.id,
        "order_id": row.order_id,
        "course_id": row.course_id,
        "session_id": session.id,
        "seat_id": seat.id,
        "leave_id": _leave(seat).id,
        "entry_id": entry.id,
        "correction_id": doubt.id,
        "signing_id": signings_of(session.id)[0].id,
        "sign.token": token_now(session.id, Moment.IN, clock.now()),
        "enrollment_id": enrollment.id,
        "certificate_id": certificate.id,
        "certificates.batch_id": batch.id,
        "placement_id": placements_of(row.id)[0].id,
        "verify.token": certificate.token,
        "result.scan_id": result_scan.id,
    }


def _leave(seat: Seat) -> Leave:
    """A day off that somebody had told of."""
    day = sessions_of(seat.class_id)[0].on
    facts = {"class_id": seat.class_id, "seat_id": seat.id, "first_on": day, "last_on": day, "kind": LeaveKind.FAMILY}
    leave = Leave(asked_by="system", asked_by_name="系统", asked_at=clock.now(), note="", **facts)
    db.session.add(leave)
    db.session.flush()
    return leave


def _of_money(batch: PaymentBatch, objection: Objection) -> dict[str, Any]:
    claim: Claim = objection.notice.claim
    notice: Notice = objection.notice
    receipt = next(receipt for transfer in batch.transfers for receipt in transfer.receipts)
    target = Target(f"claim:{claim.id}", claim.region_code, claim.organization_id)
    step = funding.start_long_step(LongAct.RECOMPILE, target, lines=len(claim.lines), by=SYSTEM, claim=claim.id)
    return {
        "claim_id": claim.id,
        "line_id": objection.line_id,
        "notice_id": notice.id,
        "objection_id": objection.id,
        "batch_id": batch.id,
        "transfer_id": receipt.transfer_id,
        "receipt_id": receipt.id,
        "budget_id": batch.budget_id,
        "long_step_id": step.id,
    }


def _of_budgets() -> dict[str, Any]:
    """A quota that waits for its leader, and last year's end that waits for a second officer."""
    last_year = make_budget(1_000, year=TODAY.year - 1)
    prepared = ledger.prepare_year_end(last_year, by=make_user(Role.BUREAU_FINANCE).as_actor())
    return {"quota_id": make_quota(make_budget(0), 1_000, authorized=False).id, "year_end_id": prepared.id}


def _of_people(story: paid.Story) -> dict[str, Any]:
    person: Person = active_seats(story.row.id)[0].person
    household = people.make_household(people.NewHousehold(VILLAGE, HouseholdKind.ORDINARY), by=SYSTEM, head=person)
    plan = make_confirmed_plan([person])
    return {
        "person_id": person.id,
        "household_id": household.id,
        "membership_id": person.groups[0].id,
        "plan_id": plan.id,
        "policy_pack_id": db.session.scalars(select(PolicyPack.id)).first(),
    }


def _of_identity(person: Person) -> dict[str, Any]:
    """What changes on a person: a value, a wish, phones that somebody gave; two rows merged and one yet to be."""
    people.change(person, people.PersonChanges(address="示例路 1 号"), by=SYSTEM)
    wish = people.tell_wish(person, people.NewWish(WishKind.PLACE, "本镇"), by=SYSTEM)
    claims = [people.claim_phone(person, f"1390000001{number}", by=SYSTEM) for number in range(3)]
    for claim, decide in zip(claims, (people.confirm_phone, people.reject_phone), strict=False):
        decide(claim, by=SYSTEM, note="问过了")  # type: ignore[arg-type]  # each phone is new, so each was taken
    kept, dropped, other = (made.make_person() for _ in range(3))
    merge = people.merge(kept, dropped, by=SYSTEM, reason="同一个人")
    change = db.session.scalars(changes_of(person.id)).first()
    assert change is not None
    ids = {"wish_id": wish.id, "change_id": change.id, "merge_id": merge.id, "other_id": other.id}
    return ids | {"phone_claim_id": claims[-1].id if claims[-1] else 0}


def _of_outreach(person: Person) -> dict[str, Any]:
    """Two rounds in the person's village, the earlier one over; a card answered, a service noted."""
    by = reached.township_officer()
    earlier = reached.make_round(by)
    reached.answer(reached.card_of(person, earlier), by)
    outreach.close_round(earlier, by=by)
    later = reached.make_round(by)
    record = reached.note(person, by)
    outreach.strike(reached.note(person, by), reason="记错了", by=by)
    return {"round_id": later.id, "card_id": reached.card_of(person, later).id, "record_id": record.id}


def _of_requests(story: paid.Story, person: Person) -> dict[str, Any]:
    """A village's request that waits for more people; a home that the school goes to."""
    at, course = story.at, story.row.course
    (pooled,) = asked.ask(course, others=3, days=(20, 300))
    home = asked.arranged(asked.ask_home(course, person), at)
    return {"request_id": home.id, "pool.request_id": pooled.id}


def _of_school(story: paid.Story) -> dict[str, Any]:
    at = story.at
    term = Term(school_id=at.school.id, name="2026年第一期", created_at=clock.now())
    db.session.add(term)
    db.session.flush()
    return _furnished(at) | {
        "school_id": at.school.id,
        "organization_id": at.school.id,
        "site_id": at.site.id,
        "instructor_id": at.teacher.id,
        "term_id": term.id,
    }


def _furnished(at: made.SchoolSet) -> dict[str, Any]:
    """What belongs to a school: rooms, machines, a listing, an owner's firm, a change of account."""
    here, by = furnish(at.school, at.site), at.by
    change = accounts.ask_bank_change(
        at.school.organization, bank_name="示例银行", bank_account="9999000000000001", reason="基本户迁址", by=by
    )
    officer = make_user(Role.TRAINING_OFFICER, area=(COUNTY,)).as_actor()
    check = schools.check_place(
        here.village_site,
        schools.NewPlaceCheck(clock.today(), exists=True, fit=True, upload_id=_scan(officer)),
        by=officer,
    )
    return {
        "room_id": here.room.id,
        "machine_id": here.machine.id,
        "listing_id": here.listing.id,
        "firm_id": here.firm.id,
        "qualification_id": at.teacher.qualifications[0].id,
        "bank_change_id": change.id,
        "village.site_id": here.village_site.id,
        "place_check_id": check.id,
    }


def _elsewhere(story: paid.Story, term_id: int) -> dict[str, Any]:
    """An approved class of the same school, in a term, with a change asked for; the bureau, which may place orders."""
    make_organization(OrganizationKind.BUREAU)
    row = made.make_approved_class(2, at=story.at)
    row.term_id = term_id
    asked = classes.ask_variation(row, VariationKind.POSTPONE, {"days": 7}, "天气不好", by=story.at.by)
    return {"variation_id": asked.id}


def _misfortunes() -> None:
    """People who leave and wait, a class cancelled, an order withdrawn, a certificate revoked, a firm turned down."""
    officer = made.officer()
    full = made.make_class(capacity=1)
    first = made.enter(full)
    made.enter(full)
    enrollments.withdraw(first, by=SYSTEM, reason="家里有事")
    made.enter(full)
    classes.cancel(full, reason="人太少", by=made.clerk_of(full))
    other = paid.make_class_story(people_count=2, absent=0)
    claim = paid.submitted(other)
    funding.withdraw_claim(claim, by=other.at.by, reason="漏了一个人")
    placement = placements_of(other.row.id)[0]
    placements.decline(placement, reason="去外地了", by=officer)
    placements.reopen(placement, reason="又回来了", by=officer)
    certificates.revoke(certificates_of(other.row.id)[0], reason="查实冒名顶替", by=officer)
    list_revocations()
    closed = make_user(Role.AUDITOR)
    accounts.close(closed, by=SYSTEM, note="调走了")
    firm = make_organization(OrganizationKind.EMPLOYER)
    accounts.suspend(firm, note="停业整顿", by=officer)
    accounts.resume(firm, by=officer)


def _of_denials() -> dict[str, Any]:
    """Two people signed up by a village officer who say no: one found true, one not decided yet."""
    officer, bureau = village_officer(), made.officer()
    upheld = denials.deny(signed_up_by(officer), way=DenialWay.HOTLINE, by=bureau, words="没人问过我")
    denials.decide(upheld, uphold=True, reason="签字是别人代签的", by=bureau)
    row = signed_up_by(officer)
    denial = denials.deny(row, way=DenialWay.INSPECTION, by=bureau, words="没报过")
    return {"denial_id": denial.id, "denial.token": token_of(row)}


def _inside(story: paid.Story) -> dict[Role, Any]:
    """Everyone of the county, and of the school and firm that the story is about."""
    school = db.session.get_one(Organization, story.at.school.id)
    order = story.row.order
    assert order is not None
    people_there: dict[Role, Any] = {
        Role.LABORER: PersonSession(active_seats(story.row.id)[0].person),
        Role.SCHOOL_CLERK: make_user(Role.SCHOOL_CLERK, organization=school),
        Role.TEACHER: make_user(Role.TEACHER, organization=school),
        Role.ASSESSOR: story.at.assessor.user or db.session.get_one(User, story.at.assessor.user_id),
        Role.EMPLOYER: make_user(Role.EMPLOYER, organization=order.organization),
    }
    story.at.teacher.user_id = people_there[Role.TEACHER].id
    return people_there | _offices(OFFICES, COUNTY)


def _outside() -> dict[Role, Any]:
    """The same in another county, at another school and firm."""
    villages = [region.code for region in below(OTHER_COUNTY, 5)]
    towns = [region.code for region in below(OTHER_COUNTY, 4)]
    at = made.make_school_set(OTHER_COUNTY)
    school = at.school.organization
    teacher, assessor = (make_user(role, organization=school) for role in (Role.TEACHER, Role.ASSESSOR))
    at.teacher.user_id, at.assessor.user_id = teacher.id, assessor.id
    return {
        Role.LABORER: PersonSession(made.make_person(village=villages[0])),
        Role.SCHOOL_CLERK: at.clerk,
        Role.TEACHER: teacher,
        Role.ASSESSOR: assessor,
        Role.EMPLOYER: make_user(
            Role.EMPLOYER, organization=make_organization(OrganizationKind.EMPLOYER, OTHER_COUNTY)
        ),
    } | _offices({Role.VILLAGE_OFFICER: villages[0], Role.TOWNSHIP_OFFICER: towns[0]}, OTHER_COUNTY)


def _offices(places: Mapping[Role, str], county: str) -> dict[Role, Any]:
    bound = {Role.LABORER, Role.SCHOOL_CLERK, Role.TEACHER, Role.ASSESSOR, Role.EMPLOYER}
    return {role: make_user(role, area=(places.get(role, county),)) for role in Role if role not in bound}


def _of_accounts(world: World) -> dict[str, Any]:
    """An account of the county, and who stands in for it."""
    user, deputy = world.inside[Role.AUDITOR], make_user(Role.AUDITOR)
    row: Deputy = accounts.appoint_deputy(
        user, deputy, from_on=TODAY, until_on=TODAY + timedelta(days=9), reason="出差", by=SYSTEM
    )
    return {"user_id": user.id, "deputy_id": row.id, "one_time_link.token": accounts.reset_password(deputy, by=SYSTEM)}


def actor_of(account: Any) -> Actor:
    """An account or a laborer's session as services know it."""
    found: Actor = account.as_actor()
    return found
