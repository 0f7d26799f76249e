"""What a person does at a screen: follow what is written there, fill, tick, press; every new page is looked at once."""

import re
from datetime import date
from typing import Any, Self

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import OpenPage, check_page, take

PATIENCE = 30_000
CHANGEABLE = re.compile(r"/[0-9][^/]*|/[A-Za-z0-9_-]{20,}|\?.*$|#.*$")


class Scene:
    """One person at one screen."""

    def __init__(self, page: Page, seen: set[str]) -> None:
        page.set_default_timeout(PATIENCE)
        self.page, self.seen = page, seen
        self.main, self.body = page.locator("main"), page.locator("main, .hero")

    def look(self, name: str = "") -> None:
        """The page is whole; pages of one kind are looked at once. With a name it is kept for the documents."""
        answered = self.page.locator("h1").first.inner_text()
        assert "出错" not in answered, f"{self.page.url}: {answered}"
        kind = CHANGEABLE.sub("/_", self.page.url)
        if kind not in self.seen:
            self.seen.add(kind)
            check_page(self.page)
        if name:
            take(self.page, f"story-{name}")

    def start(self, path: str = "/home") -> Self:
        """Type an address: only where somebody would."""
        self.page.goto(path)
        self.look()
        return self

    def door(self, words: str) -> Self:
        """Walk through a door of the navigation."""
        doors = self.page.get_by_role("navigation", name="我的工作").get_by_role("link")
        return self._clicked(doors.filter(has_text=re.compile(rf"^\s*{words}\s*\d*\s*$")))

    def follow(self, words: str, *, within: Locator | None = None) -> Self:
        """Follow the first link that says this."""
        return self._clicked((within or self.body).get_by_role("link", name=words).first)

    def press(self, words: str | re.Pattern[str], *, within: Locator | None = None) -> Self:
        """Press the button that says exactly this."""
        return self._clicked((within or self.body).get_by_role("button", name=words, exact=True).first)

    def tap(self, words: str) -> Self:
        """Press a button that changes something on this page and leads nowhere."""
        self.main.get_by_role("button", name=words, exact=True).click()
        return self

    def _clicked(self, target: Locator) -> Self:
        with self.page.expect_navigation(wait_until="load", timeout=PATIENCE):
            target.click()
        self.look()
        return self

    def card(self, words: str) -> Locator:
        """The card under this heading."""
        head = self.page.get_by_role("heading", name=words, exact=True)
        return self.main.locator(".card, section").filter(has=head).last

    def row(self, words: str) -> Locator:
        """The first row of a table that says this."""
        return self.main.locator("tr").filter(has_text=words).first

    def write(self, fields: dict[str, Any], *, within: Locator | None = None) -> Self:
        """Write into fields by their labels; a list is chosen from by a part of its words, True ticks."""
        for words, value in fields.items():
            field = self._field(words, within or self.body)
            if value is True:
                field.check()
            elif field.evaluate("one => one.tagName") == "SELECT":
                field.select_option(value=self._choice(field, str(value)))
            else:
                field.fill(str(value))
        return self

    def _field(self, words: str, within: Locator) -> Locator:
        label = within.locator("label").filter(has_text=re.compile(rf"^\s*{re.escape(words)}"))
        name = label.locator("visible=true").first.get_attribute("for")
        return self.page.locator(f"[id='{name}']")

    @staticmethod
    def _choice(field: Locator, words: str) -> str:
        option = field.locator("option").filter(has_text=words).first
        return str(option.get_attribute("value"))

    def confirm(self, trigger: str, fields: dict[str, Any] | None = None, *, button: str = "") -> Self:
        """Open a small panel, fill it, and press its button."""
        panel = self.main.locator("details.confirm").filter(has=self.page.locator("summary", has_text=trigger)).first
        panel.locator("summary").click()
        self.write(fields or {}, within=panel)
        return self.press(button or trigger, within=panel)

    def says(self, words: str | re.Pattern[str]) -> Self:
        """What the page says now."""
        expect(self.main).to_contain_text(words, timeout=PATIENCE)
        return self


class Cast:
    """Everybody at their own screen, who stays signed in for the whole story."""

    def __init__(self, open_page: OpenPage) -> None:
        self.open_page, self.seen = open_page, set[str]()
        self.scenes: dict[str, Scene] = {}

    def at(self, login: str) -> Scene:
        """The screen of somebody, signed in."""
        if login not in self.scenes:
            self.scenes[login] = Scene(self.open_page(login), self.seen)
        return self.scenes[login]

    def anyone(self, **how: Any) -> Scene:
        """A screen of somebody who is nobody in particular."""
        return Scene(self.open_page(**how), self.seen)


def today(scene: Scene) -> date:
    """What day the demo's ribbon says it is."""
    words = scene.page.locator(".ribbon").inner_text()
    found = re.search(r"\d{4}-\d{2}-\d{2}", words)
    assert found, words
    return date.fromisoformat(found[0])


def move_to(cast: Cast, day: date) -> None:
    scene = cast.anyone().start("/demo/clock")
    days = (day - today(scene)).days
    scene.write({"往前跳几天": days}).press("往前跳").says(day.isoformat())
