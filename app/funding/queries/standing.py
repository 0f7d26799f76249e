"""What all lines of a class share, and what stands against paying anything for one of its trainees."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from app.classes.models import TrainingClass
from app.classes.rules import SeatStatus
from app.enrollments.denials.rules import DenialStatus
from app.funding.models import TrainingFee
from app.funding.queries.evidence import Evidence
from app.funding.queries.factual import Reached, Taken
from app.funding.queries.proofs import Proofs
from app.funding.queries.vouchers import Purse
from app.kernel.marking import N_
from app.people.queries import facts_of
from app.policies.rules.amounts import Quote, payee
from app.policies.rules.asking import asks_contract, asks_tags, pays_a_part
from app.policies.rules.eligibility import judge
from app.policies.rules.facts import CourseFacts, Funding, RecordFacts, Stage
from app.policies.rules.pack import Pack
from app.policies.rules.said import Reason


@dataclass(frozen=True, slots=True)
class Setting:
    """What all lines of a class share."""

    class_: TrainingClass
    pack: Pack
    course: CourseFacts
    planned_hours: int
    planned_days: int
    claimed_on: date
    pack_sha256: str
    doubted: dict[int, str]
    """Why lines of seats whose hours are in doubt wait."""
    proofs: dict[int, Proofs]
    """The hashes of what each seat's line rests on."""
    fees: dict[int, TrainingFee]
    """What trainees paid for the training themselves, by seat."""
    taken: Taken
    """What was asked for or paid to its people this year before."""
    reached: Reached
    """What the class reached as a whole."""
    person_id: int | None
    """Who claims for themselves; None for a school or an employer."""
    purse: Purse
    """The training vouchers of its people that may be used."""

    def funding(self, evidence: Evidence) -> Funding:
        """Who paid for a trainee's training first (R30)."""
        return Funding.SELF_PAID if evidence.seat.id in self.fees else Funding.FREE


def standing_of(setting: Setting, evidence: Evidence) -> tuple[tuple[str, ...], tuple[Reason, ...]]:
    """The groups that qualified at training time (R07), and what stands against paying at all."""
    seat = evidence.seat
    if evidence.denial is not None and evidence.denial.status == DenialStatus.UPHELD:
        return (), (Reason("F01", N_("查实不是本人的意思，报名已经作废，这一行不能申领。")),)
    if seat.status == SeatStatus.WITHDRAWN:
        params = {"hours": seat.hours_kept or evidence.hours}
        return (), (Reason("R20", N_("中途退出，学了 %(hours)s 学时，这一行不能申领。"), params),)
    against_payee = tuple(_nobody_to_pay(setting, evidence))
    if against_payee:
        return (), against_payee
    verdict = judge(
        setting.pack,
        facts_of(seat.person),
        setting.course,
        RecordFacts(),
        on=setting.class_.start_on,
        stage=Stage.CLAIM,
    )
    against = [reason for reason in verdict.reasons if reason.blocking]
    return verdict.groups, (*against, *not_recorded(setting, evidence), *_fallen(evidence))


def _nobody_to_pay(setting: Setting, evidence: Evidence) -> Iterator[Reason]:
    """Why this claimant isn't paid for the training, whoever paid for it first (R30)."""
    funding, own = setting.funding(evidence), setting.person_id is not None
    key = f"payee.{funding.value}"
    if not payee(setting.pack, funding):
        yield setting.pack.blank(key)
    elif own and funding is not Funding.SELF_PAID:
        yield Reason("R30", N_("没有登记自费收据，这笔补贴由培训机构申领。"), source=setting.pack.figure(key).source)
    elif not own and payee(setting.pack, funding) != "school":
        yield Reason("R30", N_("学费由学员自己交，补贴由学员本人申领。"), source=setting.pack.figure(key).source)


def too_few_hours(pack: Pack, evidence: Evidence, quote: Quote) -> tuple[Reason, ...]:
    """That the trainee did not attend enough (R20), unless the pack pays a part for the hours that were."""
    outcome = evidence.outcome
    if evidence.hours and pays_a_part(pack, quote):
        return ()
    if outcome is not None and not outcome.present_enough:
        params = {"attended": outcome.attended_hours, "planned": outcome.planned_hours}
        return (Reason("R20", N_("出勤不够：到课 %(attended)s 学时，应到 %(planned)s 学时。"), params),)
    return ()


def not_recorded(setting: Setting, evidence: Evidence) -> Iterator[Reason]:
    """What the pack asks of this line and nobody wrote down: nothing is paid on a guess."""
    tags, post = asks_tags(setting.pack, setting.course), evidence.taken_up
    if tags:
        yield Reason("R15", N_("标准不明，不能申领：标记“%(tags)s”没有登记。"), {"tags": tags})
    if (
        post is not None
        and post.organization_id is not None
        and post.contract_months is None
        and asks_contract(setting.pack, setting.course)
    ):
        yield Reason("R15", N_("标准不明，不能申领：确认上岗时没有登记劳动合同几个月。"))


def _fallen(evidence: Evidence) -> Iterator[Reason]:
    """That the certificate stands no more."""
    certificate = evidence.certificate
    if certificate is not None and evidence.valid_certificate is None:
        yield Reason("R25", N_("证书 %(number)s 已经撤销或换发，不能凭它申领。"), {"number": certificate.number})
