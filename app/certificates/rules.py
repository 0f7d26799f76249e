"""How a certificate is numbered, and what happens to it. Pure."""

import re
import unicodedata
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from stdnum.iso7064 import mod_11_2

from app.kernel.errors import DomainError
from app.kernel.flow import Flow
from app.kernel.marking import N_

FORM = re.compile(r"[0-9]{22,27}[0-9X]")
"""County 6, year 4, school 4, class 5 or more, serial 3, check character 1."""


class CertificateStatus(StrEnum):
    """Whether a certificate stands."""

    VALID = "valid"
    REVOKED = "revoked"
    REPLACED = "replaced"


class CertificateStep(StrEnum):
    """What happens to a certificate."""

    REVOKE = "revoke"
    REPLACE = "replace"


CERTIFICATE_FLOW = Flow(
    "certificate",
    CertificateStatus.VALID,
    [
        (CertificateStep.REVOKE, [CertificateStatus.VALID], CertificateStatus.REVOKED),
        (CertificateStep.REPLACE, [CertificateStatus.VALID], CertificateStatus.REPLACED),
    ],
)


class Because(StrEnum):
    """Why a certificate was replaced by another paper."""

    CORRECTION = "correction"
    LOST = "lost"


class RevokedBecause(StrEnum):
    """Why a certificate was revoked, as the public page and the public list may say it."""

    ERROR = "error"
    FRAUD = "fraud"
    IMPERSONATION = "impersonation"
    RESULT_ANNULLED = "result_annulled"
    OTHER = "other"


class BatchStatus(StrEnum):
    """How far the printing of a class's certificates is."""

    PRINTING = "printing"
    STOPPED = "stopped"
    READY = "ready"


class BatchStep(StrEnum):
    """What happens to a batch."""

    STOP = "stop"
    GO_ON = "go_on"
    FINISH = "finish"


BATCH_FLOW = Flow(
    "batch",
    BatchStatus.PRINTING,
    [
        (BatchStep.STOP, [BatchStatus.PRINTING], BatchStatus.STOPPED),
        (BatchStep.GO_ON, [BatchStatus.STOPPED], BatchStatus.PRINTING),
        (BatchStep.FINISH, [BatchStatus.PRINTING], BatchStatus.READY),
    ],
)
UNFINISHED = (BatchStatus.PRINTING, BatchStatus.STOPPED)


def certificate_number(county: str, year: int, school: str, class_id: int, serial: int) -> str:
    """The number of a certificate, unique for ever: its parts in order and a check character (ISO 7064 MOD 11-2)."""
    body = f"{county:0>6.6}{year:04d}{school}{class_id:05d}{serial:03d}"
    return body + str(mod_11_2.calc_check_digit(body))


def grouped(number: str) -> str:
    """A number in its parts, as people read it out."""
    return " ".join((number[:6], number[6:10], number[10:14], number[14:-4], number[-4:-1], number[-1:]))


OF_A_PAPER = frozenset({"number", "issued_on", "verify_url", "note"})
"""Facts that every paper has anew, whatever it says of its holder."""


def differing(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """The facts of the holder and the training that are known otherwise now than the old paper tells, by key."""
    return [key for key in sorted(set(new) - OF_A_PAPER) if old.get(key, "") != new[key]]


def clean_number(text: str) -> str:
    """A number as somebody typed or read it out; raises `DomainError` where it can't be one.

    What it says of a wrong number follows from the number alone, never from what was issued.
    """
    number = re.sub(r"[\s\-—]", "", unicodedata.normalize("NFKC", text)).upper()
    if not FORM.fullmatch(number):
        raise DomainError(N_("证书编号是 23 位以上的数字，最后一位可能是字母 X，请对照证书再看一遍。"), "number")
    if not mod_11_2.is_valid(number):
        raise DomainError(N_("证书编号的最后一位对不上，多半是有一位写错了，请对照证书再看一遍。"), "number")
    return number
