"""The officer's day as a page: what waits, where, and the way from a number to a service noted."""

import re

import pytest
from flask.testing import FlaskClient

from app.accounts.models import User
from app.kernel.access import SYSTEM, Role
from app.kernel.database import db
from app.outreach.queries.duties import SETS
from app.people import service as people
from app.people.models import WishKind, WorkStatus
from app.people.service import NewWish
from tests.makers import COUNTY, OTHER_COUNTY, TOWNSHIP, VILLAGE, SignIn, make_user
from tests.making.outreach import OTHER_VILLAGE, in_days, make_round
from tests.making.people import make_person

pytestmark = pytest.mark.usefixtures("session")


def enter(sign_in: SignIn, user: User) -> FlaskClient:
    """Sign in; what the test has made so far stays, whatever a request rolls back."""
    db.session.commit()
    return sign_in(user)


def village() -> User:
    return make_user(Role.VILLAGE_OFFICER, area=(VILLAGE,))


def read(page: FlaskClient, path: str) -> str:
    answered = page.get(path)
    assert answered.status_code == 200
    return answered.get_data(as_text=True)


def test_the_day_shows_each_duty_with_its_number_and_day(sign_in: SignIn) -> None:
    person = make_person(work_status=WorkStatus.UNEMPLOYED, unemployed_since_on=in_days(-9))
    people.tell_wish(person, NewWish(WishKind.TRADE, "cooking"), by=SYSTEM)
    make_round()
    shown = read(enter(sign_in, village()), "/today")
    for words in ("没活干、还没推荐", "意愿还没回复", "摸底卡待走访", "已过 2 天"):
        assert words in shown


def test_a_day_with_nothing_to_do_says_so(sign_in: SignIn) -> None:
    nobody_lives_here = make_user(Role.VILLAGE_OFFICER, area=("430681107227",))
    assert "都办完了" in read(enter(sign_in, nobody_lives_here), "/today")


def test_every_number_by_place_opens_a_list_of_just_as_many(sign_in: SignIn) -> None:
    for code in (VILLAGE, VILLAGE, OTHER_VILLAGE):
        make_person(work_status=WorkStatus.UNEMPLOYED, region_code=code)
    make_round(places=(VILLAGE, OTHER_VILLAGE))
    page = enter(sign_in, make_user(Role.TRAINING_OFFICER, area=(COUNTY,)))
    shown = read(page, f"/today?region={TOWNSHIP}")
    links = set(re.findall(r'<a href="(/today/[a-z_]+\?region=\d+)">(\d+)</a>', shown))
    assert len(links) >= 4
    for url, number in links:
        assert f"共 {number} 条" in read(page, url)


def test_the_county_leads_down_to_the_village(sign_in: SignIn) -> None:
    make_person(work_status=WorkStatus.UNEMPLOYED)
    page = enter(sign_in, make_user(Role.TRAINING_OFFICER, area=(COUNTY,)))
    assert f"/today?region={TOWNSHIP}" in read(page, "/today")
    assert f"/today?region={VILLAGE}" in read(page, f"/today?region={TOWNSHIP}")
    assert "各地还有多少" not in read(page, f"/today?region={VILLAGE}")
    assert page.get(f"/today?region={OTHER_COUNTY}").status_code == 404


@pytest.mark.parametrize("duty", [duty.value for duty in SETS])
def test_every_list_opens_full_or_empty(sign_in: SignIn, duty: str) -> None:
    person = make_person(work_status=WorkStatus.UNEMPLOYED, unemployed_since_on=in_days(-9))
    people.tell_wish(person, NewWish(WishKind.TRADE, "cooking"), by=SYSTEM)
    make_round()
    page = enter(sign_in, village())
    read(page, f"/today/{duty}")
    assert page.get(f"/today/{duty}?page=99").status_code == 200
    assert page.get("/today/nothing").status_code == 404


def test_a_few_taps_take_a_person_off_the_list(sign_in: SignIn) -> None:
    person = make_person(name="卢海兰", work_status=WorkStatus.UNEMPLOYED)
    wish = people.tell_wish(person, NewWish(WishKind.TRADE, "cooking"), by=SYSTEM)
    page = enter(sign_in, village())
    listed = read(page, "/today/offer")
    way = re.search(r'href="(/people/\d+/services\?kind=job_recommendation&amp;duty=offer)"', listed)
    assert way is not None
    form = read(page, way[1].replace("&amp;", "&"))
    assert "推荐岗位" in form
    assert "烹饪" in form
    data = {
        "kind": "job_recommendation",
        "result": "accepted",
        "about": "编织车间计件工",
        "done_on": in_days(0).isoformat(),
        "how": "visit",
        "wishes": [str(wish.id)],
    }
    answered = page.post(way[1].replace("&amp;", "&"), data=data, follow_redirects=True)
    assert answered.request.path == "/today/offer"
    assert "卢海兰 的服务记好了" in answered.get_data(as_text=True)
    assert f"/people/{person.id}/services?kind" not in answered.get_data(as_text=True)
    db.session.refresh(wish)
    assert wish.answered_at is not None
    log = read(page, "/services")
    assert "编织车间计件工" in log


def test_the_day_of_another_county_is_not_shown(sign_in: SignIn) -> None:
    person = make_person(name="别处示例", work_status=WorkStatus.UNEMPLOYED)
    page = enter(sign_in, make_user(Role.VILLAGE_OFFICER, area=(OTHER_VILLAGE,)))
    assert "别处示例" not in read(page, "/today/offer")
    assert page.get(f"/people/{person.id}/services").status_code == 404
    assert page.post(f"/people/{person.id}/services").status_code == 404
