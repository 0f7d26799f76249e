"""Unified social credit codes and licences."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc

from app.accounts.rules import BadCreditCode, CreditCodeFault, clean_credit_code
from app.schools.rules import licence_problems

RIGHT = "91110000600037341L"


def test_a_right_code_is_taken_with_its_spaces_width_and_case_mended() -> None:
    assert clean_credit_code(" 9111 0000-６00037341l ") == RIGHT


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("", CreditCodeFault.EMPTY),
        (RIGHT[:-1], CreditCodeFault.LENGTH),
        (RIGHT[:-1] + "M", CreditCodeFault.CHECK),
        ("9111000060003734IL", CreditCodeFault.CHARACTERS),
        ("岳" * 18, CreditCodeFault.CHARACTERS),
    ],
)
def test_a_wrong_code_says_what_is_wrong(typed: str, fault: CreditCodeFault) -> None:
    with pytest.raises(BadCreditCode) as caught:
        clean_credit_code(typed)
    assert caught.value.code is fault
    assert caught.value.field == "credit_code"


@given(st.integers(0, 99_999_999), st.sampled_from("15"))
def test_any_code_with_its_own_check_character_is_taken(serial: int, office: str) -> None:
    first = f"{office}1430681{serial:08}1"
    code = first + uscc.calc_check_digit(first)
    assert clean_credit_code(code.lower()) == code


def test_a_licence_must_cover_the_class_from_its_first_day_to_its_last() -> None:
    licence = (date(2024, 1, 1), date(2026, 12, 31))
    assert licence_problems(*licence, date(2024, 1, 1), date(2026, 12, 31)) == ()
    assert len(licence_problems(*licence, date(2023, 12, 31), date(2024, 2, 1))) == 1
    assert licence_problems(*licence, date(2026, 12, 1), date(2027, 1, 1))[0].params["day"] == date(2026, 12, 31)
