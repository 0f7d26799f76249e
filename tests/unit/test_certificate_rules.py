"""Forms of numbers and serials around certificates, without a database."""

from datetime import date

import pytest

from app.certificates.rules import differing
from app.certificates.skills.rules import Body, check_agrees, read_number
from app.certificates.stock.rules import clean_series, serial_within, serials
from app.kernel.errors import DomainError

SPECIAL = "YT" + "0" * 20


@pytest.mark.parametrize(
    ("typed", "body", "level", "year"),
    [
        ("Y000143000123419" + "5" + "00001", None, None, None),
        ("S0001430001234" + "253" + "000001", None, None, None),
        ("y0001 43 000123 25 3 000001", Body.EMPLOYER, 3, 2025),
        ("Ｓ000143000123251000001", Body.SOCIAL, 1, 2025),
        (SPECIAL, Body.SPECIAL, 0, None),
    ],
)
def test_a_skill_certificate_s_number_says_body_year_and_level(
    typed: str, body: Body | None, level: int | None, year: int | None
) -> None:
    if body is None:
        with pytest.raises(DomainError) as refused:
            read_number(typed[:-1] if len(typed) == 22 else typed + "0")
        assert refused.value.field == "number"
        return
    read = read_number(typed)
    assert (read.body, read.level, read.year) == (body, level, year)
    assert len(read.number) == 22


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "430681199001010012",
        "Z000143000123253000001",
        "S000143000123250000001",
        "S000143000123256000001",
        "S00014300012325300000X",
        "4306812025000100001001",
        "YTA" + "0" * 19,
    ],
)
def test_a_wrong_number_is_refused_at_its_field(wrong: str) -> None:
    with pytest.raises(DomainError) as refused:
        read_number(wrong)
    assert refused.value.field == "number"


def test_level_and_day_must_agree_with_the_number() -> None:
    read, today = read_number("S000143000123253000001"), date(2026, 3, 1)
    check_agrees(read, level=3, issued_on=date(2025, 12, 31), today=today)
    check_agrees(read, level=3, issued_on=date(2026, 1, 5), today=today)
    check_agrees(read_number(SPECIAL), level=0, issued_on=date(2026, 1, 5), today=today)
    for level, day, field in (
        (4, date(2025, 6, 1), "level"),
        (3, date(2024, 12, 31), "issued_on"),
        (3, date(2027, 1, 1), "issued_on"),
        (3, date(2026, 3, 2), "issued_on"),
    ):
        with pytest.raises(DomainError) as refused:
            check_agrees(read, level=level, issued_on=day, today=today)
        assert refused.value.field == field


def test_serials_are_taken_as_they_are_printed() -> None:
    found = serials(" 000101", "０００200")
    assert (found.first, found.last, found.digits, len(found)) == (101, 200, 6, 100)
    assert clean_series("湘a-".replace("湘", "")) == "A-"
    assert serial_within("000150", 101, 200, "serial") == 150


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [
        ("12", "011", "last"),
        ("200", "101", "last"),
        ("A1", "20", "first"),
        ("000001", "900000", "last"),
        ("", "1", "first"),
    ],
)
def test_serials_that_are_no_roll_are_refused(first: str, last: str, field: str) -> None:
    with pytest.raises(DomainError) as refused:
        serials(first, last)
    assert refused.value.field == field


def test_a_serial_outside_its_roll_is_refused() -> None:
    with pytest.raises(DomainError):
        serial_within("201", 101, 200, "serial")


def test_what_every_paper_has_anew_makes_no_difference() -> None:
    old = {"name": "周禾苗", "number": "1", "issued_on": "2025-01-01", "verify_url": "a", "seal": "sha256:1"}
    assert differing(old, {"name": "周禾苗", "number": "2", "issued_on": "2026-01-01", "verify_url": "b"}) == []
    assert differing(old, {"name": "周禾田", "number": "2"}) == ["name"]
