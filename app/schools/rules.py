"""What makes a credit code right, and whether a licence covers a class. Pure."""

import re
import unicodedata
from datetime import date
from enum import StrEnum

from stdnum.cn import uscc
from stdnum.exceptions import InvalidChecksum, ValidationError

from app.kernel.errors import DomainError
from app.kernel.marking import N_
from app.policies.rules.said import Said

CREDIT_CODE_LENGTH = 18


class CreditCodeFault(StrEnum):
    """What is wrong with a unified social credit code."""

    EMPTY = "empty"
    LENGTH = "length"
    CHARACTERS = "characters"
    CHECK = "check"


CREDIT_CODE_WORDS = {
    CreditCodeFault.EMPTY: N_("请填写统一社会信用代码。"),
    CreditCodeFault.LENGTH: N_("统一社会信用代码应当是 18 位，请对照营业执照再看一遍。"),
    CreditCodeFault.CHARACTERS: N_("统一社会信用代码只有数字和大写字母，不用 I、O、S、V、Z，请对照营业执照再看一遍。"),
    CreditCodeFault.CHECK: N_("统一社会信用代码的最后一位对不上，多半是有一位写错了，请对照营业执照再看一遍。"),
}


class BadCreditCode(DomainError):
    """Not a unified social credit code; `code` says why in one word, `message` in plain ones."""

    def __init__(self, code: CreditCodeFault) -> None:
        super().__init__(CREDIT_CODE_WORDS[code], "credit_code")
        self.code = code


def clean_credit_code(text: str) -> str:
    """A unified social credit code (GB 32100) in 18 upper-case characters; mends spaces, dashes and width.

    Raises `BadCreditCode`.
    """
    code = re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", text)).upper()
    if not code:
        raise BadCreditCode(CreditCodeFault.EMPTY)
    if len(code) != CREDIT_CODE_LENGTH:
        raise BadCreditCode(CreditCodeFault.LENGTH)
    try:
        return str(uscc.validate(code))
    except InvalidChecksum as error:
        raise BadCreditCode(CreditCodeFault.CHECK) from error
    except ValidationError as error:
        raise BadCreditCode(CreditCodeFault.CHARACTERS) from error


def licence_problems(valid_from: date, valid_to: date, starts_on: date, ends_on: date) -> tuple[Said, ...]:
    """Why a school's licence does not cover a class from its first to its last day; empty when it does (F10)."""
    if starts_on < valid_from:
        return (
            Said(N_("办学许可证 %(day)s 才生效，晚于开课日期 %(start)s。"), {"day": valid_from, "start": starts_on}),
        )
    if valid_to < ends_on:
        return (Said(N_("办学许可证到 %(day)s 到期，班要上到 %(end)s。"), {"day": valid_to, "end": ends_on}),)
    return ()
