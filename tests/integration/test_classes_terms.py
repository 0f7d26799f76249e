"""Several classes of one term, filed in one go: all of them, or none and the faults of each by name."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.classes import service as classes
from app.classes.models import Term, TrainingClass
from app.classes.queries.teaching import as_units
from app.classes.rules import ClassStatus
from app.kernel.access import Role
from app.kernel.database import db
from app.kernel.errors import Forbidden, Refused
from tests.makers import make_organization, make_user
from tests.making.classes import SchoolSet, make_class, make_school_set, seat_people

pytestmark = pytest.mark.usefixtures("session")
SignIn = Callable[[Any], FlaskClient]


def term_of(at: SchoolSet) -> tuple[Term, list[TrainingClass]]:
    """Two classes of one term, one after the other, each with one person."""
    first = make_class(at, term="2026 年第 9 期")
    rows = [first, make_class(at, first.course, start_on=first.end_on + timedelta(days=9), term="2026 年第 9 期")]
    for row in rows:
        seat_people(row, 1)
        classes.propose_posts(row, by=at.by)
    assert first.term is not None
    assert first.term_id == rows[1].term_id
    return first.term, rows


def test_a_term_is_filed_in_one_go() -> None:
    at = make_school_set()
    term, rows = term_of(at)
    assert classes.file_term(term, by=at.by, note="一起报") == rows
    assert {row.status for row in rows} == {ClassStatus.FILED}
    with pytest.raises(Refused, match="没有可以申报的班"):
        classes.file_term(term, by=at.by)


def test_one_fault_holds_the_whole_term_and_is_named_with_its_class() -> None:
    at = make_school_set()
    term, rows = term_of(at)
    classes.set_units(rows[1], [], by=at.by)
    with pytest.raises(Refused, match=f"“{rows[1].name}”还有 1 处：还没有教学计划") as refused:
        classes.file_term(term, by=at.by)
    assert f"“{rows[0].name}”" not in str(refused.value)
    assert {row.status for row in rows} == {ClassStatus.OPEN}


def test_only_the_terms_own_school_files_it() -> None:
    term, _rows = term_of(make_school_set())
    with pytest.raises(Forbidden):
        classes.file_term(term, by=make_school_set().by)


def test_the_page_of_a_term_shows_what_each_class_lacks_and_files_them_together(sign_in: SignIn) -> None:
    at = make_school_set()
    term, rows = term_of(at)
    units = list(as_units(rows[1].id))
    classes.set_units(rows[1], [], by=at.by)
    db.session.commit()
    client = sign_in(at.clerk)
    page = client.get(f"/terms/{term.id}").text
    assert "还没有教学计划" in page
    assert f"/classes/{rows[1].id}/plan#units" in page
    assert "100%" in page
    answer = client.post(f"/terms/{term.id}/file", data={})
    assert answer.status_code == 422
    assert "这一期还不能一起申报" in answer.text
    classes.set_units(rows[1], units, by=at.by)
    db.session.commit()
    answer = client.post(f"/terms/{term.id}/file", data={"note": "冬季"}, follow_redirects=True)
    assert "2 个班已一起申报" in answer.text
    assert {row.status for row in rows} == {ClassStatus.FILED}


def test_a_stranger_neither_sees_nor_files_a_term(sign_in: SignIn) -> None:
    term, _rows = term_of(make_school_set())
    stranger = make_user(Role.SCHOOL_CLERK, organization=make_organization())
    db.session.commit()
    client = sign_in(stranger)
    assert client.get(f"/terms/{term.id}").status_code == 404
    assert client.post(f"/terms/{term.id}/file", data={}).status_code == 404
