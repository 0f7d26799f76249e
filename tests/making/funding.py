"""Classes that may be claimed for, and claims at each step, through the services."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import select, text

from app.accounts.models import User
from app.assessments import service as assessments
from app.attendance import service as attendance
from app.attendance.rules import Method, Presence
from app.certificates import service as certificates
from app.classes import service as classes
from app.classes.models import Seat, TrainingClass
from app.classes.queries import active_seats, sessions_of
from app.enrollments import service as enrollments
from app.enrollments.rules import Consent
from app.funding import service
from app.funding.models import CardCheck, Claim, Notice, PaymentBatch, Transfer
from app.funding.rules import ClaimStatus, LineStatus
from app.funding.rules.paying import CardWay
from app.kernel import clock
from app.kernel.access import SYSTEM, Role
from app.kernel.database import db
from app.ledger.models import Budget
from app.ledger.queries import budget
from app.people import service as people
from app.people.models import Group, Person, SubsidyUse, UseStatus
from app.placements import service as placements
from app.placements.queries import placement_of_seat
from tests.makers import COUNTY, VILLAGE, make_user
from tests.making import classes as made
from tests.making.ledger import make_budget
from tests.making.results import announce

YEAR = 2026
FILED = date(YEAR, 3, 2)
BEGINS = date(YEAR, 3, 16)


def day(on: date, hour: int = 9) -> datetime:
    """A local moment."""
    return clock.moment_of(on, hour)


def make_trainee(number: int, *, group: Group = Group.RURAL_TRANSFER, account: bool = True) -> Person:
    """A laborer with a bank account, in a group the policy pays for."""
    facts = people.NewPerson(
        name=f"学员{'甲乙丙丁戊己庚辛壬癸'[number % 10]}",
        id_number=made.id_number(next(made._numbers)),
        region_code=VILLAGE,
        phone=f"138{number:08d}",
        payee_account=f"6230000000{number:09d}" if account else "",
        payee_bank="示例银行弼时支行" if account else "",
        groups=(people.NewGroup(group, "证明 001", valid_from=date(2024, 1, 1)),),
    )
    return people.find_or_register(facts, by=SYSTEM)


@dataclass
class Story:
    """One class with everybody who has to do with it; each step at its day."""

    at: made.SchoolSet
    row: TrainingClass
    budget: Budget
    first: User
    second: User
    signer: User
    finance: User
    treasury: User
    checker: User
    seats: list[Seat] = field(default_factory=list)
    ended: date = BEGINS

    @property
    def claimed(self) -> date:
        """The day of the claim: a week after the end."""
        return self.ended + timedelta(days=7)


def make_class_story(
    *,
    people_count: int = 4,
    absent: int = 1,
    came: int = 0,
    group: Group = Group.RURAL_TRANSFER,
    without_account: int = 0,
    money_fen: int = 100_000_000,
    order: bool = False,
    changed: Callable[[TrainingClass], object] = lambda _row: None,
    beside: "Story | None" = None,
) -> Story:
    """A class that was held, assessed and certified: the last `absent` came `came` times; `changed` once it began.

    `beside` is another class of the same school, paid from the same budget, which this one follows.
    """
    begins = BEGINS if beside is None else beside.ended + timedelta(days=10)
    with clock.at(day(FILED)):
        money = make_budget(money_fen, year=YEAR) if beside is None else beside.budget
        at = made.make_school_set() if beside is None else beside.at
        wanted = made.make_order(headcount=people_count) if order else None
        short = {"occupation_id": made.occupation_id("5-01-02-01"), "theory_hours": 21, "practice_hours": 42}
        course = made.make_course(at) if wanted else made.make_course(at, "farm_skills", title="稻虾共作", **short)
        row = made.make_class(at, course, order=wanted, start_on=begins, capacity=people_count)
        for number in range(people_count):
            person = make_trainee(number, group=group, account=number >= without_account)
            enrollments.enroll(row.id, person, by=SYSTEM, consent=Consent.WITNESSED, consent_note="村委会李示例在场")
        classes.propose_posts(row, by=at.by)
        classes.file(row, by=at.by)
        classes.approve(row, by=made.officer(), budget_id=money.id)
    _hold_class(at, row, begins, absent=absent, came=came, changed=changed)
    ended = max(session.on for session in sessions_of(row.id))
    return Story(
        at,
        row,
        budget(money.id),
        first=make_user(Role.FIRST_REVIEWER),
        second=make_user(Role.SECOND_REVIEWER),
        signer=make_user(Role.SIGNER),
        finance=make_user(Role.BUREAU_FINANCE),
        treasury=make_user(Role.TREASURY),
        checker=make_user(Role.BUREAU_FINANCE),
        seats=list(active_seats(row.id)),
        ended=ended,
    )


def _hold_class(
    at: made.SchoolSet,
    row: TrainingClass,
    begins: date,
    *,
    absent: int,
    came: int,
    changed: Callable[[TrainingClass], object],
) -> None:
    seats = list(active_seats(row.id))
    missing = {seat.id for seat in seats[len(seats) - absent :]} if absent else set()
    with clock.at(day(begins, 7)):
        classes.begin(row, by=at.by)
        changed(row)
    sessions = sessions_of(row.id)
    with clock.at(sessions[-1].ends_at):
        for number, session in enumerate(sessions):
            away = missing if number >= came else set()
            presence = {seat.id: Presence.ABSENT if seat.id in away else Presence.PRESENT for seat in seats}
            attendance.mark(session, presence, by=at.by, method=Method.ROLL_CALL)
    with clock.at(sessions[-1].ends_at + timedelta(hours=1)):
        classes.end(row, by=at.by)
        _assess(at, row, seats)
        if len(missing) < len(seats):
            certificates.issue(row, by=at.by)


def _assess(at: made.SchoolSet, row: TrainingClass, seats: list[Seat]) -> None:
    assessor = make_user(Role.ASSESSOR, organization=at.school.organization)
    at.assessor.user_id = assessor.id
    db.session.flush()
    announce(row)
    assessments.mark(row, {seat.id: {1: 80, 2: 85} for seat in seats}, by=assessor.as_actor())
    assessments.confirm(row, by=assessor.as_actor())


def uses_of(story: Story) -> set[UseStatus]:
    """What the trainees' records say of this training."""
    people_ids = [seat.person_id for seat in story.seats]
    return set(db.session.scalars(select(SubsidyUse.status).where(SubsidyUse.person_id.in_(people_ids))))


def confirm_placements(story: Story) -> None:
    """Everyone certified took up what they trained for."""
    officer = made.officer()
    with clock.at(day(story.ended + timedelta(days=2))):
        for seat in story.seats:
            placement = placement_of_seat(seat.id)
            if placement is None:
                continue
            by = officer
            if placement.organization_id is not None:
                firm = db.session.get_one(type(story.at.school.organization), placement.organization_id)
                by = make_user(Role.EMPLOYER, organization=firm).as_actor()
            placements.confirm(placement, took_up_on=clock.today(), pay_fen=400_000, proof="合同", by=by)


def submitted(story: Story, *more: Story) -> Claim:
    """The claim, submitted; with the classes of more stories in it."""
    with clock.at(day(max(one.claimed for one in (story, *more)))):
        claim = service.compile_claim(story.row, *(one.row for one in more), by=story.at.by)
        service.submit(claim, by=story.at.by)
    return claim


def _pass_all(claim: Claim, reviewer: User) -> None:
    """The clean lines at once, the others one by one."""
    service.pass_clean(claim, by=reviewer.as_actor())
    for line in claim.lines:
        is_first = claim.status == ClaimStatus.SUBMITTED
        if line.status == LineStatus.OPEN and not (line.first_passed if is_first else line.second_passed):
            service.pass_line(line, by=reviewer.as_actor())


def first_reviewed(story: Story, claim: Claim | None = None) -> Claim:
    """The claim after a clean first review."""
    claim = claim or submitted(story)
    with clock.at(day(story.claimed + timedelta(days=1))):
        _pass_all(claim, story.first)
        service.finish_first_review(claim, by=story.first.as_actor())
    return claim


def signed(story: Story, claim: Claim | None = None) -> Claim:
    """The claim after second review and sign-off."""
    claim = first_reviewed(story, claim)
    with clock.at(day(story.claimed + timedelta(days=2))):
        _pass_all(claim, story.second)
        service.finish_second_review(claim, by=story.second.as_actor())
        service.sign(claim, by=story.signer.as_actor())
    return claim


def on_notice(story: Story, claim: Claim | None = None) -> Notice:
    """The claim's public notice, running."""
    claim = signed(story, claim)
    with clock.at(day(story.claimed + timedelta(days=3))):
        return service.publish_notice(claim, by=story.second.as_actor())


def approved(story: Story, claim: Claim | None = None) -> Claim:
    """The claim after its notice ended."""
    notice = on_notice(story, claim)
    with clock.at(day(notice.until_on + timedelta(days=1))):
        service.close_notice(notice, by=story.second.as_actor())
    return notice.claim


def batched(story: Story, claim: Claim | None = None) -> PaymentBatch:
    """The request for funds of the claim, made and not checked yet."""
    claim = claim or approved(story)
    with clock.at(day(paying_day(story))):
        return service.request_funds([claim], by=story.finance.as_actor())


def requested(story: Story, claim: Claim | None = None) -> PaymentBatch:
    """The request for funds of the claim, made by one and checked by another."""
    batch = batched(story, claim)
    with clock.at(day(paying_day(story), 10)):
        service.check_batch(batch, by=story.checker.as_actor())
    return batch


def laws_hold() -> None:
    """Every law that waits for the end of a transaction holds now."""
    db.session.flush()
    db.session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    db.session.execute(text("SET CONSTRAINTS ALL DEFERRED"))


def card_confirmed(story: Story, transfer: Transfer, account: str = "6230000000888888888") -> CardCheck:
    """The card of a failed payment, confirmed again by its person and a second officer."""
    with clock.at(day(paying_day(story) + timedelta(days=1), 12)):
        check = service.state_card(
            transfer, account=account, bank="示例银行", way=CardWay.IN_PERSON, by=story.finance.as_actor()
        )
        service.confirm_card(check, account=account, by=story.checker.as_actor())
    return check


def paying_day(story: Story) -> date:
    """A day on which the notice is over."""
    return story.claimed + timedelta(days=20)


__all__ = ["COUNTY", "Story"]
