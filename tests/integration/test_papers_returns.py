"""A paper goes out with a code, comes back as a scan, and is tied to what it was printed from."""

import io
import json
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from flask import Flask
from sqlalchemy import delete
from sqlalchemy.exc import DBAPIError

from app.kernel.access import Actor
from app.kernel.database import db
from app.kernel.errors import DomainError, NotFound, Refused
from app.papers import returns
from app.papers.codes import PREFIX, new_code, spoken
from app.papers.models import FormScan, PrintedForm
from app.papers.service import facts_of, open_paper
from app.papers.store import FolderStore
from config import ROOT
from tests.pdf_text import pages_of
from tests.unit.test_paper_codes import photo_of

BY = Actor(key="user:7", name="傅映雪")
HERE, ELSEWHERE = ("classes", 12), ("classes", 13)
pytestmark = pytest.mark.usefixtures("session", "folder")


@pytest.fixture
def folder(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty store of this test's own."""
    monkeypatch.setitem(app.extensions, "papers.store", FolderStore(tmp_path / "papers"))


def facts(**more: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((ROOT / "certificates" / "roster" / "sample.json").read_text())
    return found | more


def went_out(about: tuple[str, int] = HERE) -> PrintedForm:
    return returns.print_form("roster", facts(), about=about, by=BY)


def back(content: bytes, *, code: str = "", about: tuple[str, int] = HERE, **now: Any) -> FormScan:
    stream = io.BytesIO(content)
    return returns.scan_back(stream, "x.jpg", about=about, now=lambda _form: facts(**now), by=BY, code=code)


def test_every_page_bears_the_code_in_letters_and_to_be_scanned() -> None:
    form = went_out()
    content = open_paper(form.paper)
    pages = pages_of(content)
    assert len(pages) > 1
    assert all(spoken(form.code) in page for page in pages)
    assert back(content).form is form
    with pikepdf.open(io.BytesIO(content)) as document:
        del document.pages[0]
        rest = io.BytesIO()
        document.save(rest)
    scan = back(rest.getvalue())
    assert (scan.form, scan.read, scan.outdated) == (form, True, [])
    assert facts_of(form.paper)["rows"][0]["name"] == facts()["rows"][0]["name"]


def test_a_photo_is_tied_to_its_snapshot_and_the_same_photo_is_one_scan() -> None:
    form = went_out()
    photo = photo_of(PREFIX + form.code, turned=4, blurred=1)
    scan = back(photo)
    assert scan.form.snapshot_sha256 == form.snapshot_sha256
    assert open_paper(scan.upload) == photo
    assert back(photo) is scan
    assert list(returns.scans_about(HERE)) == [scan]
    assert list(returns.scans_about(ELSEWHERE)) == []
    with pytest.raises(NotFound):
        returns.scan_of(ELSEWHERE, scan.id)


def test_a_scan_of_an_outdated_paper_is_kept_and_says_what_changed() -> None:
    form = went_out()
    rows = [row for row in facts()["rows"] if row is not facts()["rows"][0]][1:]
    scan = back(photo_of(PREFIX + form.code), place="另一处", rows=rows, printed_on="2031-01-01")
    assert {"培训地点", "学员名单"} <= set(scan.outdated)
    assert "printed_on" not in str(scan.outdated)
    said = {one.label: (one.before, one.after) for one in returns.changed_since(form, facts(place="另一处"))}
    assert said == {"培训地点": (facts()["place"], "另一处")}
    assert returns.changed_since(form, facts(printed_on="2031-01-01")) == []


def test_a_picture_without_a_code_asks_for_the_typed_one() -> None:
    form, blurred = went_out(), photo_of()
    with pytest.raises(DomainError, match="没有读出二维码") as refused:
        back(blurred)
    assert refused.value.field == "code"
    scan = back(blurred, code=spoken(form.code).lower())
    assert (scan.form, scan.read) == (form, False)
    with pytest.raises(DomainError, match="抄错") as refused:
        back(blurred, code=form.code[:-1])
    assert refused.value.field == "code"
    with pytest.raises(DomainError, match="没有打印过"):
        back(blurred, code=new_code())


def test_the_paper_of_something_else_is_refused_and_a_mistaken_code_too() -> None:
    here, there = went_out(), went_out(ELSEWHERE)
    with pytest.raises(Refused, match="不是这里打印的"):
        back(photo_of(PREFIX + there.code))
    with pytest.raises(Refused, match="不是这里打印的"):
        back(photo_of(), code=there.code)
    with pytest.raises(DomainError, match="不一样"):
        back(photo_of(PREFIX + there.code), code=here.code)
    assert back(photo_of(PREFIX + there.code, PREFIX + here.code)).form is here
    with pytest.raises(DomainError, match="一份一份"):
        back(photo_of(PREFIX + went_out().code, PREFIX + here.code))


def test_what_is_no_picture_is_refused() -> None:
    with pytest.raises(DomainError) as refused:
        back(b"MZ" + bytes(500))
    assert refused.value.field == "scan"


@pytest.mark.parametrize("row", [PrintedForm, FormScan])
def test_neither_paper_nor_scan_is_ever_changed(row: Any) -> None:
    back(photo_of(PREFIX + went_out().code))
    with pytest.raises(DBAPIError, match="never changed or deleted"):
        db.session.execute(delete(row))
