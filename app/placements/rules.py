"""The flow of a placement, and what a confirmation must say. Pure."""

from datetime import date
from enum import StrEnum

from app.kernel.errors import DomainError, Refused
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


def refuse_own_word(*, one_owner: bool, proofs: int) -> None:
    """Raise `Refused` where only the firm of the school's owner says so, and no officer saw another proof."""
    if one_owner and not proofs:
        raise Refused(
            N_("这家单位和培训学校是同一业主，不能只凭它一家的话确认。请先由村、镇或人社部门记一项别的证明。")
        )


def proof_problem(seen_on: date, note: str, *, today: date, begun_on: date) -> DomainError | None:
    """What is wrong with another proof: a day that cannot be, nothing said of what was seen."""
    if seen_on > today:
        return DomainError(N_("看到证明的日期还没有到。"), "seen_on")
    if seen_on < begun_on:
        return DomainError(N_("看到证明的日期在开班以前，请再核对一遍。"), "seen_on")
    if not note.strip():
        return DomainError(N_("请写明看到了什么，例如哪个月、哪家单位缴的费。"), "note")
    return None


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
