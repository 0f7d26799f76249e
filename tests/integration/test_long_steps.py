"""Long steps of a claim run in the background: seen moving, told what came of them, whole or not at all, once."""

import os
import re
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from typing import Any

import psycopg
import pytest
from flask import Flask
from sqlalchemy import func, select, text
from werkzeug.test import TestResponse

from app import create_app
from app.accounts.models import User
from app.audit.models import Event
from app.certificates import service as certificates
from app.certificates.queries import certificates_of
from app.funding import service
from app.funding.models import BankFile, Claim
from app.funding.rules import ClaimStatus
from app.funding.rules.long_steps import LongAct, Target
from app.funding.service.long_steps import JOB, forget_long_steps
from app.kernel import clock
from app.kernel.access import Role
from app.kernel.database import db, transaction
from app.kernel.tasks import tasks
from app.papers.printing import Printer
from app.people.models import Group
from tests.databases import a_copy, let_go
from tests.makers import make_user
from tests.making import funding as made
from tests.making.classes import officer
from tests.racing import committed

PATIENCE = 20.0


def bar_of(words: str) -> str:
    """A bar as the page draws it, said in short: “逐行写入 4 / 4”."""
    label, _space, figures = words.partition(" ")
    return f'<span>{label}</span><span class="progress-number">{figures}</span>'


@dataclass
class Bureau:
    """A class of two with four lines, in an app that takes two lines for many."""

    app: Flask
    story: made.Story

    def ask(self, user: User | int, path: str, on: date, **form: Any) -> TestResponse:
        """A page asked for by somebody on a day; with a form it is sent."""
        with self.app.app_context():
            who = db.session.get_one(User, user if isinstance(user, int) else user.id).get_id()
        client = self.app.test_client()
        with client.session_transaction() as cookie:
            cookie["_user_id"], cookie["_fresh"] = who, True
        with clock.at(made.day(on)):
            return client.post(path, data=form.pop("form", {})) if "form" in form else client.get(path)

    def press(self, user: User | int, path: str, on: date, **form: Any) -> str:
        """Press a button; the page of the step that began."""
        answer = self.ask(user, path, on, form=form)
        assert answer.status_code == 303, answer.text
        assert answer.location.startswith("/long-steps/")
        return answer.location

    def work(self, on: date) -> int:
        """What the worker does of these steps on a day; other jobs, as printing certificates, are not for here."""
        with self.app.app_context(), clock.at(made.day(on)):
            with transaction():
                db.session.execute(text("DELETE FROM procrastinate_jobs WHERE task_name <> :job"), {"job": JOB})
            return tasks.run_pending()

    @contextmanager
    def held_up(self, table: str) -> Iterator[None]:
        """Inside nobody can write into a table: whoever wants to waits."""
        url = self.app.config["SQLALCHEMY_DATABASE_URI"].set(drivername="postgresql")
        with psycopg.connect(url.render_as_string(hide_password=False)) as other:
            other.execute(f"LOCK TABLE {table} IN SHARE MODE")
            yield
            other.rollback()

    def watched(self, user: User | int, page: str, on: date, table: str, bar: str) -> str:
        """Work while a table is held up: the page waits, shows this bar, then leads on: what it says or where to."""
        before = self.ask(user, page, on).text
        assert "排队等候" in before
        assert "<progress" not in before
        with ThreadPoolExecutor(1) as pool:
            with self.held_up(table):
                work = pool.submit(copy_context().run, self.work, on)
                self.until(user, page, on, bar_of(bar))
            assert work.result(PATIENCE) == 1
        done = self.ask(user, page, on)
        return done.location or done.text

    def until(self, user: User | int, page: str, on: date, words: str) -> str:
        """The page as soon as it says so."""
        since = time.monotonic()
        while time.monotonic() - since < PATIENCE:
            found = self.ask(user, page, on).text
            if words in found:
                return found
            time.sleep(0.05)
        raise AssertionError(f"“{words}” never came")

    def school(self) -> int:
        assert self.story.at.by.user_id is not None
        return self.story.at.by.user_id

    def claim(self) -> Claim:
        query = select(Claim).where(Claim.class_id == self.story.row.id).order_by(Claim.id.desc())
        return db.session.scalars(query.execution_options(populate_existing=True)).unique().one()

    def status(self) -> ClaimStatus:
        with self.app.app_context():
            return self.claim().status

    def do(self, user: User, act: Any, on: date) -> Any:
        """A step of the claim that is short."""

        def whole() -> Any:
            with clock.at(made.day(on)):
                return act(self.claim(), by=db.session.get_one(User, user.id).as_actor())

        return committed(self.app, whole)


@pytest.fixture(scope="module")
def long_app(server: str, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The app with its rows really committed, where two lines are many."""
    with (
        a_copy(server, template, "long", tmp_path_factory.mktemp("long")) as found,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr(Printer, "render", lambda *_args, **_more: b"%PDF-1.7 not set here")
        app = create_app(replace(found, LONG_FROM_LINES=2))
        app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
        yield app
        with app.app_context():
            let_go()


@pytest.fixture
def bureau(long_app: Flask, monkeypatch: pytest.MonkeyPatch) -> Bureau:
    """A class that may be claimed for; every line of the work is noted."""
    monkeypatch.setattr("app.funding.service.long_steps.SECONDS", 0.0)

    def story() -> made.Story:
        return made.make_class_story(people_count=2, absent=0, group=Group.DISABLED)

    return Bureau(long_app, committed(long_app, story))


def compiled(bureau: Bureau) -> str:
    """The claim, compiled in the background; its page."""
    on = bureau.story.claimed
    page = bureau.press(bureau.school(), f"/classes/{bureau.story.row.id}/claim", on)
    assert bureau.work(on) == 1
    return bureau.ask(bureau.school(), page, on).location


def test_a_large_claim_goes_from_its_class_to_the_bank_by_pages_that_show_how_far_it_is(bureau: Bureau) -> None:
    story, on = bureau.story, bureau.story.claimed
    page = bureau.press(bureau.school(), f"/classes/{story.row.id}/claim", on)
    assert '<meta http-equiv="refresh"' in bureau.ask(bureau.school(), page, on).text
    there = bureau.watched(bureau.school(), page, on, "claim_lines", "逐行写入 4 / 4")
    assert re.fullmatch(r"/claims/\d+", there)

    page = bureau.press(bureau.school(), f"{there}/submit", on, note="请审核")
    assert "正在后台办理" in bureau.ask(bureau.school(), there, on).text
    assert bureau.watched(bureau.school(), page, on, "claim_duties", "逐行写入 4 / 4") == there
    assert bureau.status() == ClaimStatus.SUBMITTED
    assert "正在后台办理" not in bureau.ask(bureau.school(), there, on).text

    for days, user, finish in (
        (1, story.first, service.finish_first_review),
        (2, story.second, service.finish_second_review),
    ):
        on = story.claimed + timedelta(days=days)
        page = bureau.press(user, f"{there}/pass-clean", on)
        assert bureau.watched(user, page, on, "claim_lines", "逐行计算 2 / 2") == f"{there}/review"
        bureau.do(user, finish, on)


def test_its_money_is_asked_for_checked_and_exported_in_the_background_too(bureau: Bureau) -> None:
    story = bureau.story
    number = committed(bureau.app, lambda: made.approved(story).id)
    on = made.paying_day(story)
    page = bureau.press(story.finance, f"/payments/new/{story.budget.id}", on, claims=[number])
    batch = bureau.watched(story.finance, page, on, "transfers", "逐行核对 4 / 4")
    assert re.fullmatch(r"/payments/\d+", batch)
    page = bureau.press(story.checker, f"{batch}/check", on, note="")
    assert bureau.work(on) == 1
    assert bureau.ask(story.checker, page, on).location == batch

    page = bureau.press(story.treasury, f"{batch}/bank-file", on, template="bank-text", part="1")
    assert "文件做好了" in bureau.watched(story.treasury, page, on, "bank_files", "逐行核对 2 / 2")
    content = bureau.ask(story.treasury, f"{page}/file", on, form={}).data.decode("gb18030")
    assert len(content.splitlines()) >= 2
    with bureau.app.app_context():
        kept = db.session.scalars(select(BankFile)).one()
        assert kept.rows == 2
        told = db.session.scalars(select(Event.actor_key).where(Event.action == "bank file fetched")).all()
        assert told == [f"user:{story.treasury.id}"]
        with clock.at(made.day(on + timedelta(days=2))):
            forget_long_steps()
    assert bureau.ask(story.treasury, f"{page}/file", on, form={}).status_code == 409
    assert "已经过期" in bureau.ask(story.treasury, page, on).text


def test_a_refused_step_changes_nothing_and_says_why_and_what_to_do(bureau: Bureau) -> None:
    there, on = compiled(bureau), bureau.story.claimed
    page = bureau.press(bureau.school(), f"{there}/submit", on, note="")
    revoker = committed(bureau.app, officer)

    def revoke(claim: Claim, **_more: Any) -> None:
        for one in certificates_of(claim.class_id):
            certificates.revoke(one, reason="冒名", by=revoker)

    bureau.do(bureau.story.first, revoke, on)
    assert bureau.work(on) == 1
    told = bureau.ask(bureau.school(), page, on)
    assert told.status_code == 200
    assert "没有一行符合申领条件，不能提交" in told.text
    assert "什么也没有改" in told.text
    assert f'href="{there}"' in told.text
    assert "http-equiv" not in told.text
    assert bureau.status() == ClaimStatus.DRAFT
    assert "没有办成，看看为什么" in bureau.ask(bureau.school(), there, on).text


def test_two_presses_are_one_step_and_another_step_waits(bureau: Bureau) -> None:
    there, on = compiled(bureau), bureau.story.claimed
    page = bureau.press(bureau.school(), f"{there}/submit", on, note="")
    assert bureau.press(bureau.school(), f"{there}/submit", on, note="") == page
    other = bureau.ask(bureau.school(), f"{there}/recompile", on, form={})
    assert other.status_code == 409
    assert "正在后台办“提交申领”" in other.text
    assert bureau.work(on) == 1
    assert bureau.work(on) == 0
    assert bureau.status() == ClaimStatus.SUBMITTED


def test_killed_in_the_middle_the_claim_is_as_it_was_and_a_second_press_works(bureau: Bureau) -> None:
    there, on = compiled(bureau), bureau.story.claimed
    page = bureau.press(bureau.school(), f"{there}/submit", on, note="")
    with bureau.held_up("claim_duties"):
        child = os.fork()
        if child == 0:
            try:
                with bureau.app.app_context():
                    db.engine.dispose(close=False)
                    bureau.work(on)
            finally:
                os._exit(0)
        bureau.until(bureau.school(), page, on, "<progress")
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    assert bureau.status() == ClaimStatus.DRAFT
    told = bureau.ask(bureau.school(), page, on).text
    assert "办理中断了" in told
    assert f'action="{page}/again"' in told
    assert bureau.work(on) == 0
    assert bureau.press(bureau.school(), f"{there}/submit", on, note="") == page
    assert "办理中断了" not in bureau.ask(bureau.school(), page, on).text
    assert bureau.work(on) == 1
    assert bureau.ask(bureau.school(), page, on).location == there
    assert bureau.status() == ClaimStatus.SUBMITTED
    with bureau.app.app_context():
        action = select(func.count()).select_from(Event).where(Event.subject_type == "claims", Event.action == "submit")
        assert db.session.scalar(action.where(Event.subject_id == bureau.claim().id)) == 1


def test_a_step_is_done_only_with_the_rights_and_within_the_reach_of_who_pressed(bureau: Bureau) -> None:
    there, on = compiled(bureau), bureau.story.claimed
    number = int(there.rpartition("/")[2])

    def pressed(role: Role) -> tuple[int, int]:
        by = make_user(role).as_actor()
        step = service.start_long_step(LongAct.SUBMIT, Target(f"{role}"), lines=2, by=by, claim=number, note="")
        assert by.user_id is not None
        return by.user_id, step.id

    asked = {Role.SCHOOL_CLERK: "这一步由申领的单位来办", Role.AUDITOR: "没有办这一步的权限"}
    for role, words in asked.items():
        user, step = committed(bureau.app, partial(pressed, role))
        assert bureau.work(on) == 1
        assert words in bureau.ask(user, f"/long-steps/{step}", on).text
        assert bureau.status() == ClaimStatus.DRAFT
        assert bureau.ask(bureau.school(), f"/long-steps/{step}", on).status_code == 404
