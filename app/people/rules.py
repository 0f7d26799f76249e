"""What makes an identity number, a name and a phone right, and what can safely be mended. Pure."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.kernel.errors import DomainError
from app.kernel.marking import N_
from app.policies.rules.facts import Sex as Sex

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS = "10X98765432"
ID_LENGTH = 18
SYNTHETIC = "000"
EARLIEST = 1900
_AREAS = "11-15 21-23 31-37 41-46 50-54 61-65 71-71 81-83 91-91"
PROVINCES = frozenset(
    str(area) for span in _AREAS.split() for area in range(int(span[:2]), int(span[3:]) + 1)
)  # fmt: skip
"""First two digits in use: provinces, and permits of Hong Kong (81), Macau (82), Taiwan (83) and foreigners (91)."""


class IdKind(StrEnum):
    """The document that carries the number."""

    CITIZEN = "citizen"
    HONG_KONG_MACAU = "hong_kong_macau"
    TAIWAN = "taiwan"
    FOREIGN = "foreign"


PERMITS = {"81": IdKind.HONG_KONG_MACAU, "82": IdKind.HONG_KONG_MACAU, "83": IdKind.TAIWAN, "91": IdKind.FOREIGN}
"""First two digits of residence permits; all other numbers are citizens' own."""


class IdFault(StrEnum):
    """What is wrong with an identity number."""

    EMPTY = "empty"
    LENGTH = "length"
    CHARACTERS = "characters"
    AREA = "area"
    DATE = "date"
    FUTURE = "future"
    SEQUENCE = "sequence"
    CHECK = "check"


ID_WORDS = {
    IdFault.EMPTY: N_("请填写身份证号码。"),
    IdFault.LENGTH: N_("身份证号码应当是 18 位，请对照身份证再看一遍。"),
    IdFault.CHARACTERS: N_("身份证号码前 17 位只能是数字，最后一位是数字或 X。"),
    IdFault.AREA: N_("身份证号码开头的地区代码不存在，请对照身份证再看一遍。"),
    IdFault.DATE: N_("身份证号码里的出生日期不存在，请对照身份证再看一遍。"),
    IdFault.FUTURE: N_("身份证号码里的出生日期还没有到，请对照身份证再看一遍。"),
    IdFault.SEQUENCE: N_("身份证号码的顺序码不能是 000，请对照身份证再看一遍。"),
    IdFault.CHECK: N_("身份证号码的最后一位对不上，多半是有一位写错了，请对照身份证再看一遍。"),
}


class BadIdNumber(DomainError):
    """Not an identity number; `code` says why in one word, `message` in plain ones."""

    def __init__(self, code: IdFault) -> None:
        super().__init__(ID_WORDS[code], "id_number")
        self.code = code


class BadName(DomainError):
    """Not a name as an identity card writes it."""

    def __init__(self, message: str) -> None:
        super().__init__(message, "name")


class BadPhone(DomainError):
    """Not a mobile phone number of mainland China."""

    def __init__(self, message: str) -> None:
        super().__init__(message, "phone")


class BadAccount(DomainError):
    """Not the number of a bank account."""

    def __init__(self, message: str) -> None:
        super().__init__(message, "payee_account")


@dataclass(frozen=True, slots=True)
class IdNumber:
    """An identity number and what it says of its holder."""

    number: str
    birth_on: date
    sex: Sex

    @property
    def kind(self) -> IdKind:
        """The document that carries the number."""
        return PERMITS.get(self.number[:2], IdKind.CITIZEN)


def normalize_id_number(text: str) -> str:
    """Mend what is certain: full-width digits, spaces, a leading apostrophe, a lower-case x."""
    if text.isascii() and text.isalnum():
        return text.upper()
    plain = unicodedata.normalize("NFKC", text)
    visible = "".join(char for char in plain if not char.isspace() and unicodedata.category(char) not in ("Cf", "Cc"))
    return visible.lstrip("'‘’`").upper()


def check_character(first17: str) -> str:
    """The last character that belongs to the first 17 digits (GB 11643)."""
    return CHECKS[sum(int(digit) * weight for digit, weight in zip(first17, WEIGHTS, strict=True)) % len(CHECKS)]


def parse_id_number(text: str, *, today: date, allow_synthetic: bool = False) -> IdNumber:
    """Read an 18-character citizen's number (GB 11643); raises `BadIdNumber`.

    `today` is the local date: nobody is born later. Sequence 000 is never given to a citizen; it marks invented people
    and is taken only where `allow_synthetic` says so.
    """
    number = normalize_id_number(text)
    fault = _shape_fault(number)
    if fault:
        raise BadIdNumber(fault)
    birth_on = _birth(number)
    if birth_on is None:
        raise BadIdNumber(IdFault.DATE)
    if birth_on > today:
        raise BadIdNumber(IdFault.FUTURE)
    if check_character(number[:17]) != number[17]:
        raise BadIdNumber(IdFault.CHECK)
    if number[14:17] == SYNTHETIC and not allow_synthetic:
        raise BadIdNumber(IdFault.SEQUENCE)
    return IdNumber(number, birth_on, Sex.MALE if int(number[16]) % 2 else Sex.FEMALE)


def _shape_fault(number: str) -> IdFault | None:
    if not number:
        return IdFault.EMPTY
    if not re.fullmatch(r"[0-9]*[0-9X]", number):
        return IdFault.CHARACTERS
    if len(number) != ID_LENGTH:
        return IdFault.LENGTH
    return None if number[:2] in PROVINCES else IdFault.AREA


def _birth(number: str) -> date | None:
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None
    return born if born.year >= EARLIEST else None


GROWN_UP = 18
"""Who is younger acts with a guardian."""


def age_on(birth_on: date, day: date) -> int:
    """Age in whole years on a day."""
    return day.year - birth_on.year - ((day.month, day.day) < (birth_on.month, birth_on.day))


NAME_LEAST, NAME_MOST = 2, 40
_PLAIN_NAME = re.compile(f"[\u4e00-\u9fa5]{{{NAME_LEAST},{NAME_MOST}}}")
"""Nearly every name: nothing to mend."""
_DOTS = "・•‧∙⋅．｡⸱・･"
_LATIN = re.compile(r"[A-Za-zÀ-ÖØ-öø-ÿ]+(?:[ .'-]+[A-Za-zÀ-ÖØ-öø-ÿ]+)*")


def clean_name(text: str) -> str:
    """A name as the identity card writes it: Chinese characters with a middle dot, or all in Latin letters.

    Mends inner spaces and the many middle dots; raises `BadName`.
    """
    if _PLAIN_NAME.fullmatch(text):
        return text
    plain = unicodedata.normalize("NFC", text)
    words = "".join(" " if char.isspace() else char for char in plain if unicodedata.category(char) not in ("Cf", "Cc"))
    words = " ".join(words.split())
    if not words:
        raise BadName(N_("请填写姓名。"))
    if _LATIN.fullmatch(words):
        name = words
    else:
        name = "".join("·" if char in _DOTS else char for char in words.replace(" ", "")).replace(".", "·")
        if not all(part and all(_is_han(char) for char in part) for part in name.split("·")):
            raise BadName(N_("姓名请按身份证填写，只写汉字和间隔号“·”，不写数字、称呼和其他符号。"))
    if not NAME_LEAST <= len(name) <= NAME_MOST:
        raise BadName(N_("姓名应当是 2 到 40 个字。"))
    return name


def _is_han(char: str) -> bool:
    return char == "〇" or unicodedata.name(char, "").startswith(
        ("CJK UNIFIED IDEOGRAPH", "CJK COMPATIBILITY IDEOGRAPH")
    )


_MOBILE = re.compile(r"1[3-9][0-9]{9}")


def clean_phone(text: str) -> str:
    """A mainland mobile number as 11 digits; mends spaces, dashes, full-width digits and +86; raises `BadPhone`."""
    if _MOBILE.fullmatch(text):
        return text
    plain = unicodedata.normalize("NFKC", text)
    digits = re.sub(r"[\s\-‐-―()']", "", "".join(char for char in plain if unicodedata.category(char) != "Cf"))
    digits = re.sub(r"^(\+86|0086|86(?=1[0-9]{10}$))", "", digits)
    if not digits:
        raise BadPhone(N_("请填写手机号码。"))
    if not _MOBILE.fullmatch(digits):
        raise BadPhone(N_("手机号码应当是 11 位数字，以 1 开头，例如 13800000000。"))
    return digits


_ACCOUNT = re.compile(r"[0-9]{10,25}")


def clean_account(text: str) -> str:
    """A bank account or social-security card number in digits; mends spaces and dashes; raises `BadAccount`."""
    plain = unicodedata.normalize("NFKC", text)
    digits = re.sub(r"[\s\-‐-―]", "", "".join(char for char in plain if unicodedata.category(char) != "Cf"))
    if not _ACCOUNT.fullmatch(digits):
        raise BadAccount(N_("银行账号应当是 10 到 25 位数字，请对照社保卡或存折再看一遍。"))
    return digits
