"""Signing up on a small phone: class, who am I, what I agree to; with JavaScript and without, and in the elder view."""

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from app.demo.story.cast import FAMILY_PHONE, LABORERS
from app.kernel.database import db
from app.people.queries import people_with_phone
from app.people.rules import check_character
from tests.browser.conftest import OpenPage, check_page, take

SMALL = {"width": 360, "height": 640}
NEWCOMER = LABORERS[0].phone
CLASS = "稻虾共作"
MOST = 60 * 1024
"""Bytes of the first page with all it needs, as they come over the wire, headers and all."""
BOTH = pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])

TOO_SMALL = Path(__file__).with_name("too_small.js").read_text("utf-8")


def _code(open_page: OpenPage, phone: str) -> str:
    """The newest code sent to a phone, as the outbox shows it."""
    outbox = open_page()
    outbox.goto("/outbox")
    row = outbox.locator("tr").filter(has_text="验证码").filter(has_text=phone[-4:]).first
    return str(re.findall(r"\b\d{6}\b", row.inner_text())[0])


def _number_of(app: Flask, phone: str) -> str:
    with app.app_context():
        number = str(people_with_phone(phone)[0].id_number)
        db.session.remove()
    return number


def _screen(page: Page, name: str, *, script: bool = True, elder: bool = False) -> None:
    """Whole, and everything one must press is inside the width of the phone; the scan needs JavaScript."""
    wide = page.locator("main").bounding_box()
    assert wide is not None
    assert wide["x"] + wide["width"] <= SMALL["width"]
    if script:
        check_page(page)
        take(page, f"sign-up-{'elder-' if elder else ''}{name}")
    if script and elder:
        assert page.evaluate(TOO_SMALL) == [], page.url


def _press(page: Page, words: str | re.Pattern[str]) -> None:
    page.locator("main").get_by_role("button", name=words).first.click()


def _choose_village(page: Page) -> None:
    for name in ("汨罗市", "弼时镇", "湄江村"):
        page.locator("main .places").get_by_text(name, exact=True).click()


@BOTH
def test_three_steps_lead_from_a_class_to_a_seat(open_page: OpenPage, demo_app: Flask, *, script: bool) -> None:
    page = open_page(size=SMALL, script=script)
    page.goto("/")
    _screen(page, "1-menu", script=script)
    page.locator("main").get_by_role("link", name=CLASS).first.click()
    _screen(page, "1-class", script=script)
    page.get_by_role("link", name="我要报名").first.click()

    expect(page.locator("main")).to_contain_text("第 2 步，共 3 步")
    expect(page.locator("main")).to_contain_text(CLASS)
    _screen(page, "2-who", script=script)
    page.get_by_label("身份证号码").fill(_number_of(demo_app, NEWCOMER))
    page.get_by_label("手机号码").fill(NEWCOMER)
    _press(page, "发验证码")
    _screen(page, "2-code", script=script)
    page.get_by_label("验证码").fill(_code(open_page, NEWCOMER))
    _press(page, "下一步")

    expect(page.locator("main")).to_contain_text("第 3 步，共 3 步")
    expect(page.locator("main")).to_contain_text("留多久")
    _screen(page, "3-agree", script=script)
    page.get_by_label("我看清楚了，同意报名").check()
    _press(page, "确认报名")
    expect(page.locator("main")).to_contain_text("报上了")
    _screen(page, "done", script=script)

    page.locator("summary").filter(has_text="退出报名").click()
    page.get_by_role("button", name="退出报名").click()
    expect(page.locator("main")).to_contain_text("已经退出")


@BOTH
def test_an_elder_who_is_new_registers_and_signs_up_one_question_a_page(open_page: OpenPage, *, script: bool) -> None:
    born, phone = date(1986, 3, 4 if script else 5), "19900000066" if script else "19900000067"
    number = f"430923{born:%Y%m%d}000"
    page = open_page(size=SMALL, script=script)

    def see(name: str) -> None:
        _screen(page, name, script=script, elder=True)

    page.goto("/")
    page.get_by_role("button", name="长辈版").click()
    expect(page.get_by_role("button", name="普通版")).to_be_visible()
    see("1-menu")
    page.locator("main").get_by_role("link", name="选我的村").click()
    see("1-place")
    _choose_village(page)
    expect(page.locator("main")).to_contain_text("湄江村")
    page.locator(".trades").get_by_text("稻虾共作").click()
    page.locator("main").get_by_role("link", name=CLASS).first.click()
    see("1-class")
    page.locator("aside").get_by_role("link", name="我要报名").click()
    see("2-number")
    page.get_by_label("身份证号码").fill(number + check_character(number))
    _press(page, "下一步")
    see("2-phone")
    page.get_by_label("手机号码").fill(phone)
    _press(page, "发验证码")
    see("2-code")
    page.get_by_label("验证码").fill(_code(open_page, phone))
    _press(page, "下一步")
    see("2-name")
    page.get_by_label("姓名").fill("周阿婆")
    _press(page, "下一步")
    for choice in ("小学及以下", "在家种田、养殖", "农村户口，想找活干或正在打工"):
        see(f"2-{choice[:3]}")
        page.get_by_label(choice).check()
        _press(page, "下一步")
    for part in ("when", "after", "data"):
        see(f"3-{part}")
        page.get_by_role("link", name="看懂了，下一条").click()
    see("3-agree")
    page.get_by_label("我看清楚了，同意报名").check()
    _press(page, re.compile("确认报名|排候补"))
    expect(page.locator("main")).to_contain_text(re.compile("报上了|候补第"))
    see("done")


def test_a_family_that_shares_a_phone_says_which_of_them_it_is(open_page: OpenPage) -> None:
    mother, daughter = (one.name for one in LABORERS if one.phone == FAMILY_PHONE)
    page = open_page(size=SMALL)
    page.goto("/")
    page.locator("main").get_by_role("link", name=CLASS).first.click()
    page.get_by_role("link", name="我要报名").first.click()
    page.get_by_role("link", name="在村里登记过，只用手机号").click()
    page.get_by_label("手机号码").fill(FAMILY_PHONE)
    _press(page, "发验证码")
    page.get_by_label("验证码").fill(_code(open_page, FAMILY_PHONE))
    _press(page, "下一步")
    _screen(page, "2-which")
    page.get_by_label(re.compile(daughter)).check()
    _press(page, "就是我，下一步")
    expect(page.locator(".me-line")).to_contain_text(daughter)
    expect(page.locator("main")).not_to_contain_text(mother)


def test_the_elder_view_reads_its_page_aloud_and_stops(open_page: OpenPage) -> None:
    page = open_page(size=SMALL)
    page.add_init_script(
        "const said = window.said = [], voice = {speak: one => said.push(one.text), cancel: () => said.push('-')};"
        "Object.defineProperty(window, 'speechSynthesis', {value: voice});"
    )
    page.goto("/")
    expect(page.get_by_role("button", name="念给我听")).to_have_count(0)
    page.get_by_role("button", name="长辈版").click()
    page.goto("/me/who")
    page.get_by_role("button", name="念给我听").click()
    said = "".join(page.evaluate("window.said"))
    assert "您的身份证号是多少？" in said
    assert "照着身份证填" in said
    page.get_by_role("button", name="停下").click()
    assert page.evaluate("window.said").pop() == "-"
    silent = open_page(size=SMALL, script=False)
    silent.goto("/")
    silent.get_by_role("button", name="长辈版").click()
    expect(silent.get_by_role("button", name="念给我听")).to_have_count(0)
    expect(silent.locator("[data-read-aloud]")).to_be_hidden()


@pytest.mark.parametrize("elder", [False, True], ids=["usual", "elder"])
def test_the_first_page_weighs_at_most_60_kilobytes(open_page: OpenPage, *, elder: bool) -> None:
    page = open_page(size=SMALL)
    if elder:
        page.goto("/verify")
        page.get_by_role("button", name="长辈版").click()
        page.context.clear_cookies(name="sidan")
    wire = page.context.new_cdp_session(page)
    got: dict[str, Any] = {}
    wire.on("Network.responseReceived", lambda told: got.setdefault(told["requestId"], told["response"]["url"]))
    sizes: list[int] = []
    wire.on("Network.loadingFinished", lambda told: sizes.append(told["encodedDataLength"]))
    wire.send("Network.enable")
    wire.send("Network.setCacheDisabled", {"cacheDisabled": True})
    page.goto("/", wait_until="networkidle")
    assert page.locator(".tile").count() > 5
    assert len(sizes) >= 5
    assert sum(sizes) <= MOST, f"{sum(sizes)} bytes: {sorted(got.values())}"


def test_a_form_without_a_tick_says_what_is_missing(open_page: OpenPage) -> None:
    page = open_page(size=SMALL)
    page.goto("/me/who")
    page.get_by_label("身份证号码").fill("43068119")
    page.get_by_label("手机号码").fill("123")
    _press(page, "发验证码")
    expect(page.get_by_role("alert")).to_contain_text("手机号")
    expect(page.get_by_role("alert")).to_contain_text("18 位")
    assert page.get_by_label("手机号码").input_value() == "123"
    check_page(page)
