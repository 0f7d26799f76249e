"""A policy tried on past claims: who gains, who loses, what the budgets need; nothing is stored."""

import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.audit.models import Event
from app.funding.models import Claim, ClaimLine
from app.funding.queries import trials
from app.kernel.access import Role
from app.kernel.database import transaction
from app.people.models import Group
from app.policies.folders import load_folder, load_zip
from app.policies.models import PolicyPack
from app.policies.rules.parsing import PackErrors
from tests.makers import OTHER_COUNTY, make_user
from tests.making import funding as made
from tests.packs import DEMO

SignIn = Callable[[Any], FlaskClient]


@pytest.fixture
def story(session: Session) -> made.Story:
    """Two trainees of a class, submitted: each 1,000 yuan and nine days of allowance."""
    with transaction():
        found = made.make_class_story(people_count=3, absent=1, group=Group.DISABLED)
        made.submitted(found)
    session.expire_all()
    return found


def zipped(**changes: tuple[str, str]) -> bytes:
    """The example pack as a ZIP file of its folder, with a text of a file replaced."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as into:
        for path in DEMO.iterdir():
            text = path.read_text(encoding="utf-8")
            for name, (old, new) in changes.items():
                if path.stem == name:
                    assert old in text
                    text = text.replace(old, new)
            into.writestr(f"try/{path.name}", text)
        into.writestr("../../evil.csv/x", "")
        into.writestr("try/readme.txt", "nothing")
    return packed.getvalue()


def asked(session: Session) -> int:
    return int(session.scalar(select(func.sum(ClaimLine.asked_fen))) or 0)


def test_the_same_policy_changes_nothing(session: Session, story: made.Story) -> None:
    found = trials.trial(story.finance.as_actor(), load_folder(DEMO)[1], None, None)
    assert (found.whole.people, found.whole.same, found.whole.unknown) == (2, 2, 0)
    assert found.whole.then_fen == found.whole.now_fen == asked(session)
    assert (found.gaining, found.losing) == ([], [])


def test_a_higher_standard_is_counted_by_school_group_course_and_budget(story: made.Story) -> None:
    pack = load_zip(zipped(rates=("rural,,5,1000,", "rural,,5,1300,")))[1]
    found = trials.trial(story.finance.as_actor(), pack, None, None)
    change = found.whole.change_fen
    assert (found.whole.gain, found.whole.lose) == (2, 0)
    assert change > 0
    for rows in (found.schools, found.groups, found.courses, list(found.budgets.values())):
        assert [(row.people, row.change_fen) for row in rows] == [(2, change)]
    (need,) = trials.needs(found)
    assert need.standing is not None
    assert need.standing.budget.id == story.budget.id
    assert need.short_fen == max(0, change - need.standing.available_fen)


def test_who_loses_is_told_masked(story: made.Story) -> None:
    pack = load_zip(zipped(pack=("yuan = 20\n", "yuan = 5\n")))[1]
    found = trials.trial(story.finance.as_actor(), pack, None, None)
    assert [one.change_fen < 0 for one in found.losing] == [True, True]
    assert all("*" in one.past.name for one in found.losing)


def test_a_blank_standard_is_told_and_never_counted_as_nothing(session: Session, story: made.Story) -> None:
    pack = load_zip(zipped(rates=("rural,,5,1000,元/人,示例", "rural,,5,,元/人,")))[1]
    found = trials.trial(story.finance.as_actor(), pack, None, None)
    assert (found.whole.unknown, found.whole.then_fen, found.whole.now_fen) == (2, 0, 0)
    assert found.whole.unknown_fen == asked(session)
    ((reason, number),) = found.unknown
    assert (number, "标准不明" in str(reason.message)) == (2, True)


def test_only_claims_of_ones_area_and_of_the_days_asked_for(story: made.Story) -> None:
    pack = load_folder(DEMO)[1]
    elsewhere = make_user(Role.BUREAU_FINANCE, area=(OTHER_COUNTY,))
    assert trials.trial(elsewhere.as_actor(), pack, None, None).whole.people == 0
    here = story.finance.as_actor()
    assert trials.trial(here, pack, story.claimed, story.claimed).whole.people == 2
    assert trials.trial(here, pack, None, story.ended).whole.people == 0


def test_an_officer_tries_a_folder_and_nothing_changes(session: Session, sign_in: SignIn, story: made.Story) -> None:
    counts = [session.scalar(select(func.count()).select_from(table)) for table in (PolicyPack, Event, Claim)]
    officer = sign_in(story.finance)
    assert 'href="/claims/trials"' in officer.get("/claims").text
    assert officer.get("/claims/trials").status_code == 200
    data = {"file": (io.BytesIO(zipped(rates=("rural,,5,1000,", "rural,,5,1300,"))), "try.zip")}
    page = officer.post("/claims/trials", data=data, content_type="multipart/form-data")
    assert page.status_code == 200
    for words in ("会多的人", "预算要多少", "按学校", "按补贴对象", story.row.course.title):
        assert words in page.text
    assert counts == [session.scalar(select(func.count()).select_from(table)) for table in (PolicyPack, Event, Claim)]


def test_an_imported_version_can_be_tried_and_errors_are_told(
    session: Session, sign_in: SignIn, story: made.Story
) -> None:
    officer = sign_in(story.finance)
    version = session.scalar(select(PolicyPack.id).where(PolicyPack.key == "demo-yueyang").limit(1))
    assert officer.post("/claims/trials", data={"version_id": version}).status_code == 200
    nothing = officer.post("/claims/trials", data={})
    assert nothing.status_code == 422
    assert "请选一个政策包" in nothing.text
    wrong = {"file": (io.BytesIO(zipped(rates=("rural,,5,1000,", "rural,,5,viel,"))), "try.zip")}
    page = officer.post("/claims/trials", data=wrong, content_type="multipart/form-data")
    assert page.status_code == 422
    assert "rates.csv" in page.text
    assert "amount_yuan" in page.text
    broken = {"file": (io.BytesIO(b"PK nothing"), "try.zip")}
    assert officer.post("/claims/trials", data=broken, content_type="multipart/form-data").status_code == 422


def test_a_school_may_not_try_policies(sign_in: SignIn, story: made.Story) -> None:
    assert sign_in(story.at.clerk).get("/claims/trials").status_code == 403


def test_a_zip_brings_only_the_packs_own_files() -> None:
    assert load_zip(zipped())[1] == load_folder(DEMO)[1]
    with pytest.raises(PackErrors):
        load_zip(b"")
