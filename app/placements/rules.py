"""The flow of a placement, and what a confirmation must say. Pure."""

from datetime import date
from enum import StrEnum

from app.kernel.errors import DomainError
from app.kernel.flow import Flow
from app.kernel.marking import N_
from app.policies.rules.modes import PlacementProof


class PlacementStatus(StrEnum):
    """Whether the person took up the post or livelihood."""

    EXPECTED = "expected"
    CONFIRMED = "confirmed"
    NOT_TAKEN = "not_taken"


class PlacementStep(StrEnum):
    """What is said of it."""

    CONFIRM = "confirm"
    DECLINE = "decline"
    REOPEN = "reopen"


class ProofKind(StrEnum):
    """What shows an employment besides the employer's word."""

    SOCIAL_INSURANCE = "social_insurance"
    BANK_WAGES = "bank_wages"
    WAGE_SLIP = "wage_slip"
    OFFICER_VISIT = "officer_visit"


PLACEMENT_FLOW = Flow(
    "placement",
    PlacementStatus.EXPECTED,
    [
        (PlacementStep.CONFIRM, [PlacementStatus.EXPECTED], PlacementStatus.CONFIRMED),
        (PlacementStep.DECLINE, [PlacementStatus.EXPECTED], PlacementStatus.NOT_TAKEN),
        (PlacementStep.REOPEN, [PlacementStatus.CONFIRMED, PlacementStatus.NOT_TAKEN], PlacementStatus.EXPECTED),
    ],
)


def confirmer(proof: PlacementProof, *orders: int | None) -> int | None:
    """The organization that confirms: the first known party where the mode asks an employer, else nobody's."""
    if proof is not PlacementProof.EMPLOYER_CONFIRMS:
        return None
    return next((party for party in orders if party is not None), None)


def refuse_incomplete(took_up_on: date, *, today: date, begun_on: date, pay_fen: int | None, proof: str) -> None:
    """Raise `DomainError` for a day in the future or before the class began, a pay of nothing, or no proof."""
    if took_up_on > today:
        raise DomainError(N_("上岗日期还没有到，请等上岗以后再确认。"), "took_up_on")
    if took_up_on < begun_on:
        raise DomainError(N_("上岗日期在开班以前，请再核对一遍。"), "took_up_on")
    if pay_fen is not None and pay_fen <= 0:
        raise DomainError(N_("报酬要大于 0；说不准的可以不填。"), "pay_fen")
    if not proof.strip():
        raise DomainError(N_("请写明凭什么确认，例如劳动合同、考勤记录、现场查看。"), "proof")
