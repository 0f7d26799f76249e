"""The short code on a paper, copied by hand or read off a poor photo; and what changed since."""

import io
import json
from typing import Any

import pytest
import segno
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageFilter

from app.kernel.errors import DomainError
from app.papers.changes import changes, snapshot_sha256
from app.papers.codes import ALPHABET, LENGTH, PREFIX, check_character, codes_in, new_code, spoken, typed
from app.papers.designs import Design, checked
from config import ROOT

BODIES = st.text(ALPHABET, min_size=LENGTH, max_size=LENGTH)


def photo_of(*texts: str, turned: float = 0, blurred: float = 0, kind: str = "JPEG") -> bytes:
    """A sheet of grey paper with QR codes, as a phone takes it."""
    sheet = Image.new("L", (1200, 1600), 225)
    for number, text in enumerate(texts):
        file = io.BytesIO()
        segno.make(text, error="m", micro=False).save(file, kind="png", scale=5)
        with Image.open(file) as code:
            sheet.paste(code.convert("L"), (700, 100 + 500 * number))
    sheet = sheet.rotate(turned, expand=True, fillcolor=90).filter(ImageFilter.GaussianBlur(blurred))
    out = io.BytesIO()
    sheet.save(out, kind, quality=60)
    return out.getvalue()


def test_codes_are_never_alike_and_hold_no_letter_that_is_mistaken() -> None:
    made = {new_code() for _number in range(500)}
    assert len(made) == 500
    assert not set("".join(made)) & set("OILUZ")


@given(BODIES, st.integers(0, LENGTH), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_always_told(body: str, place: int, wrong: str) -> None:
    code = body + check_character(body)
    broken = code[:place] + wrong + code[place + 1 :]
    if broken == code:
        assert typed(broken) == code
    else:
        with pytest.raises(DomainError, match="抄错"):
            typed(broken)


@given(BODIES)
def test_a_code_is_understood_however_it_is_written(body: str) -> None:
    code = body + check_character(body)
    assert typed(spoken(code).lower()) == code
    assert typed(f" {code[:3]} {code[3:]}－".replace("0", "O").replace("1", "l")) == code
    assert typed(PREFIX + code) == code


@pytest.mark.parametrize(("turned", "blurred"), [(0, 0), (90, 0), (180, 1), (7, 1), (-23, 1.5)])
def test_the_code_is_read_off_a_turned_and_blurred_photo(turned: float, blurred: float) -> None:
    code = new_code()
    assert codes_in(photo_of(PREFIX + code, turned=turned, blurred=blurred)) == [code]


def test_other_codes_on_the_picture_are_not_ours() -> None:
    code = new_code()
    assert codes_in(photo_of("https://example.org/1", PREFIX + code)) == [code]
    assert codes_in(photo_of("SIDAN:short", "SIDAN:" + "I" * 10)) == []


def test_a_code_blurred_beyond_reading_is_no_code() -> None:
    assert codes_in(photo_of(PREFIX + new_code(), blurred=30)) == []


def test_a_scan_as_a_pdf_is_read_page_by_page() -> None:
    first, second = new_code(), new_code()
    pages = [Image.open(io.BytesIO(photo_of(PREFIX + code))) for code in (first, second, first)]
    out = io.BytesIO()
    pages[0].save(out, "PDF", save_all=True, append_images=pages[1:])
    assert codes_in(out.getvalue()) == [first, second]


def roster(**more: Any) -> tuple[Design, dict[str, Any]]:
    folder = ROOT / "certificates" / "roster"
    design = Design(folder)
    return design, checked(design, json.loads((folder / "sample.json").read_text()) | more)


def test_the_day_of_printing_does_not_make_it_another_paper() -> None:
    design, before = roster()
    _, after = roster(printed_on="2031-01-01", prepared_by="别人", form_code="XXXXX-XXXXX")
    assert snapshot_sha256(design, before) == snapshot_sha256(design, after)
    assert changes(design, before, after) == []


def test_what_changed_is_said_by_heading_and_by_name() -> None:
    design, before = roster()
    rows = [dict(row) for row in before["rows"]]
    rows[0] |= {"phone": "139****0000"}
    gone = rows.pop(1)
    rows.append(gone | {"name": "新来的"})
    _, after = roster(rows=rows, place="另一处")
    found = {(one.label, one.before, one.after) for one in changes(design, before, after)}
    assert ("培训地点", before["place"], "另一处") in found
    assert (f"{rows[0]['name']} 联系电话", before["rows"][0]["phone"], "139****0000") in found
    assert any(old == gone["name"] and new == "新来的" for _label, old, new in found)
    assert snapshot_sha256(design, before) != snapshot_sha256(design, after)
