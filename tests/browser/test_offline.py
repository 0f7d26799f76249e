"""An officer's day without a network: cards taken along, notes made with the line cut, brought back, clashes shown."""

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from app.accounts.queries import user_by_login_name
from app.kernel import clock
from app.kernel.database import db, transaction
from app.outreach import service
from app.outreach.models import SurveyCard
from app.outreach.queries import services_of
from app.outreach.rules import CardStatus
from app.outreach.service import Asked
from app.people.models import Person
from tests.browser.conftest import OpenPage, check_page, take

WORD = "莲塘村-2026"
READ_SAFE = """new Promise(done => {
  const open = indexedDB.open("sidan-offline");
  open.onsuccess = () => {
    const all = open.result.transaction("safe").objectStore("safe").getAll();
    const plain = one => one.sealed ? new TextDecoder().decode(one.sealed) : JSON.stringify(one);
    all.onsuccess = () => done(all.result.map(plain).join());
  };
})"""
"""Everything in the safe, read by somebody without the word."""


def unlock(page: Page, word: str) -> None:
    page.get_by_label("输入这台手机的口令").fill(word)
    page.get_by_role("button", name="打开").click()


def first_with_a_card(page: Page) -> int:
    """Open the first person who still has a card; how many have one."""
    people, found = page.locator(".offline-person"), page.locator("#found")
    expect(people.first).to_be_visible()
    everybody = found.inner_text()
    page.get_by_label("只看还要摸底的").check()
    expect(found).not_to_have_text(everybody)  # not all have one; the list is drawn after the click has ended
    count = people.count()
    expect(found).to_have_text(f"{count} 人")
    people.first.click()
    return count


def card_of(name: str) -> SurveyCard:
    """The card of a person, as the database has it now."""
    query = db.select(SurveyCard).join(Person, Person.id == SurveyCard.person_id)
    return db.session.scalars(query.where(Person.name == name).order_by(SurveyCard.id.desc())).first()  # type: ignore[return-value]  # the demo has one


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    page = open_page("village")
    page.goto("/offline")
    assert page.evaluate("navigator.serviceWorker.ready.then(one => Boolean(one.active))")
    page.locator("#word").fill(WORD)
    page.locator("#again").fill(WORD)
    check_page(page)
    take(page, "offline-take")
    page.get_by_role("button", name="带到手机上").click()
    expect(page.locator("#work")).to_be_visible()
    return page


def test_a_day_without_a_network_and_a_clash_at_its_end(page: Page, demo_app: Flask) -> None:
    page.context.set_offline(True)
    page.goto("/home")
    unlock(page, WORD)
    expect(page.locator("#line")).to_contain_text("没有网络")
    waiting = first_with_a_card(page)
    name = page.locator("#person h2").inner_text()
    check_page(page)
    take(page, "offline-person")
    page.locator("#cards").get_by_label("未就业", exact=True).check()
    page.locator("#cards").get_by_role("button", name="存到手机").first.click()
    expect(page.locator("#waiting")).to_have_text("1 条等着同步")
    page.locator(".offline-person").filter(has_text=name).first.wait_for(state="detached")
    page.get_by_label("只看还要摸底的").uncheck()
    page.locator(".offline-person").filter(has_text=name).first.click()
    page.get_by_text("记一次服务").click()
    page.locator("#service-form").get_by_label("走访", exact=True).check()
    page.locator("#service-form").get_by_label("已办", exact=True).check()
    page.get_by_role("button", name="存到手机").last.scroll_into_view_if_needed()
    page.locator("#service-form").get_by_role("button", name="存到手机").click()
    expect(page.locator("#waiting")).to_have_text("2 条等着同步")
    page.get_by_role("button", name="同步", exact=True).click()
    expect(page.locator("#said")).to_contain_text("没有网络")
    with demo_app.app_context():
        card = card_of(name)
        assert card.status == CardStatus.OPEN
        by = user_by_login_name("village").as_actor()  # type: ignore[union-attr]  # the demo has it
        with transaction():
            service.answer(card, {"work_status": "employed"}, Asked(clock.today()), by=by)
        db.session.remove()
    page.context.set_offline(False)
    page.get_by_role("button", name="同步", exact=True).click()
    clash = page.locator(".offline-note")
    expect(clash).to_have_count(1)
    expect(clash).to_contain_text("系统里现在的")
    expect(clash).to_contain_text("已就业")
    expect(clash).to_contain_text("未就业")
    check_page(page)
    take(page, "offline-clash")
    page.get_by_role("button", name="以我记的为准").click()
    page.get_by_role("button", name="同步", exact=True).click()
    expect(page.locator("#said")).to_have_text("都同步好了。")
    with demo_app.app_context():
        card = card_of(name)
        assert card.work_status == "unemployed"
        assert [record.kind.value for record in services_of(card.person)].count("visit") >= 1
        db.session.remove()
    page.get_by_label("只看还要摸底的").check()
    expect(page.locator("#found")).to_have_text(f"{waiting - 1} 人")


def test_the_safe_opens_to_its_word_only_and_is_gone_after_signing_out(page: Page) -> None:
    expect(page.locator("#people")).to_contain_text("湄江")
    stored = page.evaluate(READ_SAFE)
    assert "owner" in stored
    assert "湄江" not in stored
    assert "199000" not in stored
    page.reload()
    unlock(page, "错的口令-1")
    expect(page.locator("#said")).to_contain_text("口令不对")
    unlock(page, WORD)
    expect(page.locator("#work")).to_be_visible()
    page.goto("/home")
    page.locator("form[action='/sign-out']").first.evaluate("form => form.submit()")
    page.wait_for_url("**/")
    page.goto("/offline")
    expect(page.locator("#sign-in-first")).to_be_visible()


def test_five_wrong_words_throw_everything_away(page: Page) -> None:
    page.reload()
    for _time in range(5):
        unlock(page, "猜的口令-9")
        expect(page.locator("#known")).to_have_value("")
    expect(page.locator("#said")).to_contain_text("已经清掉")
    expect(page.locator("#take")).to_be_visible()
