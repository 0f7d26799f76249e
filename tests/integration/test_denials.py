"""People who say that they never signed up: one tap, asked aloud, by hotline; the seat held, decided by another."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from app.audit.models import Event
from app.enrollments import service as enrollments
from app.enrollments.denials import queries, service
from app.enrollments.denials.links import send_link
from app.enrollments.denials.models import Denial, DenialLink
from app.enrollments.denials.rules import DenialStatus, DenialWay
from app.enrollments.models import Enrollment
from app.enrollments.queries import reference
from app.enrollments.rules import Consent, EnrollmentStatus
from app.kernel import clock
from app.kernel.access import SYSTEM, Actor, Role
from app.kernel.database import db, transaction
from app.kernel.errors import Forbidden, NotFound, Refused
from app.messages.models import Message
from app.people.models import SubsidyUse
from app.regions.queries import below
from tests.makers import OTHER_COUNTY, make_user
from tests.making.classes import begin_class, clerk_of, make_approved_class, make_class, make_person, officer
from tests.making.denials import phoneless, signed_up_by, token_of, village_officer
from tests.making.enrollments import enroll, laborer

pytestmark = pytest.mark.usefixtures("session")
SignIn = Callable[[Any], FlaskClient]
BY_HAND = "UPDATE denials SET decided_by = signed_up_by, status = 'rejected', reason = '没事'"


@pytest.fixture
def row() -> Enrollment:
    """Somebody signed up by the village officer."""
    made = signed_up_by(village_officer())
    db.session.commit()
    return made


def inspector() -> Actor:
    return make_user(Role.FIRST_REVIEWER).as_actor()


def denied(row: Enrollment) -> Denial:
    return service.deny(row, way=DenialWay.HOTLINE, by=inspector(), words="没人问过我")


def counting(row: Enrollment) -> str | None:
    use = db.session.scalars(select(SubsidyUse).where(SubsidyUse.reference == reference(row.id))).first()
    return None if use is None else str(use.status)


def test_whoever_is_signed_up_by_another_is_told_by_whom_for_what_with_a_link(row: Enrollment) -> None:
    query = select(Message).where(Message.recipient == f"person:{row.person_id}")
    texts = [str(message.text) for message in db.session.scalars(query)]
    words = next(words for words in texts if "/no/" in words)
    for part in ("周干事", row.training_class.name, row.training_class.start_on.isoformat()):
        assert part in words
    assert row.person.name not in words
    link = queries.link_of(row.id)
    assert link is not None
    assert token_of(row).encode() not in link.token_hash
    assert link.expires_at >= clock.moment_of(row.training_class.end_on + timedelta(days=1), 0)


def test_who_signs_up_alone_gets_no_link() -> None:
    person = make_person()
    made = enroll(make_class(), person, by=laborer(person))
    assert queries.link_of(made.id) is None


def test_looking_at_the_link_writes_nothing_and_one_tap_opens_the_case(client: FlaskClient, row: Enrollment) -> None:
    address = f"/no/{token_of(row)}"
    page = client.get(address)
    assert page.status_code == 200
    for part in (row.training_class.name, row.training_class.site.name, "不是我要报的"):
        assert part in page.text
    assert row.person.name not in page.text
    assert "<script" not in page.text
    assert len(page.data) < 6000
    assert page.headers["Cache-Control"] == "no-store"
    assert queries.denials_of(row.id) == []
    answer = client.post(address)
    assert answer.status_code == 303
    assert "已经记下" in client.get(answer.location).text
    (denial,) = queries.denials_of(row.id)
    assert (denial.way, denial.status, denial.recorded_by) == (
        DenialWay.LINK,
        DenialStatus.OPEN,
        f"person:{row.person_id}",
    )
    client.post(address)
    assert len(queries.denials_of(row.id)) == 1


def test_the_button_works_without_a_cookie_and_a_form_token(client: FlaskClient, app: Any, row: Enrollment) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        assert client.post(f"/no/{token_of(row)}").status_code == 303
    finally:
        app.config["WTF_CSRF_ENABLED"] = False


def test_a_wrong_or_late_link_opens_nothing(client: FlaskClient, row: Enrollment) -> None:
    assert client.get("/no/not-a-token").status_code == 404
    assert client.post("/no/not-a-token").status_code == 404
    link = queries.link_of(row.id)
    assert link is not None
    with clock.at(link.expires_at + timedelta(seconds=1)):
        assert "已经过期" in client.get(f"/no/{token_of(row)}").text
        assert client.post(f"/no/{token_of(row)}").status_code == 409
    assert queries.denials_of(row.id) == []


def test_a_link_of_a_sign_up_that_is_over_says_so(client: FlaskClient, row: Enrollment) -> None:
    token = token_of(row)
    enrollments.withdraw(row, by=laborer(row.person))
    db.session.commit()
    assert "已经退掉" in client.get(f"/no/{token}").text
    assert client.post(f"/no/{token}").status_code == 409


def test_without_a_phone_no_link_goes_out_and_the_person_is_on_the_list_to_be_asked() -> None:
    by = village_officer()
    made, with_phone = signed_up_by(by, phoneless()), signed_up_by(by)
    found = db.session.scalars(queries.to_ask(by.as_actor())).unique().all()
    assert made in found
    assert with_phone not in found


def test_a_phone_of_the_officers_own_reaches_nobody() -> None:
    by, person = village_officer(), make_person()
    by.phone = person.phone
    db.session.flush()
    made = signed_up_by(by, person)
    assert queries.link_of(made.id) is None
    assert made in db.session.scalars(queries.to_ask(by.as_actor())).unique().all()


def test_the_guardian_consents_and_is_told() -> None:
    by, person = village_officer(), make_person()
    person.guardian_name, person.guardian_relation, person.guardian_phone = "母亲某", "母亲", "13700000009"
    db.session.flush()
    made = signed_up_by(by, person)
    assert made.consent_note == "监护人 母亲某（母亲）同意；村部，李某在场"
    query = select(Message).where(Message.recipient == f"person:{person.id}")
    phones = [message.phone for message in db.session.scalars(query) if "/no/" in str(message.text)]
    assert phones == ["13700000009"]


def test_under_guardianship_nobody_signs_up_alone() -> None:
    person = make_person()
    person.guardian_name = "母亲某"
    db.session.flush()
    with pytest.raises(Refused, match="监护人"):
        enroll(make_class(), person, by=laborer(person))


def test_asked_aloud_the_answer_is_kept_once_and_a_no_opens_the_case() -> None:
    by = village_officer()
    yes, no = signed_up_by(by, phoneless()), signed_up_by(by, phoneless())
    assert service.asked_aloud(yes, agreed=True, by=by.as_actor()) is None
    found = service.asked_aloud(no, agreed=False, by=by.as_actor(), note="说不知道")
    assert found is not None
    assert (found.way, found.words) == (DenialWay.ASKED_ALOUD, "说不知道")
    asked = db.session.scalars(queries.to_ask(by.as_actor())).unique().all()
    assert yes not in asked
    assert no not in asked
    with pytest.raises(Refused):
        service.asked_aloud(yes, agreed=False, by=by.as_actor())


def test_while_a_denial_is_open_nobody_moves_the_person_and_nobody_gets_the_seat() -> None:
    class_ = make_class(capacity=1)
    row = signed_up_by(village_officer(), row=class_)
    waiting = enroll(class_, make_person())
    denied(row)
    with pytest.raises(Refused, match="正在核查"):
        enrollments.withdraw(row, by=SYSTEM)
    enrollments.offer_all(class_.id, by=SYSTEM)
    db.session.refresh(waiting)
    db.session.refresh(row)
    assert (row.status, waiting.status) == (EnrollmentStatus.ENROLLED, EnrollmentStatus.WAITING)
    assert counting(row) == "reserved"


def test_who_waits_and_denies_is_offered_nothing_before_it_is_decided() -> None:
    class_ = make_class(capacity=1)
    first = enroll(class_, make_person())
    row = signed_up_by(village_officer(), row=class_)
    later = enroll(class_, make_person())
    denied(row)
    enrollments.withdraw(first, by=SYSTEM)
    db.session.refresh(row)
    db.session.refresh(later)
    assert (row.status, later.status) == (EnrollmentStatus.WAITING, EnrollmentStatus.OFFERED)


def test_found_true_the_sign_up_is_undone_and_the_officer_marked() -> None:
    by, class_ = village_officer(), make_class(capacity=1)
    row = signed_up_by(by, row=class_)
    waiting = enroll(class_, make_person())
    denial = denied(row)
    service.decide(denial, uphold=True, reason="签字是别人代签的", by=officer())
    db.session.refresh(waiting)
    assert (row.status, denial.status) == (EnrollmentStatus.WITHDRAWN, DenialStatus.UPHELD)
    assert counting(row) == "given_back"
    assert waiting.status == EnrollmentStatus.OFFERED
    marks = select(Event).where(Event.subject_type == "enrollments", Event.action == "signed up without consent")
    (mark,) = [event for event in db.session.scalars(marks) if event.subject_id == row.id]
    assert mark.facts["officer"] == by.as_actor().key
    auditor = make_user(Role.AUDITOR).as_actor()
    assert (by.as_actor().key, 1, 1) in queries.denials_by_officer(auditor)


def test_found_wrong_the_sign_up_stands_and_moves_again(row: Enrollment) -> None:
    denial = denied(row)
    service.decide(denial, uphold=False, reason="本人记错了班名，电话里确认同意", by=officer())
    assert (row.status, denial.status, counting(row)) == (EnrollmentStatus.ENROLLED, DenialStatus.REJECTED, "reserved")
    told = select(Message).where(Message.recipient == f"person:{row.person_id}").order_by(Message.id.desc())
    assert "仍然有效" in str(db.session.scalars(told).first().text)  # type: ignore[union-attr]  # there is one
    enrollments.withdraw(row, by=SYSTEM)
    assert row.status == EnrollmentStatus.WITHDRAWN


def test_whoever_signed_the_person_up_may_not_decide_also_not_as_a_deputy_or_by_the_database(row: Enrollment) -> None:
    denial = denied(row)
    key = row.made_by
    both = Actor(key, "周干事", roles=frozenset({Role.TRAINING_OFFICER}), area=("430681",))
    stands_in = Actor("user:999999", "代办", both.roles, both.area, stands_for=key)
    for by in (both, stands_in):
        with pytest.raises(Forbidden, match="不能自己核查"):
            service.decide(denial, uphold=False, reason="我说了算", by=by)
    assert denial.status == DenialStatus.OPEN
    with pytest.raises(IntegrityError, match="decider_is_another"), db.session.begin_nested():
        db.session.execute(text(f"{BY_HAND} WHERE id = :id"), {"id": denial.id})


def test_nobody_decides_on_what_their_deputy_signed_up() -> None:
    principal = make_user(Role.TRAINING_OFFICER).as_actor()
    deputy = Actor(
        village_officer().as_actor().key, "代办", frozenset({Role.VILLAGE_OFFICER}), ("430681",), None, principal.key
    )
    row = enrollments.enroll(
        make_class().id, make_person(), by=deputy, consent=Consent.WITNESSED, consent_note="村部，李某在场"
    )
    denial = denied(row)
    with pytest.raises(Forbidden, match="不能自己核查"):
        service.decide(denial, uphold=False, reason="我看没事", by=principal)


def test_only_the_bureau_decides_and_only_it_and_inspectors_write_down_what_they_hear(row: Enrollment) -> None:
    second = make_user(Role.SECOND_REVIEWER).as_actor()
    denial = service.record_denial(row, way=DenialWay.INSPECTION, words="没有来过", by=second)
    for role in (Role.SECOND_REVIEWER, Role.AUDITOR, Role.VILLAGE_OFFICER):
        with pytest.raises(Forbidden):
            service.decide(denial, uphold=True, reason="…", by=make_user(role).as_actor())
    with pytest.raises(Forbidden):
        service.record_denial(row, way=DenialWay.HOTLINE, words="…", by=make_user(Role.SIGNER).as_actor())


def test_found_true_in_a_running_class_the_person_leaves_it_by_a_variation() -> None:
    class_ = make_approved_class(2)
    (row, *_rest) = db.session.scalars(select(Enrollment).where(Enrollment.class_id == class_.id)).unique().all()
    begin_class(class_)
    with clock.at(clock.moment_of(class_.start_on + timedelta(days=5), 9)):
        denial = denied(row)
        service.decide(denial, uphold=True, reason="从没来过，签到也是代签", by=officer())
    assert row.status == EnrollmentStatus.LEFT
    assert row.seat is not None
    assert row.seat.status == "withdrawn"
    assert counting(row) == "given_back"


def test_a_case_is_seen_only_by_those_who_see_the_sign_up(row: Enrollment) -> None:
    denial = denied(row)
    assert queries.denial_for(officer(), denial.id).id == denial.id
    assert queries.denial_for(clerk_of(row.training_class), denial.id).id == denial.id
    with pytest.raises(NotFound):
        queries.denial_for(make_user(Role.TRAINING_OFFICER, area=(OTHER_COUNTY,)).as_actor(), denial.id)


def test_the_hotline_writes_it_down_and_a_colleague_decides_on_the_page(sign_in: SignIn, row: Enrollment) -> None:
    desk = sign_in(make_user(Role.SECOND_REVIEWER))
    assert "记一条否认" in desk.get(f"/enrollments/{row.id}").text
    assert desk.post(f"/enrollments/{row.id}/deny", data={"way": "hotline"}).status_code == 422
    answer = desk.post(f"/enrollments/{row.id}/deny", data={"way": "hotline", "words": "我在广州打工，没报过"})
    assert answer.status_code == 303
    page = desk.get(answer.location).text
    assert "我在广州打工" in page
    assert "核查结论" not in page
    desk = sign_in(make_user(Role.TRAINING_OFFICER))
    assert "周干事" in desk.get("/denials").text
    assert desk.post(f"{answer.location}/decide", data={"verdict": "uphold"}).status_code == 422
    done = desk.post(f"{answer.location}/decide", data={"verdict": "uphold", "reason": "人在外地，核实无误"})
    assert done.status_code == 303
    page = desk.get(answer.location).text
    assert "查实，不是本人的意思" in page
    db.session.expire_all()
    assert row.status == EnrollmentStatus.WITHDRAWN
    assert "查实不是本人的意思" in desk.get(f"/enrollments/{row.id}").text


def test_the_officer_asks_on_the_list_and_sees_the_case_but_may_not_take_the_person_out(sign_in: SignIn) -> None:
    by = village_officer()
    row = signed_up_by(by, phoneless("没电话"))
    db.session.commit()
    desk = sign_in(by)
    assert "没电话" in desk.get("/consents").text
    assert desk.post(f"/enrollments/{row.id}/asked-aloud", data={}).status_code == 422
    assert desk.post(f"/enrollments/{row.id}/asked-aloud", data={"answer": "no"}).status_code == 303
    assert "没电话" not in desk.get("/consents").text
    page = desk.get(f"/enrollments/{row.id}").text
    assert "正在核查" in page
    assert "替本人退出" not in page
    assert desk.post(f"/enrollments/{row.id}/withdraw", data={}).status_code == 409
    assert desk.get("/denials").status_code == 403


def test_who_takes_the_roll_asks_too_and_others_people_are_not_there(sign_in: SignIn) -> None:
    by = village_officer()
    row = signed_up_by(by, phoneless("没电话"))
    teacher = make_user(Role.TEACHER, organization=row.training_class.course.organization)
    far = make_user(Role.VILLAGE_OFFICER, area=(below(OTHER_COUNTY, 5)[0].code,))
    db.session.commit()
    assert sign_in(far).post(f"/enrollments/{row.id}/asked-aloud", data={"answer": "yes"}).status_code == 404
    desk = sign_in(teacher)
    assert "没电话" in desk.get("/consents").text
    assert desk.post(f"/enrollments/{row.id}/asked-aloud", data={"answer": "yes"}).status_code == 303
    found = queries.asked_of(row.id)
    assert found is not None
    assert found.agreed


def test_a_newer_link_ends_the_older_one(client: FlaskClient, row: Enrollment) -> None:
    old = token_of(row)
    with transaction():
        send_link(row, by=village_officer().as_actor())
    assert client.get(f"/no/{old}").status_code == 404
    assert client.get(f"/no/{token_of(row)}").status_code == 200
    assert len(db.session.scalars(select(DenialLink).where(DenialLink.enrollment_id == row.id)).all()) == 1
