"""The public menu and the public page of a class."""

import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from sqlalchemy import event, update

from app.classes import service as classes
from app.classes.models import TrainingClass
from app.classes.queries.menu import menu
from app.classes.queries.menu_shapes import MenuFilters
from app.classes.views import fresh
from app.classes.views.fresh import Fresh
from app.kernel import clock
from app.kernel.database import db
from app.kernel.remembered import PLACE
from app.regions.models import Region
from app.regions.queries import below
from tests.makers import COUNTY, OTHER_COUNTY, TOWNSHIP
from tests.making.classes import clerk_of, make_class, make_course, make_order, make_school_set, occupation_id
from tests.making.enrollments import enroll_people

pytestmark = pytest.mark.usefixtures("session")
FARM = "5-01-02-01"


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements that reach the database meanwhile."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def names(**filters: object) -> list[str]:
    return [card.name for card in menu(MenuFilters(**filters)).page.items]  # type: ignore[arg-type]  # any filter


@pytest.fixture
def welding() -> TrainingClass:
    """A class with an order, 30 days ahead."""
    at = make_school_set()
    return make_class(at, make_course(at, title="焊工初级"), order=make_order(), capacity=3)


@pytest.fixture
def farming() -> TrainingClass:
    """A class without an order."""
    at = make_school_set()
    course = make_course(at, "farm_skills", occupation_id=occupation_id(FARM), title="稻虾共作")
    return make_class(at, course, capacity=1)


def test_anyone_sees_open_classes_with_seats_left(client: FlaskClient, welding: TrainingClass) -> None:
    enroll_people(welding, 1)
    page = client.get("/").text
    assert welding.name in page
    assert "还剩 2 个名额" in page
    assert f"/classes/{welding.id}/about" in page
    assert "有岗位" in page


def test_drafts_and_classes_past_their_start_are_not_on_the_menu(farming: TrainingClass) -> None:
    assert names() == [farming.name]
    with clock.at(clock.moment_of(date.fromordinal(farming.start_on.toordinal() + 1), 9)):
        assert names() == []


@pytest.mark.parametrize("word", ["焊工", "第1班", "hg", "hangong", "HAN GONG", "示例单位"])
def test_words_pinyin_and_initials_find_a_class(welding: TrainingClass, word: str) -> None:
    assert welding.name in names(word=word)


def test_other_words_find_nothing_and_the_page_says_what_to_do(client: FlaskClient, welding: TrainingClass) -> None:
    page = client.get("/?word=潜水").text
    assert welding.name not in page
    assert "没有找到合适的班" in page
    assert 'value="潜水"' in page


def test_filters_narrow_by_place_trade_month_mode_and_free_seats(
    welding: TrainingClass, farming: TrainingClass
) -> None:
    assert names(place=TOWNSHIP) == names(place=COUNTY) == [welding.name, farming.name]
    assert names(place=OTHER_COUNTY) == []
    assert names(occupation_id=farming.course.occupation_id) == [farming.name]
    assert names(mode="order_training") == [welding.name]
    assert names(month=f"{welding.start_on:%Y-%m}") == [welding.name, farming.name]
    assert names(month="2020-01") == []
    enroll_people(farming, 1)
    assert names(only_free=True) == [welding.name]


def test_courses_without_an_open_class_stand_below(farming: TrainingClass) -> None:
    at = make_school_set()
    waiting = make_course(at, title="电焊提高")
    assert [wish.title for wish in menu(MenuFilters()).wishes] == [waiting.title]
    assert [wish.title for wish in menu(MenuFilters(word=farming.course.title)).wishes] == []


def test_what_one_may_filter_by_is_what_there_is(welding: TrainingClass) -> None:
    choices = menu(MenuFilters()).choices
    county = db.session.get_one(Region, COUNTY)
    assert (COUNTY, county.name) in choices.places
    assert [value for value, _words in choices.modes] == ["order_training"]
    assert choices.months == [(f"{welding.start_on:%Y-%m}",) * 2]


@pytest.mark.parametrize("filters", [{}, {"word": "hg", "place": COUNTY, "only_free": True}])
def test_a_page_takes_at_most_four_queries(
    client: FlaskClient, welding: TrainingClass, filters: dict[str, object]
) -> None:
    make_class(capacity=4)
    name = welding.name
    db.session.commit()
    db.session.expire_all()
    with counted() as seen:
        assert name in client.get("/", query_string=filters).text
    assert len(seen) <= 4, seen


def test_a_strange_filter_is_no_error(client: FlaskClient) -> None:
    answer = client.get("/?page=-3&occupation=x&month=abc&place=%27&mode=none&free=1&word=" + "长" * 200)
    assert answer.status_code == 200


def test_the_class_page_says_where_when_and_what_for(client: FlaskClient, welding: TrainingClass) -> None:
    page = client.get(f"/classes/{welding.id}/about").text
    for words in (welding.site.address, "电焊工", "我要报名", "订单培训", "课程表"):
        assert words in page
    assert f"/classes/{welding.id}/sign-up" in page


def test_a_cancelled_class_takes_nobody_and_a_draft_is_not_shown(client: FlaskClient, farming: TrainingClass) -> None:
    classes.cancel(farming, reason="没有师资", by=clerk_of(farming))
    page = client.get(f"/classes/{farming.id}/about").text
    assert "现在不接受报名" in page
    assert "我要报名" not in page
    farming.opened_at = None
    db.session.flush()
    assert client.get(f"/classes/{farming.id}/about").status_code == 404


def test_the_menu_is_kept_for_a_moment_and_then_asked_again(
    app: Flask, client: FlaskClient, welding: TrainingClass, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "MENU_KEPT", value=True)
    assert fresh.SECONDS < 1
    now = 1000.0
    monkeypatch.setattr(fresh, "monotonic", lambda: now)
    address = f"/?word={welding.name}"
    before = client.get(address).text
    with counted() as seen:
        again = client.get(address).text
    assert seen == []
    assert _plain(again) == _plain(before)
    enroll_people(welding, 1)
    now += fresh.SECONDS
    assert "还剩 2 个名额" in client.get(address).text


def test_parts_without_seats_are_kept_and_seats_asked_anew_in_one_question(
    app: Flask, client: FlaskClient, welding: TrainingClass, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "MENU_KEPT", value=True)
    monkeypatch.setitem(app.config, "MENU_PAGE_KEPT", value=False)
    address = f"/?course={welding.course_id}&word={welding.name}"
    assert "还剩 3 个名额" in client.get(address).text
    enroll_people(welding, 1)
    db.session.commit()
    with counted() as seen:
        page = client.get(address).text
    assert "还剩 2 个名额" in page
    assert len(seen) == 1, seen
    classes.cancel(welding, reason="没有师资", by=clerk_of(welding))
    assert welding.name not in client.get(address).text.replace(f'value="{welding.name}"', "")


def test_a_course_leads_to_exactly_its_own_classes(client: FlaskClient, welding: TrainingClass) -> None:
    at = make_school_set()
    other = make_class(at, make_course(at, title=f"{welding.course.title}提高"))
    assert set(names(word=welding.course.title)) == {welding.name, other.name}
    assert names(course_id=welding.course_id) == [welding.name]
    link = re.search(r'href="(/\?course=[^"]+)"', client.get(f"/courses/{welding.course_id}").text)
    assert link is not None
    page = client.get(link[1]).text
    assert f"/classes/{welding.id}/about" in page
    assert f"/classes/{other.id}/about" not in page


def test_a_kept_page_has_each_visitors_own_form_token(
    app: Flask, client: FlaskClient, welding: TrainingClass, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "MENU_KEPT", value=True)
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", value=True)
    address = f"/?word={welding.name}"
    tokens = {}
    for name, browser in (("one", client), ("other", app.test_client())):
        tokens[name] = re.findall(r'name="csrf_token" value="([^"]+)"', browser.get(address).text)[0]
        answer = browser.post("/language", data={"lang": "en", "csrf_token": tokens[name]})
        assert answer.status_code == 303
        g.pop("csrf_token", None)
    assert tokens["one"] != tokens["other"]
    assert app.test_client().post("/language", data={"lang": "en", "csrf_token": tokens["one"]}).status_code == 422


def test_what_was_flashed_to_one_visitor_is_not_kept_for_others(
    app: Flask, client: FlaskClient, welding: TrainingClass, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "MENU_KEPT", value=True)
    address = f"/?word={welding.name}&free=1"
    with client.session_transaction() as cookie:
        cookie["_flashes"] = [("ok", "只给您看的话")]
    assert "只给您看的话" in client.get(address).text
    assert "只给您看的话" not in app.test_client().get(address).text


def _plain(page: str) -> str:
    return re.sub(r'name="csrf_token" value="[^"]*"', "", page)


def test_threads_that_want_the_same_wait_for_one_of_them() -> None:
    made: list[int] = []

    def slow() -> int:
        made.append(1)
        time.sleep(0.02)
        return 7

    kept: Fresh[int] = Fresh(seconds=5)
    threads = [threading.Thread(target=kept.get, args=("key", slow)) for _number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == [1]


def test_the_oldest_keys_are_forgotten_first() -> None:
    memory: Fresh[int] = Fresh(seconds=5, kept=2)
    assert [memory.get(key, lambda: 1) for key in ("a", "b", "c")] == [1, 1, 1]
    assert memory.get("a", lambda: 2) == 2
    assert memory.get("c", lambda: 2) == 1


def test_what_is_near_comes_first_by_the_region_tree(client: FlaskClient, welding: TrainingClass) -> None:
    later = date.fromordinal(welding.start_on.toordinal() + 3)
    far = make_class(make_school_set(), start_on=later)
    town = next(row for row in below(OTHER_COUNTY, 4) if row.code.startswith(OTHER_COUNTY))
    db.session.execute(update(TrainingClass).where(TrainingClass.id == far.id).values(region_code=town.code))
    db.session.commit()
    assert names() == [welding.name, far.name]
    assert names(near=tuple(town.path.strip("/").split("/"))) == [far.name, welding.name]
    assert names(near=("430000", "430600", COUNTY)) == [welding.name, far.name]
    client.set_cookie(PLACE, town.path.rstrip("/"))
    page = client.get("/").text
    assert page.index(far.name) < page.index(welding.name)
    assert "就在本乡镇" in page
    client.set_cookie(PLACE, "'; drop table/430000")
    assert welding.name in client.get("/").text
