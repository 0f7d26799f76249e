"""Somebody says after the results that a trainee's hours are wrong: the line waits until the bureau has looked."""

import pytest

from app.attendance import queries
from app.attendance import service as attendance
from app.attendance.models import Correction
from app.attendance.rules import Presence
from app.classes.queries import sessions_of
from app.funding.rules import LineStatus
from app.kernel import clock
from app.kernel.errors import Forbidden
from tests.making import classes as made
from tests.making import funding as paid

pytestmark = pytest.mark.usefixtures("session")


@pytest.fixture
def story() -> paid.Story:
    """A class of three, all certified."""
    return paid.make_class_story(people_count=3, absent=0)


def doubt(story: paid.Story) -> Correction:
    entry = queries.entries_of(sessions_of(story.row.id)[0].id)[story.seats[0].id]
    return attendance.correct(entry, Presence.ABSENT, hours=None, reason="那天他在外地", by=story.at.by)


def statuses(story: paid.Story, notice: object) -> set[LineStatus]:
    claim = notice.claim  # type: ignore[attr-defined]  # a notice
    return {line.status for line in claim.lines if line.seat_id == story.seats[0].id}


@pytest.mark.parametrize(("upheld", "then"), [(True, LineStatus.REJECTED), (False, LineStatus.OPEN)])
def test_a_doubt_holds_the_line_on_notice_until_it_is_settled(
    story: paid.Story, *, upheld: bool, then: LineStatus
) -> None:
    notice = paid.on_notice(story)
    with clock.at(paid.day(notice.from_on)):
        row = doubt(story)
        assert statuses(story, notice) == {LineStatus.HELD}
        with pytest.raises(Forbidden):
            attendance.settle_doubt(row, upheld=upheld, note="查过", by=story.at.by)
        attendance.settle_doubt(row, upheld=upheld, note="查了车票", by=made.officer())
    assert statuses(story, notice) == {then}


def test_a_doubt_from_before_holds_the_line_once_it_is_published_and_changes_no_hours(story: paid.Story) -> None:
    hours = queries.attended_hours(story.row.id)
    row = doubt(story)
    assert queries.doubts_of(story.row.id) == [row]
    notice = paid.on_notice(story)
    assert statuses(story, notice) == {LineStatus.HELD}
    assert queries.attended_hours(story.row.id) == hours
