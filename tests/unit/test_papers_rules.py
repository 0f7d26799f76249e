import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.errors import DomainError
from app.papers.rules import chinese_capital

DIGITS = {character: value for value, character in enumerate("零壹贰叁肆伍陆柒捌玖")}
PLACES = {"拾": 10, "佰": 100, "仟": 1000}


def read_back(text: str) -> int:
    """Fen from capital numerals, by the plain rules of reading them aloud."""
    sign = -1 if text.startswith("负") else 1
    text = text.removeprefix("负").removesuffix("整")
    whole, _, rest = text.partition("元") if "元" in text else ("", "", text)
    fen = number(whole) * 100
    if "角" in rest:
        jiao, _, rest = rest.partition("角")
        fen += DIGITS[jiao] * 10
    if "分" in rest:
        fen += DIGITS[rest.removesuffix("分")[-1]]
    return sign * fen


def number(text: str) -> int:
    for unit, size in (("亿", 10**8), ("万", 10**4)):
        head, found, tail = text.rpartition(unit)
        if found:
            return number(head) * size + number(tail)
    total = digit = 0
    for character in text:
        if character in PLACES:
            total, digit = total + digit * PLACES[character], 0
        else:
            digit = DIGITS[character]
    return total + digit


@pytest.mark.parametrize(
    ("fen", "text"),
    [
        (0, "零元整"),
        (1, "壹分"),
        (10, "壹角整"),
        (58, "伍角捌分"),
        (100, "壹元整"),
        (105, "壹元零伍分"),
        (150, "壹元伍角整"),
        (150000, "壹仟伍佰元整"),
        (168032, "壹仟陆佰捌拾元叁角贰分"),
        (10700053, "壹拾万柒仟元伍角叁分"),
        (1640902, "壹万陆仟肆佰零玖元零贰分"),
        (140950, "壹仟肆佰零玖元伍角整"),
        (600714, "陆仟零柒元壹角肆分"),
        (100000000, "壹佰万元整"),
        (100010000, "壹佰万零壹佰元整"),
        (10000000000, "壹亿元整"),
        (10000000001, "壹亿元零壹分"),
        (100001000000, "壹拾亿零壹万元整"),
        (100000000000000, "壹万亿元整"),
        (-20000, "负贰佰元整"),
    ],
)
def test_an_amount_is_written_as_the_bank_wants_it(fen: int, text: str) -> None:
    assert chinese_capital(fen) == text


@given(st.integers(min_value=-(10**17), max_value=10**17))
def test_capital_numerals_read_back_as_the_same_amount(fen: int) -> None:
    assert read_back(chinese_capital(fen)) == fen


@given(st.integers(min_value=0, max_value=10**17))
def test_no_zero_stands_twice_or_before_a_unit(fen: int) -> None:
    text = chinese_capital(fen)
    assert "零零" not in text
    assert not any(f"零{unit}" in text for unit in "万亿角分拾佰仟整")
    assert "零元" not in text or text == "零元整"


def test_an_amount_beyond_words_is_refused() -> None:
    with pytest.raises(DomainError):
        chinese_capital(10**18)
