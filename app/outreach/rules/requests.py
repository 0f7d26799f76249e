"""Villages ask from the menu (点单): where a request stands, and what may be asked. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from app.kernel.errors import DomainError
from app.kernel.flow import Flow
from app.kernel.marking import N_

MOST_PEOPLE = 200
LONGEST_SPAN = timedelta(days=366)


class RequestStatus(StrEnum):
    """Where a request for a course stands."""

    ASKED = "asked"
    PROPOSED = "proposed"
    INVITED = "invited"
    ARRANGED = "arranged"
    DONE = "done"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class RequestStep(StrEnum):
    """What happens to a request; `arrange` is the village's yes to a school that offers to come to somebody's home."""

    PROPOSE = "propose"
    INVITE = "invite"
    ARRANGE = "arrange"
    ASK_AGAIN = "ask_again"
    FINISH = "finish"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"


S = RequestStatus
OPEN = (S.ASKED, S.PROPOSED, S.INVITED, S.ARRANGED)
"""Statuses in which a request still stands: nobody asks for the same a second time."""
REQUEST_FLOW = Flow(
    "request",
    S.ASKED,
    [
        (RequestStep.PROPOSE, [S.ASKED], S.PROPOSED),
        (RequestStep.INVITE, [S.PROPOSED], S.INVITED),
        (RequestStep.ARRANGE, [S.PROPOSED], S.ARRANGED),
        (RequestStep.ASK_AGAIN, [S.PROPOSED, S.INVITED, S.ARRANGED], S.ASKED),
        (RequestStep.FINISH, [S.INVITED, S.ARRANGED], S.DONE),
        (RequestStep.WITHDRAW, list(OPEN), S.WITHDRAWN),
        (RequestStep.EXPIRE, [S.ASKED, S.PROPOSED, S.INVITED, S.ARRANGED], S.EXPIRED),
    ],
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for: from which day to which, for how many people; at home, with the address to go to."""

    from_on: date
    until_on: date
    headcount: int = 1
    at_home: bool = False
    address: str = ""
    note: str = ""


def refuse_bad_wish(wanted: Wanted, *, named: bool, today: date) -> None:
    """Raise `DomainError` naming the field for days gone by or too far apart, no people, a home visit without whom."""
    if wanted.until_on < wanted.from_on:
        raise DomainError(N_("结束日期不能早于开始日期。"), "until_on")
    if wanted.until_on < today:
        raise DomainError(N_("这段日子已经过了。"), "until_on")
    if wanted.until_on - wanted.from_on > LONGEST_SPAN:
        raise DomainError(N_("最多点一年以内的课。"), "until_on")
    if not 1 <= wanted.headcount <= MOST_PEOPLE:
        raise DomainError(N_("人数要在 1 到 200 之间。"), "headcount")
    if wanted.at_home and not named:
        raise DomainError(N_("送教上门要写明是哪一个人。"), "names")
    if wanted.at_home and not wanted.address.strip():
        raise DomainError(N_("送教上门要写明到哪里去。"), "address")
