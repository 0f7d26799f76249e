"""Recordings: who may send, what is kept, what is found to be alike, and what goes after its time."""

import io
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, update
from sqlalchemy.exc import DBAPIError

from app.audit.queries import events_of
from app.classes import service as classes
from app.classes.models import ClassSession, TrainingClass
from app.classes.queries import sessions_of
from app.kernel import clock
from app.kernel.access import Actor, Role
from app.kernel.database import db
from app.kernel.errors import DomainError, Forbidden, NotFound, Refused
from app.papers.service import Damaged
from app.recordings import queries, service, store
from app.recordings.models import PURGED, IncomingFile, Recording
from app.recordings.reading import Unreadable, Unwanted
from app.recordings.rules import DoubtKind, DoubtStatus, Kind, Origin, Remark
from app.recordings.service import WrongOffset
from tests.makers import OTHER_COUNTY, make_organization, make_user
from tests.making.classes import clerk_of, make_school_set, officer
from tests.making.recordings import MILUO, exif_of, film, keep, photo, saved_again
from tests.making.results import make_assessed_class, make_running_class, teacher_of

pytestmark = pytest.mark.usefixtures("session")


def inspector(area: tuple[str, ...] = ("430681",)) -> Actor:
    """An inspector of the county."""
    return make_user(Role.INSPECTOR, area=area).as_actor()


def first(class_: TrainingClass) -> ClassSession:
    """The class's first half-day."""
    return sessions_of(class_.id)[0]


def test_a_photo_is_kept_with_its_hash_its_time_and_its_place() -> None:
    class_ = make_running_class(1)
    lesson = first(class_)
    taken = (lesson.starts_at + timedelta(minutes=20)).replace(microsecond=0)
    content = photo(exif=exif_of(taken, MILUO, Model="P60"))
    kept = keep(lesson, content, teacher_of(class_), note="第二组")
    row = kept.row
    assert kept.is_new
    assert (row.kind, row.origin, row.note, row.media_type) == (Kind.PHOTO, Origin.LESSON, "第二组", "image/jpeg")
    assert (row.taken_at, row.latitude, row.longitude, row.device) == (taken, *MILUO, "P60")
    assert store.Stored(row.store_no, row.pieces).read(0, row.size) == content
    assert store.get(row.store_no, store.THUMB).startswith(b"\xff\xd8")
    assert queries.remarks_on([row], class_)[row.id] == []


def test_a_photo_of_another_day_and_no_place_is_kept_and_remarked() -> None:
    class_ = make_running_class(1)
    row = keep(first(class_), photo(exif=exif_of(datetime(2024, 5, 1, tzinfo=UTC))), clerk_of(class_)).row
    assert [one.remark for one in queries.remarks_on([row], class_)[row.id]] == [Remark.OTHER_TIME, Remark.NO_PLACE]


def test_a_film_is_kept_whole_in_its_pieces() -> None:
    class_ = make_running_class(1)
    content = film(first(class_).starts_at, data=b"frame" * 700_000)
    row = keep(first(class_), content, clerk_of(class_)).row
    assert (row.kind, row.seconds, row.print64) == (Kind.FILM, 95, None)
    assert len(row.pieces) == 4
    assert store.Stored(row.store_no, row.pieces).read(1_000_000, 1_100_000) == content[1_000_000:1_100_000]


def test_only_the_teacher_the_school_and_the_inspector_may_send() -> None:
    class_ = make_running_class(1)
    assert keep(first(class_), photo(1), teacher_of(class_)).row.origin is Origin.LESSON
    assert keep(first(class_), photo(2), clerk_of(class_)).row.origin is Origin.LESSON
    assert keep(first(class_), photo(3), inspector()).row.origin is Origin.INSPECTION
    for by in (
        officer(),
        make_user(Role.AUDITOR).as_actor(),
        make_user(Role.SCHOOL_CLERK, organization=make_organization()).as_actor(),
        make_user(Role.TEACHER, organization=make_organization()).as_actor(),
    ):
        with pytest.raises(Forbidden):
            keep(first(class_), photo(4), by)


def test_nothing_is_taken_before_the_lesson_and_after_the_results() -> None:
    class_ = make_running_class(1)
    lesson = sessions_of(class_.id)[1]
    with clock.at(lesson.starts_at - timedelta(minutes=1)), pytest.raises(Refused, match="还没有开始"):
        service.take_in(lesson, io.BytesIO(photo()), by=clerk_of(class_))
    done = make_assessed_class(1)
    with pytest.raises(Refused, match="考核结果已经确认"):
        keep(first(done), photo(), clerk_of(done))


def test_the_same_file_sent_twice_to_a_lesson_is_one_recording() -> None:
    class_ = make_running_class(1)
    one, other = keep(first(class_), photo(), clerk_of(class_)), keep(first(class_), photo(), teacher_of(class_))
    assert one.row is other.row
    assert (one.is_new, other.is_new) == (True, False)
    assert queries.doubts_of([one.row.id]) == {}


def test_the_same_file_in_another_class_is_a_doubt_on_both() -> None:
    here, there = make_running_class(1), make_running_class(1)
    old = keep(first(here), photo(), clerk_of(here)).row
    new = keep(first(there), photo(), clerk_of(there))
    (doubt,) = queries.doubts_of([old.id])[old.id]
    assert new.doubts == 1
    assert (doubt.kind, doubt.distance, doubt.status) == (DoubtKind.SAME, 0, DoubtStatus.OPEN)
    assert (doubt.first_id, doubt.second_id) == (old.id, new.row.id)
    assert queries.standing_doubts([here.id, there.id]) == {here.id: 1, there.id: 1}


def test_nearly_the_same_picture_is_a_doubt_and_another_is_none() -> None:
    here, there = make_running_class(1), make_running_class(1)
    old = keep(first(here), photo(5), clerk_of(here)).row
    keep(first(there), photo(6), clerk_of(there))
    new = keep(first(there), saved_again(photo(5)), clerk_of(there)).row
    (doubt,) = queries.doubts_of([new.id])[new.id]
    assert (doubt.kind, doubt.first_id) == (DoubtKind.ALIKE, old.id)
    assert queries.standing_doubts([there.id]) == {there.id: 1}


def test_shots_in_a_row_of_one_lesson_are_no_doubt_and_of_two_lessons_are_one() -> None:
    class_ = make_running_class(1)
    keep(first(class_), photo(7), clerk_of(class_))
    assert keep(first(class_), saved_again(photo(7)), clerk_of(class_)).doubts == 0
    assert keep(sessions_of(class_.id)[1], saved_again(photo(7), quality=70), clerk_of(class_)).doubts == 2
    assert queries.standing_doubts([class_.id]) == {class_.id: 2}


def test_a_doubt_is_decided_once_with_a_reason_by_who_may() -> None:
    here, there = make_running_class(1), make_running_class(1)
    keep(first(here), photo(), clerk_of(here))
    new = keep(first(there), photo(), clerk_of(there)).row
    (doubt,) = queries.doubts_of([new.id])[new.id]
    with pytest.raises(DomainError, match="怎样查清"):
        service.decide(doubt, uphold=True, reason=" ", by=inspector())
    with pytest.raises(Forbidden):
        service.decide(doubt, uphold=False, reason="没事", by=clerk_of(there))
    service.decide(doubt, uphold=False, reason="两个班同一天合拍的结业照", by=inspector())
    assert doubt.status is DoubtStatus.CLEARED
    with pytest.raises(Refused):
        service.decide(doubt, uphold=True, reason="再看一次", by=officer())
    assert queries.standing_doubts([here.id, there.id]) == {}


def test_a_school_finds_only_its_own_and_an_officer_only_the_area() -> None:
    class_ = make_running_class(1)
    row = keep(first(class_), photo(), clerk_of(class_)).row
    for by in (clerk_of(class_), teacher_of(class_), officer(), inspector()):
        assert queries.recording_for(by, row.id) is row
    for by in (make_school_set().by, officer((OTHER_COUNTY,)), inspector((OTHER_COUNTY,))):
        with pytest.raises(NotFound):
            queries.recording_for(by, row.id)


# --- piece by piece -------------------------------------------------------------------------------------------------


def opened(lesson: ClassSession, size: int, by: Actor) -> IncomingFile:
    """A file opened right after the lesson."""
    with clock.at(lesson.ends_at):
        return service.begin(lesson, size, by=by)


def test_a_file_goes_on_from_where_it_stopped_and_only_from_there() -> None:
    class_ = make_running_class(1)
    content, by = photo(), clerk_of(class_)
    row = opened(first(class_), len(content), by)
    assert service.append(row, 0, content[:1000]) == 1000
    for wrong in (0, 999, 1001, -1):
        with pytest.raises(WrongOffset) as refused:
            service.append(row, wrong, content[1000:])
        assert refused.value.received == 1000
    with pytest.raises(Refused, match="还没有传完"):
        service.finish(row, by=by)
    with pytest.raises(DomainError, match="比说好的长"):
        service.append(row, 1000, content[1000:] + b"!")
    service.append(row, 1000, content[1000:])
    assert service.finish(row, by=by).row.size == len(content)
    with pytest.raises(NotFound):
        service.append(row, len(content), b"")


def test_a_piece_written_before_a_crash_gives_way_to_the_one_sent_again() -> None:
    class_ = make_running_class(1)
    content, by = photo(), clerk_of(class_)
    row = opened(first(class_), len(content), by)
    store.put(row.store_no, 0, b"left by a killed server")
    service.append(row, 0, content)
    assert store.Stored(service.finish(row, by=by).row.store_no, [len(content)]).read(0, len(content)) == content


def test_what_is_no_photo_is_given_up_with_its_pieces() -> None:
    class_ = make_running_class(1)
    by = clerk_of(class_)
    for content, error in ((b"<html><script>", Unwanted), (photo()[:5000], Unreadable), (film()[:-9], Unreadable)):
        row = opened(first(class_), len(content), by)
        service.append(row, 0, content)
        with pytest.raises(error):
            service.finish(row, by=by)
        service.give_up(row)
        with pytest.raises(Damaged):
            store.get(row.store_no, 0)
    assert queries.of_session(first(class_).id) == []


def test_another_persons_file_is_not_found() -> None:
    class_ = make_running_class(1)
    row = opened(first(class_), 10, clerk_of(class_))
    with pytest.raises(NotFound):
        queries.incoming_for(teacher_of(class_), row.id)


def test_size_and_number_are_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    class_ = make_running_class(1)
    by = clerk_of(class_)
    small = service.limits().__class__(photo=5000, film=6000, a_session=2)
    monkeypatch.setattr("app.recordings.service.incoming.limits", lambda: small)
    monkeypatch.setattr("app.recordings.service.keeping.limits", lambda: small)
    for size in (0, -5, 6001):
        with pytest.raises(DomainError):
            opened(first(class_), size, by)
    row = opened(first(class_), 5500, by)
    service.append(row, 0, photo()[:5500])
    with pytest.raises(DomainError, match="太大"):
        service.finish(row, by=by)
    opened(first(class_), 10, by)
    with pytest.raises(Refused, match="不能再多"):
        opened(first(class_), 10, by)


def test_files_nobody_went_on_with_are_swept_after_a_day() -> None:
    class_ = make_running_class(1)
    old, fresh = (opened(first(class_), 10, clerk_of(class_)) for _ in range(2))
    service.append(old, 0, b"12345")
    db.session.execute(update(IncomingFile).values(last_at=clock.now()))
    db.session.execute(
        update(IncomingFile).where(IncomingFile.id == old.id).values(last_at=clock.now() - timedelta(hours=25))
    )
    assert service.sweep() == 1
    assert service.sweep() == 0
    db.session.expire_all()
    assert db.session.get(IncomingFile, old.id) is None
    assert db.session.get(IncomingFile, fresh.id) is not None
    with pytest.raises(Damaged):
        store.get(old.store_no, 0)


# --- years ----------------------------------------------------------------------------------------------------------


def years_on(class_: TrainingClass, years: int, days: int = 1) -> AbstractContextManager[None]:
    """The time so many years and days after a class's last day."""
    day = class_.end_on
    return clock.at(clock.moment_of(day.replace(year=day.year + years) + timedelta(days=days), 3))


def cancelled(class_: TrainingClass) -> TrainingClass:
    """The class cancelled in its course."""
    classes.cancel(class_, reason="人太少", by=officer())
    return class_


def test_films_go_after_five_years_photos_after_ten_and_their_hashes_stay() -> None:
    class_ = make_running_class(1)
    still = keep(first(class_), photo(), clerk_of(class_)).row
    moving = keep(first(class_), film(), clerk_of(class_)).row
    cancelled(class_)
    with years_on(class_, 5, days=0):
        assert service.purge() == 0
    with years_on(class_, 5):
        assert service.purge() == 1
        assert service.purge() == 0
    db.session.expire_all()
    assert still.purged_at is None
    assert moving.purged_at is not None
    assert (moving.pieces, len(moving.sha256)) == ([], 64)
    (event,) = [one for one in events_of(moving) if one.action == PURGED]
    assert event.facts["sha256"] == moving.sha256
    with pytest.raises(Damaged):
        store.get(moving.store_no, 0)
    assert store.Stored(still.store_no, still.pieces).read(0, 2) == b"\xff\xd8"
    with years_on(class_, 10):
        assert service.purge() == 1


def test_a_purged_photo_still_finds_its_copy() -> None:
    class_, other = make_running_class(1), make_running_class(1)
    old = keep(first(class_), photo(), clerk_of(class_)).row
    cancelled(class_)
    with years_on(class_, 11):
        assert service.purge() == 1
    new = keep(first(other), saved_again(photo()), clerk_of(other))
    assert new.doubts == 1
    assert queries.doubts_of([old.id])[old.id][0].second_id == new.row.id


def test_files_of_a_class_that_is_not_over_stay() -> None:
    class_ = make_running_class(1)
    keep(first(class_), photo(), clerk_of(class_))
    with years_on(class_, 20):
        assert service.purge() == 0


def test_a_recording_is_neither_changed_nor_deleted_by_sql() -> None:
    class_ = make_running_class(1)
    row = keep(first(class_), photo(), clerk_of(class_)).row
    for statement in (
        update(Recording).where(Recording.id == row.id).values(sha256="0" * 64),
        update(Recording).where(Recording.id == row.id).values(taken_at=clock.now()),
        update(Recording).where(Recording.id == row.id).values(pieces=[]),
        delete(Recording).where(Recording.id == row.id),
    ):
        with pytest.raises(DBAPIError, match="kept as it came"), db.session.begin_nested():
            db.session.execute(statement)
