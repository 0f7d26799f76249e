"""Posts and livelihoods taken up: expected at issue, confirmed by the one who can know."""

from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import DBAPIError

from app.accounts.models import Organization, User
from app.accounts.service import declare_interest
from app.audit.queries import events_of
from app.classes.models import ClassPlace, TrainingClass
from app.classes.queries import active_seats
from app.classes.rules import PlaceStatus
from app.kernel import clock
from app.kernel.access import Actor, Role
from app.kernel.database import db, transaction
from app.kernel.errors import DomainError, Forbidden, NotFound, Refused
from app.messages.models import Message
from app.placements import queries
from app.placements import service as placements
from app.placements.models import Placement, PlacementProof
from app.placements.rules import PlacementStatus, ProofKind
from app.placements.signals import placement_reopening
from app.schools import service as schools
from app.schools.models import School
from tests.makers import OTHER_COUNTY, TOWNSHIP, VILLAGE, SignIn, make_organization, make_user
from tests.making.classes import clerk_of, make_order, officer
from tests.making.results import issue, make_assessed_class

pytestmark = pytest.mark.usefixtures("session")


def hired(people: int = 1) -> tuple[TrainingClass, list[Placement], Actor]:
    """A certified class for an order, its placements, and the employer."""
    order = make_order()
    class_ = make_assessed_class(people, order=order)
    issue(class_)
    employer = make_user(Role.EMPLOYER, organization=order.organization).as_actor()
    return class_, list(queries.placements_of(class_.id)), employer


def own_livelihood() -> tuple[TrainingClass, Placement]:
    class_ = make_assessed_class(1)
    issue(class_)
    return class_, queries.placements_of(class_.id)[0]


def later(class_: TrainingClass) -> AbstractContextManager[None]:
    return clock.at(clock.moment_of(class_.end_on + timedelta(days=10), 9))


def confirm(placement: Placement, class_: TrainingClass, by: Actor) -> None:
    with later(class_):
        placements.confirm(
            placement, took_up_on=class_.end_on + timedelta(days=3), pay_fen=450_000, proof="已签劳动合同", by=by
        )


def test_everyone_certified_is_expected_at_the_post_of_the_seat() -> None:
    class_, expected, employer = hired(2)
    seats = {seat.id: seat for seat in active_seats(class_.id)}
    for placement in expected:
        seat = seats[placement.seat_id]
        assert placement.status is PlacementStatus.EXPECTED
        assert (placement.order_id, placement.post_number) == (class_.order_id, seat.post_number)
        assert placement.organization_id == employer.organization_id
    assert len(expected) == 2


def test_a_livelihood_is_expected_without_an_employer() -> None:
    _class, placement = own_livelihood()
    assert placement.organization_id is None
    assert placement.livelihood


def test_the_employer_confirms_who_since_when_and_at_what_pay() -> None:
    class_, (placement,), employer = hired()
    confirm(placement, class_, employer)
    assert placement.status is PlacementStatus.CONFIRMED
    assert placement.took_up_on == class_.end_on + timedelta(days=3)
    assert (placement.pay_fen, placement.proof, placement.confirmed_by) == (450_000, "已签劳动合同", employer.key)


def test_an_employer_never_confirms_others_people_and_nobody_else_confirms_its_own() -> None:
    class_, (placement,), _employer = hired()
    other = make_user(Role.EMPLOYER, organization=make_organization()).as_actor()
    for by in (other, officer(), make_user(Role.VILLAGE_OFFICER, area=(VILLAGE,)).as_actor(), clerk_of(class_)):
        with pytest.raises(Forbidden):
            confirm(placement, class_, by)
        with pytest.raises(Forbidden):
            placements.decline(placement, reason="没来", by=by)
    with pytest.raises(NotFound):
        queries.placement_for(other, placement.id)


def test_a_livelihood_is_confirmed_by_an_officer_of_the_area_and_by_no_employer() -> None:
    class_, placement = own_livelihood()
    outside = make_user(Role.TOWNSHIP_OFFICER, area=(OTHER_COUNTY,)).as_actor()
    employer = make_user(Role.EMPLOYER, organization=make_organization()).as_actor()
    for by in (outside, employer):
        with pytest.raises(Forbidden):
            confirm(placement, class_, by)
    confirm(placement, class_, make_user(Role.TOWNSHIP_OFFICER, area=(TOWNSHIP,)).as_actor())
    assert placement.status is PlacementStatus.CONFIRMED


@pytest.mark.parametrize(
    ("days", "pay", "proof", "field"),
    [
        (30, None, "合同", "took_up_on"),
        (-200, None, "合同", "took_up_on"),
        (1, 0, "合同", "pay_fen"),
        (1, None, " ", "proof"),
    ],
)
def test_what_is_wrong_with_a_confirmation_is_said_at_its_field(
    days: int, pay: int | None, proof: str, field: str
) -> None:
    class_, (placement,), employer = hired()
    with later(class_), pytest.raises(DomainError) as refused:
        placements.confirm(
            placement, took_up_on=class_.end_on + timedelta(days=days), pay_fen=pay, proof=proof, by=employer
        )
    assert refused.value.field == field
    assert placement.status is PlacementStatus.EXPECTED


def test_not_taken_up_has_a_reason_and_may_be_corrected_before_the_claim() -> None:
    class_, (placement,), employer = hired()
    with pytest.raises(DomainError):
        placements.decline(placement, reason="", by=employer)
    placements.decline(placement, reason="去了外省", by=employer)
    with pytest.raises(DomainError):
        placements.reopen(placement, reason=" ", by=employer)
    placements.reopen(placement, reason="其实来了", by=employer)
    confirm(placement, class_, employer)
    assert [event.note for event in events_of(placement) if event.action == "decline"] == ["去了外省"]
    assert placement.status is PlacementStatus.CONFIRMED


def test_once_claimed_nothing_is_corrected() -> None:
    class_, (placement,), employer = hired()
    confirm(placement, class_, employer)
    place = db.session.get_one(ClassPlace, (class_.id, active_seats(class_.id)[0].place_no))
    place.status = PlaceStatus.CLAIMED
    db.session.flush()
    with pytest.raises(Refused, match="已经申领"):
        placements.reopen(placement, reason="写错了", by=employer)


def test_a_later_step_that_built_on_it_may_forbid_the_correction() -> None:
    class_, (placement,), employer = hired()
    confirm(placement, class_, employer)

    def forbid(_placement: Placement, **_more: object) -> None:
        raise Refused("已申领")

    with placement_reopening.connected_to(forbid), pytest.raises(Refused, match="已申领"):
        placements.reopen(placement, reason="写错了", by=employer)
    assert placement.status is PlacementStatus.CONFIRMED


def test_an_employer_sees_its_own_an_officer_the_area_a_school_its_classes() -> None:
    class_, (placement,), employer = hired()
    for by in (employer, officer(), clerk_of(class_), make_user(Role.AUDITOR).as_actor()):
        assert queries.placement_for(by, placement.id) is placement
    for by in (officer((OTHER_COUNTY,)), make_user(Role.SCHOOL_CLERK, organization=make_organization()).as_actor()):
        with pytest.raises(NotFound):
            queries.placement_for(by, placement.id)


def owned() -> tuple[TrainingClass, Placement, Actor]:
    """A certified class whose school has the same owner as the employer, its placement, and the employer."""
    class_, (placement,), employer = hired()
    firm = db.session.get_one(Organization, employer.organization_id)
    school = db.session.get_one(School, class_.school_id)
    schools.declare_firm(
        school, owner_name="许望生", firm_name=firm.name, credit_code=firm.credit_code, by=clerk_of(class_)
    )
    return class_, placement, employer


def prove(placement: Placement, class_: TrainingClass, by: Actor, note: str = "2026 年 5 月起缴养老保险") -> None:
    with later(class_):
        placements.record_proof(
            placement,
            ProofKind.SOCIAL_INSURANCE,
            seen_on=class_.end_on + timedelta(days=4),
            note=note,
            by=by,
        )


def village_officer() -> Actor:
    return make_user(Role.VILLAGE_OFFICER, area=(VILLAGE,)).as_actor()


def test_the_firm_of_the_schools_owner_is_never_the_only_proof_of_employment() -> None:
    class_, placement, employer = owned()
    with pytest.raises(Refused, match="同一业主"):
        confirm(placement, class_, employer)
    assert placement.status is PlacementStatus.EXPECTED
    prove(placement, class_, village_officer())
    confirm(placement, class_, employer)
    taken = [event for event in events_of(placement) if event.action == "confirm"]
    assert placement.status is PlacementStatus.CONFIRMED
    assert taken[0].facts["proofs"] == [row.id for row in queries.proofs_of(placement.id)]


def test_no_sql_confirms_on_the_word_of_the_schools_owner_alone() -> None:
    class_, placement, _employer = owned()
    statement = update(Placement).where(Placement.id == placement.id)
    values = {"status": PlacementStatus.CONFIRMED, "took_up_on": class_.end_on}
    with pytest.raises(DBAPIError, match="owner alone"), db.session.begin_nested():
        db.session.execute(statement.values(values))
    prove(placement, class_, village_officer())
    db.session.execute(statement.values(values))


def test_what_the_employer_declared_itself_binds_it_as_much() -> None:
    class_, (placement,), employer = hired()
    declare_interest(
        employer.organization_id or 0,
        nature="同一个老板",
        by=employer,
        other_organization_id=class_.school_id,
        same_owner=True,
    )
    with pytest.raises(Refused, match="同一业主"):
        confirm(placement, class_, employer)


def test_neither_firm_nor_school_nor_a_tied_or_far_officer_writes_down_another_proof() -> None:
    class_, placement, employer = owned()
    tied = village_officer()
    declare_interest(class_.school_id, nature="亲属在校", by=tied, user_id=tied.user_id)
    far = make_user(Role.VILLAGE_OFFICER, area=(OTHER_COUNTY,)).as_actor()
    for by in (employer, clerk_of(class_), tied, far):
        with pytest.raises(Forbidden):
            prove(placement, class_, by)
    assert queries.proofs_of(placement.id) == []


def test_no_sql_writes_a_proof_in_the_name_of_the_firm_and_none_is_changed_or_taken_back() -> None:
    class_, placement, employer = owned()
    row = {"placement_id": placement.id, "kind": ProofKind.WAGE_SLIP, "seen_on": class_.end_on, "note": "工资条"}
    row |= {"recorded_by": employer.key, "recorded_by_name": "单位", "created_at": clock.now()}
    with pytest.raises(DBAPIError, match="no officer saw"), db.session.begin_nested():
        db.session.execute(insert(PlacementProof), row)
    prove(placement, class_, village_officer())
    for statement in (update(PlacementProof).values(note="另一句"), delete(PlacementProof)):
        with pytest.raises(DBAPIError, match="never changed"), db.session.begin_nested():
            db.session.execute(statement)


@pytest.mark.parametrize(
    ("days", "note", "field"), [(-300, "社保", "seen_on"), (99, "社保", "seen_on"), (1, " ", "note")]
)
def test_what_is_wrong_with_a_proof_is_said_at_its_field(days: int, note: str, field: str) -> None:
    class_, placement, _employer = owned()
    with later(class_), pytest.raises(DomainError) as refused:
        placements.record_proof(
            placement,
            ProofKind.BANK_WAGES,
            seen_on=class_.end_on + timedelta(days=days),
            note=note,
            by=village_officer(),
        )
    assert refused.value.field == field


def test_who_can_give_another_proof_is_asked_when_people_are_expected_at_the_owners_firm() -> None:
    order, by = make_order(), village_officer()
    class_ = make_assessed_class(1, order=order)
    school = db.session.get_one(School, class_.school_id)
    code = order.organization.credit_code
    schools.declare_firm(school, owner_name="许望生", firm_name="同一业主的公司", credit_code=code, by=clerk_of(class_))
    issue(class_)
    told = db.session.scalars(select(Message).where(Message.recipient == by.key)).all()
    assert ["同一业主" in message.text for message in told] == [True]


def test_the_owners_firm_sees_what_is_missing_and_an_officer_writes_it_down_on_the_page(sign_in: SignIn) -> None:
    with transaction():
        class_, placement, employer = owned()
        officer_ = make_user(Role.VILLAGE_OFFICER, area=(VILLAGE,))
    firm = db.session.get_one(User, employer.user_id)
    seen = {"kind": "bank_wages", "seen_on": class_.end_on.isoformat(), "note": "五月代发流水"}
    confirmation = {"took_up_on": (class_.end_on + timedelta(days=3)).isoformat(), "proof": "contract"}
    with later(class_):
        client = sign_in(firm)
        page = client.get(f"/placements/{placement.id}").text
        assert "学校与订单单位是同一业主" in page
        assert "记一项证明" not in page
        assert "要另一项证明" in client.get("/placements").text
        refused = client.post(f"/placements/{placement.id}/confirm", data=confirmation)
        assert refused.status_code == 409
        assert "不能只凭它一家的话" in refused.text
        assert client.post(f"/placements/{placement.id}/proofs", data=seen).status_code == 403
        client = sign_in(officer_)
        wrong = client.post(f"/placements/{placement.id}/proofs", data={"kind": "bank_wages", "note": "工资"})
        assert wrong.status_code == 422
        assert 'id="seen_on-error"' in wrong.text
        assert client.post(f"/placements/{placement.id}/proofs", data=seen).status_code == 303
        assert sign_in(firm).post(f"/placements/{placement.id}/confirm", data=confirmation).status_code == 303
    db.session.expire_all()
    assert placement.status is PlacementStatus.CONFIRMED


def test_no_sql_places_somebody_without_a_certificate() -> None:
    class_, placement = own_livelihood()
    other = make_assessed_class(1)
    row = {column.key: getattr(placement, column.key) for column in Placement.__table__.columns if column.key != "id"}
    seat = active_seats(other.id)[0]
    with pytest.raises(DBAPIError, match="has no certificate"), db.session.begin_nested():
        db.session.execute(
            insert(Placement), row | {"seat_id": seat.id, "class_id": other.id, "person_id": seat.person_id}
        )
    assert class_.id != other.id
