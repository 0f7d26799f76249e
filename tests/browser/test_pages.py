"""Every role's rooms at phone and desk width: whole, reachable, in the right language, and without serious barriers."""

import re

import pytest

from tests.browser.conftest import DESK, PHONE, OpenPage, check_page, check_width, take

STAFF = (
    "village",
    "township",
    "school",
    "teacher",
    "assessor",
    "employer",
    "training",
    "first",
    "second",
    "signer",
    "finance",
    "treasury",
    "auditor",
    "admin",
)
PUBLIC = {
    "/": "menu",
    "/notices": "notices",
    "/verify": "verify",
    "/sign-in": "sign-in",
    "/me/sign-in": "laborer-sign-in",
    "/policies": "policies",
    "/training-schools": "training-schools",
    "/organizations/apply": "apply",
    "/demo/clock": "demo-clock",
    "/styleguide": "styleguide",
}
CHINESE = re.compile(r"[\u4e00-\u9fff]")
HEADS = """all => all.map(one => {
  const copy = one.cloneNode(true);
  for (const kept of copy.querySelectorAll("[translate=no], option")) kept.remove();
  return copy.textContent;
}).join(" ")"""
"""What heads, labels and buttons say, without the names of people and places in them."""


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_public_pages_are_whole(open_page: OpenPage, size: dict[str, int]) -> None:
    page = open_page(size=size)
    for path, name in PUBLIC.items():
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == 200, path
        check_page(page)
        take(page, f"{name}-{'phone' if size is PHONE else 'desk'}")


@pytest.mark.parametrize("login", STAFF)
def test_every_room_of_a_role_is_whole(open_page: OpenPage, login: str) -> None:
    page = open_page(login)
    doors = page.eval_on_selector_all("nav.side a", "links => links.map(link => link.getAttribute('href'))")
    assert doors, f"{login} has no way to anything"
    for path in doors:
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == 200, f"{login} {path}"
        check_width(page)
        page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
        check_page(page)
        page.set_viewport_size({"width": DESK["width"], "height": DESK["height"]})
    page.goto("/home")
    take(page, f"home-{login}-desk")
    page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
    take(page, f"home-{login}-phone")


@pytest.mark.parametrize("login", ["school", "training", "auditor", "village", "treasury"])
def test_pages_speak_english_when_asked_to(open_page: OpenPage, login: str) -> None:
    page = open_page(login, lang="en")
    doors = page.eval_on_selector_all("nav.side a", "links => links.map(link => link.getAttribute('href'))")
    for path in doors:
        page.goto(path)
        frame = page.inner_text("nav.side") + page.inner_text("footer")
        heads = page.eval_on_selector_all("th, dt, label, button", HEADS)
        assert page.get_attribute("html", "lang") == "en"
        assert not CHINESE.search(frame.replace("四单", "")), path
        assert not CHINESE.search(re.sub(r"中文|四单", "", heads)), f"{path}: {heads}"
        page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
        check_width(page)
        page.set_viewport_size({"width": DESK["width"], "height": DESK["height"]})


def test_every_page_works_without_javascript(open_page: OpenPage) -> None:
    page = open_page("school", size=PHONE, script=False)
    page.goto("/classes")
    page.click("main table a, main .card a")
    assert page.locator("h1").count() == 1
