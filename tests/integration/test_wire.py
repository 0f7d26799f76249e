"""What goes over a slow line: compressed pages, files kept for a year, one small style sheet."""

import gzip
import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from app.kernel import sheets
from app.kernel.wire import PADDING
from config import ROOT

pytestmark = pytest.mark.usefixtures("session")
SQUEEZED = {"Accept-Encoding": "gzip"}


def test_a_page_is_compressed_for_whoever_can_read_it(client: FlaskClient) -> None:
    plain, squeezed = client.get("/place"), client.get("/place", headers=SQUEEZED)
    assert "Content-Encoding" not in plain.headers
    assert squeezed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in squeezed.headers["Vary"]
    assert len(squeezed.data) < len(plain.data) / 2
    assert "您在哪个县市区" in gzip.decompress(squeezed.data).decode()


def test_the_length_of_a_page_tells_nothing_of_the_secrets_in_it(client: FlaskClient) -> None:
    lengths = {len(client.get("/place", headers=SQUEEZED).data) for _time in range(12)}
    assert len(lengths) > 1
    assert max(lengths) - min(lengths) < PADDING + 60


def test_a_file_with_its_version_is_kept_for_a_year_and_belongs_to_no_session(client: FlaskClient) -> None:
    page = client.get("/place").text
    addresses = re.findall(r'(?:href|src)="((?:/static/|/sheet)[^"#]+)', page)
    assert len(addresses) >= 4
    for address in addresses:
        answer = client.get(address, headers=SQUEEZED, buffered=True)
        assert answer.status_code == 200, address
        assert "max-age=31536000" in answer.headers["Cache-Control"]
        assert "Cookie" not in answer.headers["Vary"]
        assert "Set-Cookie" not in answer.headers
    assert "max-age=31536000" not in client.get("/sheet.css").headers.get("Cache-Control", "")


def test_a_file_the_browser_has_is_not_sent_again(client: FlaskClient) -> None:
    first = client.get("/static/js/app.js", headers=SQUEEZED, buffered=True)
    assert first.headers["Content-Encoding"] == "gzip"
    again = client.get("/static/js/app.js", headers={**SQUEEZED, "If-None-Match": first.headers["ETag"]}, buffered=True)
    assert (again.status_code, again.data) == (304, b"")


def test_the_sheet_names_only_pictures_that_are_there_and_holds_our_own_words(client: FlaskClient) -> None:
    text = client.get("/sheet.css").text
    pictures = re.findall(r'url\("(static[^")]+)"\)', text)
    assert pictures
    for address in pictures:
        assert client.get(f"/{address}", buffered=True).status_code == 200, address
    assert ".hero-title{" in text
    assert "/*" not in text.replace(sheets._LAWS, "")
    assert len(gzip.compress(text.encode())) < 16_000


def test_every_class_of_bootstrap_that_a_template_names_is_kept() -> None:
    theirs = set(re.findall(r"\.(-?[_a-zA-Z][\w-]*)", sheets.bootstrap().read_text("utf-8")))
    ours = set(
        re.findall(
            r"\.(-?[_a-zA-Z][\w-]*)",
            "".join(path.read_text("utf-8") for path in Path(ROOT / "static/css").glob("*.css")),
        )
    )
    named: set[str] = set()
    for path in (ROOT / "templates").rglob("*.html"):
        source = re.sub(r"\{#.*?#\}", "", path.read_text("utf-8"), flags=re.DOTALL)
        for value in re.findall(r'\bclass_?"?[=:]\s*"([^"]*)"', source):
            named |= set(re.sub(r"\{[{%].*?[%}]\}", " ", value).split())
    wanted = (named & theirs) - ours - sheets.KEPT
    assert not wanted, f"add to KEPT in app/kernel/sheets.py, or style them ourselves: {sorted(wanted)}"
