"""A lesson on a learner's phone: seconds in sight are told to the server, those out of sight are not."""

import re

from flask import Flask
from playwright.sync_api import Page, Request, expect
from sqlalchemy import select

from app.classes.queries import active_seats
from app.kernel.database import db
from app.lessons.models import Lesson, SessionLesson, WatchBeat, Watching
from tests.browser.conftest import PHONE, OpenPage, check_page

HIDE = """() => {
    Object.defineProperty(document, "hidden", {get: () => %s, configurable: true});
    document.dispatchEvent(new Event("visibilitychange"));
}"""
BEAT, LONG = 15_000, 60_000
"""Between two heartbeats, and a while in which many would come."""


def _learner(app: Flask) -> tuple[str, int, int]:
    """The phone and seat of somebody of the demo's online class, and their first lesson."""
    with app.app_context():
        lesson = db.session.scalars(select(Lesson).order_by(Lesson.id)).unique().first()
        assert lesson is not None
        query = select(SessionLesson.class_id).where(SessionLesson.lesson_id == lesson.id)
        seats = active_seats(db.session.scalars(query).first() or 0)
        found = next((str(one.person.phone), one.id, lesson.id) for one in seats if one.person.phone)
        db.session.remove()
    return found


def _sign_in(page: Page, outbox: Page, phone: str) -> None:
    """By phone, with the code of the outbox."""
    page.goto("/me/sign-in")
    page.get_by_label("手机号码").fill(phone)
    page.locator("main").get_by_role("button", name="发验证码").click()
    outbox.goto("/outbox")
    row = outbox.locator("tr").filter(has_text="验证码").filter(has_text=phone[-4:]).first
    page.get_by_label("验证码").fill(re.findall(r"\b\d{6}\b", row.inner_text())[0])
    page.locator("main form.form button[type=submit]").first.click()
    page.wait_for_url(re.compile(r"/me(?!/sign-in)|/home|/my|/$"))


def _told(request: Request) -> int:
    """How many seconds a heartbeat tells."""
    return int(re.findall(r'name="told"\s+(\d+)', request.post_data or "")[0])


def test_a_lesson_counts_in_sight_and_stands_still_out_of_sight(open_page: OpenPage, demo_app: Flask) -> None:
    phone, seat_id, lesson_id = _learner(demo_app)
    page = open_page(size=PHONE)
    _sign_in(page, open_page(), phone)
    page.goto("/my/lessons")
    check_page(page)
    page.goto(f"/my/lessons/{seat_id}/{lesson_id}")
    page.clock.install()
    beats: list[int] = []

    def hear(request: Request) -> None:
        if request.url.endswith("/beat"):
            beats.append(_told(request))

    page.on("request", hear)
    page.locator("main").get_by_role("button", name=re.compile("开始学|接着学")).click()
    expect(page.locator("[data-watch]")).to_be_visible()
    check_page(page)
    with page.expect_response(re.compile("/beat$")) as answered:
        page.clock.run_for(BEAT)
    assert answered.value.ok
    assert beats[0] in range(14, 18)

    page.evaluate(HIDE % "true")
    page.clock.run_for(LONG)
    seen = sum(beats)
    assert seen <= beats[0] + 2, "time out of sight was told"

    page.evaluate(HIDE % "false")
    with page.expect_response(re.compile("/beat$")):
        page.clock.run_for(BEAT)
    assert sum(beats) - seen in range(13, 18)

    with demo_app.app_context():
        row = db.session.scalars(select(Watching).where(Watching.seat_id == seat_id)).one()
        kept = list(db.session.scalars(select(WatchBeat.seconds).where(WatchBeat.seat_id == seat_id)))
        db.session.remove()
    assert row.reached == sum(kept), "what was reached is what the heartbeats say"
    assert row.reached < sum(beats), "the server's clock says how much passed, not the page's"
