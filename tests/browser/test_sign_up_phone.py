"""Signing up on a small phone: three screens between the class and the seat, with JavaScript and without."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage, check_page, take

SMALL = {"width": 360, "height": 640}
NEWCOMER = "19900000001"
CLASS = "稻虾共作"


def _code(open_page: OpenPage, phone: str) -> str:
    """The newest code sent to a phone, as the outbox shows it."""
    outbox = open_page()
    outbox.goto("/outbox")
    row = outbox.locator("tr").filter(has_text="验证码").filter(has_text=phone[-4:]).first
    return str(re.findall(r"\b\d{6}\b", row.inner_text())[0])


def _screen(page: Page, name: str, *, script: bool) -> None:
    """Whole, and everything one must press is inside the width of the phone; the scan needs JavaScript."""
    wide = page.locator("main").bounding_box()
    assert wide is not None
    assert wide["x"] + wide["width"] <= SMALL["width"]
    if script:
        check_page(page)
        take(page, f"sign-up-{name}")


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_three_screens_lead_from_a_class_to_a_seat(open_page: OpenPage, *, script: bool) -> None:
    page = open_page(size=SMALL, script=script)
    page.goto("/")
    _screen(page, "menu", script=script)
    page.locator("main").get_by_role("link", name=CLASS).first.click()
    _screen(page, "class", script=script)
    page.get_by_role("link", name="我要报名").first.click()

    _screen(page, "1-phone", script=script)
    page.get_by_label("手机号").fill(NEWCOMER)
    page.get_by_role("button", name="发验证码").click()

    _screen(page, "2-code", script=script)
    page.get_by_label("验证码").fill(_code(open_page, NEWCOMER))
    page.locator("main").get_by_role("button", name="登录").click()

    _screen(page, "3-confirm", script=script)
    page.get_by_label("我看清楚了，同意报名").check()
    page.get_by_role("button", name="确认报名").click()
    expect(page.locator("main")).to_contain_text("报上了")
    _screen(page, "done", script=script)

    page.locator("summary").filter(has_text="退出报名").click()
    page.get_by_role("button", name="退出报名").click()
    expect(page.locator("main")).to_contain_text("已经退出")


def test_a_form_without_a_tick_says_what_is_missing(open_page: OpenPage) -> None:
    page = open_page(size=SMALL)
    page.goto("/me/sign-in")
    page.get_by_label("手机号").fill("123")
    page.get_by_role("button", name="发验证码").click()
    expect(page.get_by_role("alert")).to_contain_text("手机号")
    assert page.get_by_label("手机号").input_value() == "123"
    check_page(page)
