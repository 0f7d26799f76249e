"""Cells as people fill them: what is certain is repaired and named, what is not is refused. Pure."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation

from app.people.imports.rules.kinds import Cell, Fault, Mend
from app.people.rules import (
    ID_LENGTH,
    BadAccount,
    BadIdNumber,
    BadName,
    BadPhone,
    IdNumber,
    Sex,
    clean_account,
    clean_name,
    clean_phone,
    parse_id_number,
)

MOMENTS = (date, datetime, time, timedelta)
_NOTHING = r"""
    #n/a - -- / 0 \ n/a na nan none null — —— 不详 无 暂无 未填 未知 没有 空
"""
NOTHING = frozenset(("", *_NOTHING.split()))
"""What people write where there is nothing to write."""
LONGEST_NOTHING = 20
MALE = frozenset(("男", "男性", "m", "male", "1", "先生", "♂", "1男"))
FEMALE = frozenset(("女", "女性", "f", "female", "2", "女士", "♀", "2女"))
UNSAID = frozenset(("9", "未说明", "未说明的性别"))
_SCIENTIFIC = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?e\+?[0-9]+")
_TRAILING = re.compile(r"[0-9]+\.0+")
_LETTER_X = str.maketrans({"х": "X", "Х": "X", "χ": "X", "Χ": "X", "×": "X"})
"""Letters that look like the X of an identity number; in its last place nothing else can be meant."""
_APOSTROPHES = "'‘’`´＇′"
_FORMULA = re.compile(r'="(.*)"', re.DOTALL)
_OLD_LENGTH = 15
_PHONE_DIGITS = 11
_SEVERAL = re.compile(r"1[3-9][0-9]{9}")
EXACT = 2**53
"""Above this a spreadsheet's number does not hold every digit."""


@dataclass(frozen=True, slots=True)
class Number:
    """An identity number as it was read."""

    found: IdNumber | None = None
    fault: Fault | None = None
    more: int | None = None
    """What the fault's words need."""
    mends: tuple[Mend, ...] = ()


@dataclass(frozen=True, slots=True)
class Text:
    """Any other value as it was read."""

    value: str | None = None
    fault: Fault | None = None
    mends: tuple[Mend, ...] = ()


def is_blank(cell: Cell) -> bool:
    """Whether a cell holds nothing that can be seen."""
    return cell is None or (isinstance(cell, str) and not visible(cell))


def visible(text: str) -> str:
    """A text without invisible characters and outer spaces."""
    if text.isprintable():
        return text.strip()
    return "".join(char for char in text if unicodedata.category(char) not in ("Cf", "Cc") or char in "\n\t").strip()


def as_text(cell: Cell) -> str:
    """A cell as text: whole numbers without a fraction, days as the calendar writes them."""
    if isinstance(cell, str):
        return unwrapped(visible(cell))
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < EXACT:
        return str(int(cell))
    return "" if cell is None else str(cell)


def unwrapped(text: str) -> str:
    """A text freed of the `="…"` that keeps digits whole in CSV files."""
    found = _FORMULA.fullmatch(text)
    return found[1] if found else text


def is_nothing(text: str) -> bool:
    """Whether a text says that there is nothing."""
    return len(text) < LONGEST_NOTHING and unicodedata.normalize("NFKC", text).strip().lower() in NOTHING


def read_number(cell: Cell, *, today: date, allow_synthetic: bool) -> Number:
    """An identity number; a number cell has lost digits and is refused."""
    if isinstance(cell, str) and len(cell) == ID_LENGTH and cell.isascii() and cell.isalnum() and cell.upper() == cell:
        return _parsed(cell, (), today, allow_synthetic=allow_synthetic)
    if not isinstance(cell, str):
        return Number(fault=_stored(cell))
    text = unwrapped(visible(cell))
    if is_nothing(text):
        return Number(fault=Fault.NO_NUMBER)
    plain, mends = _mended_number(text)
    if text != cell.strip() and Mend.SIGNS not in mends:
        mends = (*mends, Mend.SIGNS)
    if _SCIENTIFIC.fullmatch(plain.lower()):
        return Number(fault=Fault.STORED_AS_NUMBER)
    if _TRAILING.fullmatch(plain):
        plain = plain.partition(".")[0]
        if float(plain) == int(plain):
            return Number(fault=Fault.STORED_AS_NUMBER)
        mends = (*mends, Mend.TRAILING_ZERO)
    return _parsed(plain, mends, today, allow_synthetic=allow_synthetic)


def _stored(cell: Cell) -> Fault:
    """What is wrong with a cell that is no text."""
    if isinstance(cell, MOMENTS):
        return Fault.STORED_AS_DATE
    return Fault.STORED_AS_NUMBER if cell else Fault.NO_NUMBER


def _mended_number(text: str) -> tuple[str, tuple[Mend, ...]]:
    mends = []
    wide = unicodedata.normalize("NFKC", text)
    if wide != text and not text.isascii():
        mends.append(Mend.FULL_WIDTH)
    bare = wide.strip(_APOSTROPHES + " \t")
    if bare != wide.strip():
        mends.append(Mend.APOSTROPHE)
    packed = "".join(bare.split())
    if packed != wide.strip(_APOSTROPHES):
        mends.append(Mend.SPACES)
    plain = re.sub(r"^(身份证|公民身份)?(号码|号)?[:：]?", "", re.sub(r"[-‐-―_,，;；]", "", packed))
    if plain != packed:
        mends.append(Mend.SIGNS)
    last = plain[-1:].translate(_LETTER_X).upper() if len(plain) == ID_LENGTH else plain[-1:]
    if last != plain[-1:]:
        plain = plain[:-1] + last
        mends.append(Mend.LOWER_X)
    return plain, tuple(mends)


def _parsed(text: str, mends: tuple[Mend, ...], today: date, *, allow_synthetic: bool) -> Number:
    try:
        return Number(parse_id_number(text, today=today, allow_synthetic=allow_synthetic), mends=mends)
    except BadIdNumber as error:
        fault = Fault.NO_NUMBER if error.code == "empty" else Fault(error.code.value)
    if fault == Fault.LENGTH:
        return Number(fault=Fault.FIFTEEN if len(text) == _OLD_LENGTH else fault, more=len(text))
    return Number(fault=fault)


def read_name(cell: Cell) -> Text:
    """A name as the identity card writes it."""
    text = unwrapped(visible(cell)) if isinstance(cell, str) else as_text(cell)
    bare = text.strip(_APOSTROPHES)
    if is_nothing(bare):
        return Text(fault=Fault.NO_NAME)
    if isinstance(cell, MOMENTS):
        return Text(fault=Fault.NAME)
    try:
        name = clean_name(bare)
    except BadName:
        letters = "".join(bare.split())
        return Text(fault=Fault.NAME_LENGTH if len(letters) < 2 else Fault.NAME)
    return Text(name, mends=_name_mends(cell, name) if name != cell else ())


def _name_mends(cell: Cell, name: str) -> tuple[Mend, ...]:
    raw = str(cell)
    mends = []
    if any(char.isspace() for char in raw) and not any(char.isspace() for char in name):
        mends.append(Mend.NAME_SPACES)
    if "·" in name and name.count("·") != raw.count("·"):
        mends.append(Mend.NAME_DOT)
    return tuple(mends) or (Mend.NAME_SIGNS,)


def read_phone(cell: Cell) -> Text:
    """A mobile number; none is no fault."""
    if isinstance(cell, str) and len(cell) == _PHONE_DIGITS and cell.isascii() and _SEVERAL.fullmatch(cell):
        return Text(cell)
    if not isinstance(cell, str):
        return _stored_phone(cell)
    text = unicodedata.normalize("NFKC", unwrapped(visible(cell))).strip(_APOSTROPHES + " ").lower()
    if text in NOTHING:
        return Text(mends=(Mend.NO_PHONE,)) if text else Text()
    if _SCIENTIFIC.fullmatch(text):
        return _from_scientific(text)
    if _TRAILING.fullmatch(text):
        return _mobile(text.partition(".")[0], Mend.PHONE_NUMBER)
    return _mobile(text, Mend.PHONE_SIGNS)


def _stored_phone(cell: Cell) -> Text:
    """A phone in a cell that is no text: a number holds all eleven digits, a date holds none."""
    if isinstance(cell, (bool, *MOMENTS)):
        return Text(fault=Fault.PHONE)
    if not cell:
        return Text(mends=() if cell is None else (Mend.NO_PHONE,))
    return _mobile(as_text(cell), Mend.PHONE_NUMBER)


def _from_scientific(text: str) -> Text:
    """A phone in scientific notation is whole only where all eleven digits are written."""
    try:
        whole = Decimal(text)
    except InvalidOperation:
        return Text(fault=Fault.PHONE)
    digits = text.partition("e")[0].replace(".", "").lstrip("+-")
    if len(digits) < _PHONE_DIGITS or whole != whole.to_integral_value():
        return Text(fault=Fault.PHONE_ROUNDED)
    return _mobile(str(int(whole)), Mend.PHONE_NUMBER)


def _mobile(text: str, mend: Mend) -> Text:
    try:
        phone = clean_phone(text)
    except BadPhone:
        several = len(set(_SEVERAL.findall(text))) > 1
        return Text(fault=Fault.TWO_PHONES if several else Fault.PHONE)
    return Text(phone, mends=(mend,))


def sex_of(cell: Cell) -> tuple[Sex | None, bool]:
    """The sex that a cell states, and whether the cell could be read at all."""
    if cell == "女":
        return Sex.FEMALE, True
    if cell == "男":
        return Sex.MALE, True
    text = unicodedata.normalize("NFKC", as_text(cell)).strip(_APOSTROPHES + " .").replace(" ", "").lower()
    if text in MALE:
        return Sex.MALE, True
    if text in FEMALE:
        return Sex.FEMALE, True
    if ("男" in text) != ("女" in text):
        return (Sex.MALE if "男" in text else Sex.FEMALE), True
    return None, text in NOTHING or text in UNSAID


def read_account(cell: Cell) -> Text:
    """A bank account; one stored as a long number has lost digits."""
    if isinstance(cell, bool | int | float) and (isinstance(cell, bool) or abs(cell) >= EXACT):
        return Text(fault=Fault.ACCOUNT_NUMBER)
    text = as_text(cell).strip(_APOSTROPHES + " ")
    if is_nothing(text):
        return Text()
    if _SCIENTIFIC.fullmatch(text.lower()):
        return Text(fault=Fault.ACCOUNT_NUMBER)
    try:
        return Text(clean_account(text))
    except BadAccount:
        return Text(fault=Fault.ACCOUNT)
