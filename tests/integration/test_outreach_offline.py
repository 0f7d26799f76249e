"""Work without a network, the server's side: what is taken along, and what comes of the notes that are brought back."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from app.audit.queries import events_of
from app.kernel import clock
from app.kernel.access import Role
from app.kernel.database import db
from app.outreach.models import ServiceRecord
from app.outreach.queries import services_of
from app.outreach.rules import CardStatus, How, NotReached
from app.people import service as people
from app.people.models import Person, WorkStatus
from app.people.service import PersonChanges
from tests.makers import VILLAGE, make_user
from tests.making.outreach import OTHER_VILLAGE, card_of, make_round, village_officer
from tests.making.people import make_person

pytestmark = pytest.mark.usefixtures("session")
SignIn = Callable[[Any], FlaskClient]


@pytest.fixture
def officer() -> Any:
    return make_user(Role.VILLAGE_OFFICER, area=(VILLAGE,))


@pytest.fixture
def phone(sign_in: SignIn, officer: Any) -> FlaskClient:
    return sign_in(officer)


def note(kind: str, about: int, /, *, seen: int | None = None, **texts: str) -> dict[str, Any]:
    told = {"key": str(uuid4()), "kind": kind, "about": about, "on": clock.today().isoformat(), "seen": seen}
    return {**told, "texts": texts}


def bring(phone: FlaskClient, *notes: Any) -> list[dict[str, Any]]:
    db.session.commit()
    answer = phone.post("/offline/notes", json={"notes": list(notes)})
    assert answer.status_code == 200
    return list(answer.get_json()["outcomes"])


def test_an_officer_takes_along_the_own_people_and_open_cards_and_nothing_that_is_not_needed(
    phone: FlaskClient, officer: Any
) -> None:
    here = make_person(phone="13800000001", payee_account="6222000000000000001", address="弼时镇一组")
    make_person(region_code=OTHER_VILLAGE)
    survey = make_round()
    db.session.commit()
    pack = phone.post("/offline/pack").get_json()
    assert [person["id"] for person in pack["people"]] == [here.id]
    assert pack["people"][0]["phone"] == "13800000001"
    assert [(card["person"], card["version"]) for card in pack["cards"]] == [(here.id, card_of(here, survey).version)]
    whole = str(pack)
    assert str(here.id_number) not in whole
    assert "6222000000000000001" not in whole
    assert "弼时镇一组" not in whole
    assert {question["key"] for question in pack["rounds"][0]["questions"]} >= {"work_status"}
    assert [event.action for event in events_of(officer)][-1] == "taken offline"


def test_notes_are_taken_in_once_however_often_they_are_sent(phone: FlaskClient) -> None:
    person, survey = make_person(work_status=WorkStatus.FARMING), make_round()
    card = card_of(person, survey)
    sent = [
        note("answer", card.id, seen=card.version, work_status="away", note="在广东"),
        note("service", person.id, kind="job_recommendation", result="considering", about="挖掘机操作工"),
    ]
    for _time in range(3):
        assert [one["outcome"] for one in bring(phone, *sent)] == ["done", "done"]
    db.session.expire_all()
    assert (card.status, card.how, card.note) == (CardStatus.ANSWERED, How.OFFLINE, "在广东")
    assert db.session.get_one(Person, person.id).work_status == WorkStatus.AWAY
    assert [record.about for record in services_of(person)] == ["挖掘机操作工"]


def test_a_card_that_somebody_answered_meanwhile_is_not_overwritten_before_the_officer_has_seen_it(
    phone: FlaskClient,
) -> None:
    person, survey = make_person(), make_round()
    card = card_of(person, survey)
    seen = card.version
    bring(phone, note("answer", card.id, seen=seen, work_status="employed"))
    mine = note("answer", card.id, seen=seen, work_status="unemployed")
    outcome = bring(phone, mine)[0]
    assert outcome["outcome"] == "conflict"
    assert outcome["here"]["values"] == {"work_status": "employed"}
    assert outcome["here"]["by"]
    db.session.expire_all()
    assert card.work_status == WorkStatus.EMPLOYED
    assert bring(phone, {**mine, "seen": outcome["here"]["version"]})[0]["outcome"] == "done"
    db.session.expire_all()
    assert card.work_status == WorkStatus.UNEMPLOYED


def test_a_person_whom_somebody_changed_meanwhile_is_shown_side_by_side(phone: FlaskClient) -> None:
    person = make_person(phone="13800000001", work_status=WorkStatus.FARMING)
    seen = person.version
    people.change(person, PersonChanges(phone="13800000002"), by=village_officer())
    mine = note("person", person.id, seen=seen, phone="13800000003", work_status="unemployed")
    outcome = bring(phone, mine)[0]
    assert (outcome["outcome"], outcome["here"]["values"]["phone"]) == ("conflict", "13800000002")
    again = {**mine, "seen": outcome["here"]["version"]}
    assert [bring(phone, again)[0]["outcome"] for _time in range(2)] == ["done", "done"]
    db.session.expire_all()
    assert (person.phone, person.work_status) == ("13800000003", WorkStatus.UNEMPLOYED)
    assert person.unemployed_since_on == clock.today()


def test_why_somebody_was_not_reached_is_kept(phone: FlaskClient) -> None:
    person, survey = make_person(), make_round()
    card = card_of(person, survey)
    assert bring(phone, note("not_reached", card.id, seen=card.version, reason="away"))[0]["outcome"] == "done"
    db.session.expire_all()
    assert (card.status, card.reason) == (CardStatus.NOT_REACHED, NotReached.AWAY)


def test_a_bad_note_says_why_and_the_good_one_beside_it_is_taken_in(phone: FlaskClient) -> None:
    person, stranger = make_person(), make_person(region_code=OTHER_VILLAGE)
    good = note("service", person.id, kind="visit", result="done")
    bad = [
        note("service", stranger.id, kind="visit", result="done"),
        note("service", person.id, kind="job_recommendation", result="accepted"),
        note("person", person.id, seen=person.version, phone="123", work_status="farming"),
        {**note("service", person.id, kind="visit", result="done"), "on": "2999-01-01"},
        note("service", person.id, kind="visit", result="kept"),
    ]
    outcomes = bring(phone, *bad, good)
    assert [one["outcome"] for one in outcomes] == ["refused"] * 5 + ["done"]
    assert all(one["message"] for one in outcomes[:5])
    assert len(services_of(person)) == 1
    assert db.session.query(ServiceRecord).filter_by(person_id=stranger.id).count() == 0


@pytest.mark.parametrize(
    "given",
    [None, 7, "x", [], {"key": "no"}, {"key": str(uuid4()), "kind": "answer", "about": True, "on": "2026-01-01"}],
)
def test_what_no_device_of_ours_sends_is_refused_in_words(phone: FlaskClient, given: Any) -> None:
    assert bring(phone, given)[0]["outcome"] == "refused"


def test_a_body_that_is_no_list_of_notes_is_refused(phone: FlaskClient) -> None:
    bodies: list[dict[str, Any]] = [{}, {"notes": {}}, {"notes": [0] * 501}]
    for body in bodies:
        assert phone.post("/offline/notes", json=body).status_code == 422
    assert phone.post("/offline/notes", data=b"\xff").status_code == 422


def test_the_page_and_its_worker_hold_no_data_and_name_every_file_they_need(client: FlaskClient) -> None:
    page = client.get("/offline")
    assert page.status_code == 200
    worker = client.get("/offline/worker.js")
    assert worker.headers["Service-Worker-Allowed"] == "/"
    files = worker.text.splitlines()[1].removeprefix("const FILES = [").removesuffix("];").split(", ")
    for name in files:
        with client.get(name.strip('"')) as file:
            assert file.status_code == 200, name
    assert client.get("/offline/state").get_json() == {"who": "", "token": ""}


def test_signing_out_makes_the_browser_forget(phone: FlaskClient) -> None:
    assert phone.get("/offline/state").get_json()["who"]
    assert phone.post("/sign-out").headers["Clear-Site-Data"] == '"storage"'
