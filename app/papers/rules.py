"""Money in the capital numerals of vouchers. Pure."""

from app.kernel.errors import DomainError
from app.kernel.marking import N_

DIGITS = "零壹贰叁肆伍陆柒捌玖"
PLACES = ("", "拾", "佰", "仟")
GROUPS = ("", "万", "亿", "万亿")
LIMIT = 10**16
"""Groups of four up to 万亿."""


def chinese_capital(fen: int) -> str:
    """Write fen in capital numerals as a voucher wants them: 150000 -> 壹仟伍佰元整, 10005 -> 壹佰元零伍分.

    A sum that ends with yuan or jiao closes with 整 (Rules on Payment and Settlement, Ministry of Finance). Raises
    `DomainError` at ten quadrillion yuan and above.
    """
    if abs(fen) >= LIMIT * 100:
        raise DomainError(N_("金额太大，写不成大写。"))
    yuan, rest = divmod(abs(fen), 100)
    jiao, cent = divmod(rest, 10)
    whole = f"{_whole(yuan)}元" if yuan else ""
    text = f"{whole}{_parts(jiao, cent, after_yuan=bool(yuan))}" or "零元整"
    return f"负{text}" if fen < 0 else text


def _parts(jiao: int, cent: int, *, after_yuan: bool) -> str:
    """The part below one yuan, with its zero and its closing 整."""
    if not jiao and not cent:
        return "整" if after_yuan else ""
    text = f"{DIGITS[jiao]}角" if jiao else ("零" if after_yuan else "")
    return f"{text}{DIGITS[cent]}分" if cent else f"{text}整"


def _whole(yuan: int) -> str:
    """A whole number above zero, in groups of four digits; one 零 stands for any run of zeros inside."""
    text = ""
    gap = False
    for power in range(len(GROUPS) - 1, -1, -1):
        group = yuan // 10_000**power % 10_000
        if not group:
            gap = gap or bool(text)
            continue
        if text and (gap or group < 1_000):
            text += "零"
        text += _group(group) + _unit(power, yuan)
        gap = False
    return text


def _unit(power: int, yuan: int) -> str:
    """The name of a group; 万亿 gives up its 亿 where hundreds of millions follow to carry it."""
    if power == 3 and yuan // 10_000**2 % 10_000:
        return "万"
    return GROUPS[power]


def _group(number: int) -> str:
    """Four digits; trailing zeros are silent."""
    text = ""
    gap = False
    for place in range(3, -1, -1):
        digit = number // 10**place % 10
        if not digit:
            gap = gap or bool(text)
            continue
        text += ("零" if gap else "") + DIGITS[digit] + PLACES[place]
        gap = False
    return text
