"""A roll call without a network: signed records in a chain, brought back late, twice, in disorder, or changed."""

import base64
import json
import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.attendance import queries
from app.attendance import service as attendance
from app.attendance.models import Fate, OfflineSigning, RollDevice, Signing
from app.attendance.rules import Moment, Way
from app.attendance.rules.offline import FORKED, GAP, TAMPERED, read_clocks, read_sent
from app.attendance.service import offline
from app.classes.models import TrainingClass
from app.classes.queries import active_seats
from app.kernel import clock
from app.kernel.access import Role
from app.kernel.database import db, transaction
from app.kernel.errors import DomainError, NotFound, Refused
from tests.makers import make_user
from tests.making.attendance import Phone, first_session, into
from tests.making.classes import clerk_of
from tests.making.results import account_of, after, assess, end_class, make_running_class, teacher_of

pytestmark = pytest.mark.usefixtures("session")
SignIn = Callable[[Any], FlaskClient]


def registered(class_: TrainingClass, ahead: timedelta = timedelta(0)) -> tuple[Phone, RollDevice]:
    """The teacher's phone, registered an hour before the first half-day."""
    with into(first_session(class_), -60):
        phone = Phone(ahead=ahead)
        device = offline.register_device(
            phone.public_key, "phone", read_clocks(phone.clocks(), clock.now()), by=teacher_of(class_)
        )
    phone.device_id = device.id
    return phone, device


def synced(
    class_: TrainingClass, device: RollDevice, phone: Phone, sent: list[dict[str, str]]
) -> list[offline.Outcome]:
    offline.note_clocks(device, read_clocks(phone.clocks(), clock.now()))
    return offline.take_records(device, [read_sent(one) for one in sent], by=teacher_of(class_))


def half_day(class_: TrainingClass, phone: Phone) -> list[dict[str, str]]:
    """Everybody called at the start and at the end."""
    session, seats = first_session(class_), active_seats(class_.id)
    with into(session, 2):
        sent = [phone.record(session, seat) for seat in seats]
    with after(session):
        return sent + [phone.record(session, seat, Moment.OUT) for seat in seats]


def test_a_morning_called_offline_counts_as_signed_when_it_was_called() -> None:
    class_ = make_running_class(3)
    session = first_session(class_)
    phone, device = registered(class_)
    sent = half_day(class_, phone)
    with clock.at(session.ends_at + timedelta(hours=6)):
        outcomes = synced(class_, device, phone, sent)
        attendance.settle(session, by=clerk_of(class_))
    assert {one.fate for one in outcomes} == {Fate.TAKEN}
    assert set(queries.attended_hours(class_.id).values()) == {session.hours}
    first = queries.signings_of(session.id)[0]
    assert abs(first.signed_at - (session.starts_at + timedelta(minutes=2))) < timedelta(seconds=1)
    assert (first.roll_device_id, first.way) == (device.id, Way.ROLL_CALL)


@pytest.mark.parametrize("seed", range(3))
def test_reordering_replay_and_double_sync_change_nothing(seed: int) -> None:
    class_ = make_running_class(2)
    session = first_session(class_)
    phone, device = registered(class_)
    sent = half_day(class_, phone)
    random.Random(seed).shuffle(sent)
    with clock.at(session.ends_at + timedelta(hours=1)):
        for one in sent:  # one by one, in disorder: gaps wait for what belongs before them
            synced(class_, device, phone, [one])
        once = [(row.seat_id, row.moment, row.signed_at) for row in queries.signings_of(session.id)]
        again = synced(class_, device, phone, sent + sent[:2])
        attendance.settle(session, by=clerk_of(class_))
    assert len(once) == 4
    assert {one.fate for one in again} == {Fate.TAKEN}
    assert [(row.seat_id, row.moment, row.signed_at) for row in queries.signings_of(session.id)] == once
    assert set(queries.attended_hours(class_.id).values()) == {session.hours}
    assert not queries.quarantined_of(class_.id)


def test_a_changed_record_is_set_aside_and_shown() -> None:
    class_ = make_running_class(2)
    session, seats = first_session(class_), active_seats(class_.id)
    phone, device = registered(class_)
    with into(session, 0):
        first = phone.record(session, seats[0])
        changed = {**first, "text": first["text"].replace(f'"seat": {seats[0].id}', f'"seat": {seats[1].id}')}
        outcomes = synced(class_, device, phone, [changed])
        assert (outcomes[0].fate, outcomes[0].why) == (Fate.QUARANTINED, TAMPERED)
        assert queries.signed_moments(session.id) == {}
        assert [row.why for row in queries.quarantined_of(class_.id)] == [TAMPERED]
        assert synced(class_, device, phone, [first])[0].fate is Fate.TAKEN


def test_a_record_left_out_sets_everything_after_it_aside_until_it_comes() -> None:
    class_ = make_running_class(3)
    session, seats = first_session(class_), active_seats(class_.id)
    phone, device = registered(class_)
    with into(session, 0):
        first, second, third = (phone.record(session, seat) for seat in seats)
        outcomes = synced(class_, device, phone, [first, third])
        assert [one.why for one in outcomes] == ["", GAP]
        assert [row.why for row in queries.quarantined_of(class_.id)] == [GAP]
        synced(class_, device, phone, [second])
    assert len(queries.signed_moments(session.id)) == 3
    assert not queries.quarantined_of(class_.id)


def test_two_records_of_one_number_cannot_both_be_true() -> None:
    class_ = make_running_class(2)
    session, seats = first_session(class_), active_seats(class_.id)
    phone, device = registered(class_)
    with into(session, 0):
        first = phone.record(session, seats[0])
        phone.sequence, phone.before = 0, "0" * 64
        other = phone.record(session, seats[1])
        assert synced(class_, device, phone, [first])[0].fate is Fate.TAKEN
        assert synced(class_, device, phone, [other])[0].why == FORKED


def test_a_record_of_another_phone_is_not_this_ones() -> None:
    class_ = make_running_class(1)
    session, seat = first_session(class_), active_seats(class_.id)[0]
    _phone, device = registered(class_)
    stranger = Phone()
    with into(session, 0):
        assert synced(class_, device, stranger, [stranger.record(session, seat)])[0].why == TAMPERED


@pytest.mark.parametrize("ahead", [timedelta(hours=3), timedelta(hours=-9, minutes=-20)])
def test_a_clock_wrong_by_hours_is_corrected_and_said(ahead: timedelta) -> None:
    class_ = make_running_class(1)
    session, seat = first_session(class_), active_seats(class_.id)[0]
    phone, device = registered(class_, ahead)
    with into(session, 1):
        sent = [phone.record(session, seat)]
    with clock.at(session.ends_at + timedelta(hours=8)):
        outcome = synced(class_, device, phone, sent)[0]
    signed = queries.signings_of(session.id)[0]
    assert abs(signed.signed_at - (session.starts_at + timedelta(minutes=1))) < timedelta(seconds=1)
    hours = "快了 3 小时 0 分" if ahead > timedelta(0) else "慢了 9 小时 20 分"
    assert hours in outcome.note
    assert hours in signed.note


def test_a_clock_set_back_in_the_room_and_forward_again_does_not_make_anybody_early() -> None:
    class_ = make_running_class(1)
    session, seat = first_session(class_), active_seats(class_.id)[0]
    phone, device = registered(class_)
    with into(session, 120):
        phone.ahead = timedelta(minutes=-120)
        sent = [phone.record(session, seat)]
        phone.ahead = timedelta(0)
    with clock.at(session.ends_at + timedelta(hours=1)):
        outcome = synced(class_, device, phone, sent)[0]
    signed = queries.signings_of(session.id)[0]
    assert abs(signed.signed_at - (session.starts_at + timedelta(minutes=120))) < timedelta(seconds=1)
    assert "慢了 2 小时 0 分" in outcome.note


def test_a_record_whose_time_is_not_in_the_half_day_is_set_aside() -> None:
    class_ = make_running_class(1)
    session, seat = first_session(class_), active_seats(class_.id)[0]
    phone, device = registered(class_)
    with clock.at(session.ends_at + timedelta(hours=5)):
        outcome = synced(class_, device, phone, [phone.record(session, seat)])[0]
    assert outcome.fate is Fate.QUARANTINED
    assert "时间不在这节课里" in outcome.why


def test_what_comes_after_a_settled_half_day_is_a_new_entry_and_after_the_results_only_set_aside() -> None:
    class_ = make_running_class(1)
    session, seat = first_session(class_), active_seats(class_.id)[0]
    phone, device = registered(class_)
    sent = half_day(class_, phone)
    with into(session, 3):
        attendance.call(session, [seat.id], Moment.IN, attendance.How(Way.ROLL_CALL), by=clerk_of(class_))
    with after(session):
        attendance.settle(session, by=clerk_of(class_))
        assert queries.attended_hours(class_.id)[seat.id] == 0
        fates = [one.fate for one in synced(class_, device, phone, sent)]
        more = phone.record(session, seat)
    assert fates == [Fate.ALREADY, Fate.TAKEN]
    assert len(queries.history_of(session.id, seat.id)) == 2
    assess(end_class(class_))
    with clock.at(session.ends_at + timedelta(days=60)):
        assert "疑点" in synced(class_, device, phone, [more])[0].why


def test_somebody_signed_by_another_way_meanwhile_is_known_already() -> None:
    class_ = make_running_class(1)
    session, seat = first_session(class_), active_seats(class_.id)[0]
    phone, device = registered(class_)
    with into(session, 0):
        sent = [phone.record(session, seat)]
        attendance.call(session, [seat.id], Moment.IN, attendance.How(Way.ROLL_CALL), by=clerk_of(class_))
        assert synced(class_, device, phone, sent)[0].fate is Fate.ALREADY
    assert len(queries.signings_of(session.id)) == 1


def test_a_device_belongs_to_one_account_and_only_a_p256_key_is_taken() -> None:
    class_ = make_running_class(1)
    phone, device = registered(class_)
    now = read_clocks(Phone().clocks(), clock.now())
    assert offline.register_device(phone.public_key, "again", now, by=teacher_of(class_)).id == device.id
    with pytest.raises(Refused, match="别的账号"):
        offline.register_device(phone.public_key, "", now, by=clerk_of(class_))
    with pytest.raises(DomainError):
        offline.register_device(b"no key", "", now, by=teacher_of(class_))


@pytest.mark.parametrize(
    "given",
    [
        None,
        {},
        {"text": "x"},
        {"text": "{}", "signature": "%%"},
        {"text": 3, "signature": ""},
        {"text": "x" * 2000, "signature": ""},
    ],
)
def test_nonsense_is_refused_in_words(given: object) -> None:
    with pytest.raises(DomainError, match="读不出来"):
        read_sent(given)


def test_what_a_device_sent_is_never_changed() -> None:
    class_ = make_running_class(1)
    session, seat = first_session(class_), active_seats(class_.id)[0]
    phone, device = registered(class_)
    with into(session, 0):
        synced(class_, device, phone, [phone.record(session, seat)])
    for statement in ("UPDATE offline_signings SET sequence = 9", "DELETE FROM offline_signings"):
        with pytest.raises(DBAPIError, match=r"never changed|permission denied"), db.session.begin_nested():
            db.session.execute(text(statement))


def test_a_phone_registers_takes_the_day_along_and_brings_it_back_over_http(sign_in: SignIn) -> None:
    with transaction():
        class_ = make_running_class(2)
        client = sign_in(account_of(first_session(class_).teacher, Role.TEACHER))
    session, seats = first_session(class_), active_seats(class_.id)
    phone = Phone(booted_at=session.starts_at - timedelta(hours=1))
    with into(session, -10):
        key = base64.b64encode(phone.public_key).decode()
        told: Any = client.post("/attendance/offline/device", json={"key": key, "clocks": phone.clocks()}).json
        number = told["device"]
        day: Any = client.post("/attendance/offline/day", json={"device": number, "clocks": phone.clocks()}).json
    taken = next(one for one in day["sessions"] if one["id"] == session.id)
    assert [one["name"] for one in taken["seats"]] == [seat.person.name for seat in seats]
    assert "id_number" not in json.dumps(day)
    with into(session, 5):
        sent = [phone.record(session, seat) for seat in seats]
        asked = {"device": number, "clocks": phone.clocks(), "records": sent}
        answers: list[Any] = [client.post("/attendance/offline/records", json=asked).json for _time in range(2)]
    assert [[one["done"] for one in answer["outcomes"]] for answer in answers] == [[True, True], [True, True]]
    assert db.session.query(Signing).filter_by(session_id=session.id).count() == 2
    assert db.session.query(OfflineSigning).count() == 2


def test_nobody_syncs_with_somebody_elses_device(sign_in: SignIn) -> None:
    with transaction():
        class_ = make_running_class(1)
        _phone, device = registered(class_)
        stranger = make_user(Role.TEACHER, organization=class_.school)
        client = sign_in(stranger)
    asked = {"device": device.id, "clocks": Phone().clocks(), "records": []}
    assert client.post("/attendance/offline/records", json=asked).status_code == NotFound.status
    assert client.post("/attendance/offline/records", json={"records": "x"}).status_code == DomainError.status
