"""A real server with the demo story, and a real Chromium in front of it."""

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page

from app import create_app
from app.demo.story.cast import PASSWORD
from app.kernel import clock
from config import Config
from tests.databases import a_copy, let_go, name_of
from tests.serving import serving

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 900}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep all that needs the demo story on one worker: it is told once, and its telling is on no test's clock."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("demo"))
            if item.get_closest_marker("timeout") is None:
                item.add_marker(pytest.mark.timeout(180, func_only=True))


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Start the system's own Chromium."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    path = next((found for name in names if (found := shutil.which(name))), None)
    assert path, "no Chromium: run `make test`, which brings it"
    return {"executable_path": path, "args": FLAGS, "headless": True}


@pytest.fixture(scope="session")
def demo_app(server: str, told: Config) -> Iterator[Flask]:
    """The app as `make run` serves it, on a copy of the demo story, forms guarded as for people."""
    with a_copy(server, name_of(told), "browser", told.VAR) as found:
        made = create_app(found)
        yield made
        clock.run_ahead(timedelta())
        with made.app_context():
            let_go()


@pytest.fixture(scope="session")
def live(demo_app: Flask) -> Iterator[str]:
    """The address of a server with the demo story."""
    with serving(demo_app) as address:
        yield address


OpenPage = Callable[..., Page]


@pytest.fixture
def open_page(browser: Browser, live: str) -> Iterator[OpenPage]:
    """Open a fresh browser at a width, signed in as somebody of the cast where a login is given."""
    contexts: list[BrowserContext] = []

    def enter(login: str = "", *, size: dict[str, int] = DESK, lang: str = "zh-CN", script: bool = True) -> Page:
        context = browser.new_context(
            viewport={"width": size["width"], "height": size["height"]},
            locale=lang,
            base_url=live,
            java_script_enabled=script,
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        if login:
            page.goto("/sign-in")
            page.fill("main [name=login_name] >> visible=true", login)
            page.fill("main [name=password] >> visible=true", PASSWORD)
            page.click("main form.form button[type=submit]")
            assert "/sign-in" not in page.url, f"{login} cannot sign in"
        return page

    yield enter
    for context in contexts:
        context.close()


def check_width(page: Page) -> None:
    """Nothing on the page is wider than its window."""
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert overflow <= 0, f"{page.url} is {overflow} px too wide"


def check_page(page: Page) -> None:
    """A page is whole: nothing overflows, and the accessibility scan finds nothing serious.

    It is looked at once it rests: a style sheet that comes late fades a button from one color to the next, and the scan
    would measure the contrast in between.
    """
    check_width(page)
    page.evaluate("Promise.allSettled(document.getAnimations().map(each => each.finished))")
    found = Axe().run(page, options={"resultTypes": ["violations"]})
    serious = [v for v in found.response["violations"] if v["impact"] in {"serious", "critical"}]
    assert not serious, f"{page.url}: {[(v['id'], [n['html'][:120] for n in v['nodes'][:3]]) for v in serious]}"


def take(page: Page, name: str) -> None:
    """Keep a screen under docs/screens/ where asked to (`make screens`)."""
    folder = os.environ.get("SIDAN_SCREENS")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=str(Path(folder) / f"{name}.png"))
