"""How a certificate reaches its holder, and what has to be written down of each way. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.kernel.errors import DomainError
from app.kernel.marking import N_


class Way(StrEnum):
    """How a certificate was handed over."""

    SIGNATURE = "signature"
    WITNESS = "witness"
    POST = "post"
    PROXY = "proxy"


ASKED: dict[Way, tuple[str, ...]] = {
    Way.SIGNATURE: (),
    Way.WITNESS: ("name", "relation"),
    Way.POST: ("tracking",),
    Way.PROXY: ("name", "relation", "reason"),
}
"""What must be told of each way; what is not asked stays empty."""

MISSING = {
    "name": N_("请填写见证人或代领人的姓名。"),
    "relation": N_("请填写和持证人的关系。"),
    "reason": N_("请写明为什么由别人代领。"),
    "tracking": N_("请填写快递单号或挂号信号码。"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """What was told of a handing over; what the way does not ask for is empty."""

    name: str = ""
    relation: str = ""
    reason: str = ""
    tracking: str = ""


def told(way: Way, given: Mapping[str, str]) -> Told:
    """What belongs to the way, trimmed; raises `DomainError` on the field that is missing."""
    kept = {field: given.get(field, "").strip() for field in ASKED[way]}
    for field, value in kept.items():
        if not value:
            raise DomainError(MISSING[field], field)
    return Told(**kept)


def check_day(day: date, *, issued_on: date, today: date) -> None:
    """Raise `DomainError` for a day before the certificate was issued or after today."""
    if day > today:
        raise DomainError(N_("领取日期不能晚于今天。"), "handed_on")
    if day < issued_on:
        raise DomainError(N_("领取日期不能早于发证日期。"), "handed_on")
