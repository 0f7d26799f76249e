"""The frame and the parts of pages, drawn by the real templates without any database."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from types import SimpleNamespace

import pytest
from flask import Flask, render_template
from flask.testing import FlaskClient
from flask_bootstrap import Bootstrap5
from flask_login import LoginManager

from app.kernel import i18n, styleguide, web
from app.kernel.access import Actor, Role
from config import ROOT

LINKS = {
    "menu": "/",
    "notices": "/notices",
    "verify": "/verify",
    "sign_in": "/sign-in",
    "home": "/home",
    "sign_out": "/sign-out",
}
OFFICER = Actor(key="user:1", name="彭朝晖", roles=frozenset({Role.TRAINING_OFFICER}))
NAV = [SimpleNamespace(label=f"栏目{n}", url=f"/{n}", active=n == 1, count=n, rank=n) for n in range(1, 7)]
ERRORS = (403, 404, 409, 413, 422, 429, 500, 503)


class Page(HTMLParser):
    """A drawn page as its elements and ids."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)
        self.ids = [attributes["id"] for _, attributes in self.elements if "id" in attributes]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def one(self, tag: str, **wanted: str) -> dict[str, str | None]:
        """The first element of a kind with these attributes."""
        return next(
            attributes for name, attributes in self.elements if name == tag and wanted.items() <= attributes.items()
        )


@pytest.fixture
def frame() -> Flask:
    app = Flask(__name__, template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "static"))
    app.config.update(SECRET_KEY="frame", DEMO=True, BOOTSTRAP_SERVE_LOCAL=True, TESTING=True, WTF_CSRF_ENABLED=False)
    Bootstrap5(app)
    i18n.init_app(app)
    LoginManager(app).user_loader(lambda _key: None)
    web.init_app(app)
    styleguide.init_app(app)
    app.context_processor(lambda: {"actor": None, "nav": [], "links": LINKS})
    return app


@pytest.fixture
def visitor(frame: Flask) -> Iterator[FlaskClient]:
    with frame.test_client() as client:
        yield client


def test_the_style_guide_shows_every_part(visitor: FlaskClient) -> None:
    answer = visitor.get("/styleguide")
    assert answer.status_code == 200
    text = answer.get_data(as_text=True)
    for part in (
        "error-summary",
        "tag-warn",
        "step-current",
        "timeline-item",
        "sheet-stack",
        "pager",
        "empty",
        "masked",
        "checklist",
        "confirm",
    ):
        assert f'class="{part}' in text or f" {part}" in text, part


def test_ids_are_unique_and_every_tie_leads_somewhere(visitor: FlaskClient) -> None:
    page = Page(visitor.get("/styleguide").get_data(as_text=True))
    assert len(page.ids) == len(set(page.ids))
    for _tag, attributes in page.elements:
        for name in ("aria-describedby", "aria-labelledby", "for"):
            for target in (attributes.get(name) or "").split():
                assert target in page.ids, (name, target)


def test_links_of_the_error_summary_lead_to_fields(visitor: FlaskClient) -> None:
    page = Page(visitor.post("/styleguide", data={}).get_data(as_text=True))
    targets = [
        attributes["href"]
        for tag, attributes in page.elements
        if tag == "a" and re.match(r"#(?!tiles|forms|main)", attributes.get("href") or "")
    ]
    assert "#name" in targets
    assert {str(target)[1:] for target in targets} <= set(page.ids)


def test_a_wrong_form_answers_422_and_keeps_what_was_typed(visitor: FlaskClient) -> None:
    answer = visitor.post("/styleguide", data={"name": "龙军辉", "headcount": "三十", "pay": "三千"})
    assert answer.status_code == 422
    page = Page(answer.get_data(as_text=True))
    assert page.one("input", id="name")["value"] == "龙军辉"
    headcount = page.one("input", id="headcount")
    assert headcount["value"] == "三十"
    assert headcount["type"] == "text"
    assert headcount["aria-invalid"] == "true"
    assert headcount["aria-describedby"] == "headcount-error"
    assert page.one("input", id="pay")["value"] == "三千"


def test_hint_and_error_are_both_tied_to_their_field(visitor: FlaskClient) -> None:
    page = Page(visitor.post("/styleguide", data={}).get_data(as_text=True))
    assert page.one("input", id="name")["aria-describedby"] == "name-hint name-error"
    assert page.one("fieldset", id="way")["aria-describedby"] == "way-error"


def test_consent_that_is_not_given_is_an_error(visitor: FlaskClient) -> None:
    page = Page(visitor.post("/styleguide", data={}).get_data(as_text=True))
    assert page.one("input", id="consent")["aria-invalid"] == "true"


def test_the_style_guide_is_closed_outside_the_demo() -> None:
    app = Flask(__name__)
    app.config["DEMO"] = False
    styleguide.init_app(app)
    assert "styleguide" not in app.blueprints


@pytest.mark.parametrize("status", ERRORS)
@pytest.mark.parametrize("who", [None, OFFICER])
def test_an_error_page_is_drawn_without_a_database_and_shows_a_way_on(
    frame: Flask, status: int, who: Actor | None
) -> None:
    with frame.test_request_context("/"):
        text = render_template(f"errors/{status}.html", message="说明一句。", actor=who, nav=NAV if who else [])
    page = Page(text)
    assert f"编号 {status}" in text
    assert page.one("main", id="main")
    assert any(
        tag == "a" and "btn-primary" in (attributes.get("class") or "") and attributes.get("href")
        for tag, attributes in page.elements
    )


def test_the_frame_of_someone_signed_in_has_navigation_for_desk_and_phone(frame: Flask) -> None:
    with frame.test_request_context("/"):
        text = render_template("errors/404.html", message="", actor=OFFICER, nav=NAV)
    bottom = text[text.index('class="bottom"') :]
    assert all(f"栏目{n}" in text[: text.index('class="bottom"')] and f"栏目{n}" in bottom for n in range(1, 7))
    assert OFFICER.name in text


def test_the_frame_speaks_the_language_of_the_page_and_offers_the_other(visitor: FlaskClient) -> None:
    chinese = visitor.get("/styleguide", headers={"Accept-Language": "zh"}).get_data(as_text=True)
    english = visitor.get("/styleguide", headers={"Accept-Language": "en"}).get_data(as_text=True)
    assert '<html lang="zh-CN">' in chinese
    assert 'value="en"' in chinese
    assert '<html lang="en">' in english
    assert 'value="zh_Hans_CN"' in english


def test_links_that_the_kernel_does_not_give_are_left_out(frame: Flask) -> None:
    with frame.test_request_context("/"):
        text = render_template("errors/404.html", message="", links={"menu": "/"})
    assert "/notices" not in text
    assert "/sign-in" not in text
