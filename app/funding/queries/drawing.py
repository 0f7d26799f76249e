"""Draw the lines of a claim from what is recorded: who is paid how much by which rule, and who is not and why."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.attendance.queries import doubted_seats, seats_in_doubt
from app.classes.models import TrainingClass
from app.classes.queries import sessions_of
from app.classes.rules import SeatStatus
from app.courses.queries import policy_facts
from app.enrollments.denials.rules import DenialStatus
from app.funding.models import Claim, TrainingFee
from app.funding.queries.claimed import classes_of, fees_of
from app.funding.queries.evidence import Evidence, evidence_of
from app.funding.queries.factual import Reached, Taken, in_class, reached_by, taken_before
from app.funding.queries.proofs import Proofs, proofs_of
from app.funding.rules import Payee, plain, words_zh
from app.kernel.marking import N_
from app.people.queries import facts_of, read_facts
from app.policies import queries as policies
from app.policies.rules.amounts import Quote, line_amount, payee
from app.policies.rules.eligibility import judge
from app.policies.rules.facts import CourseFacts, Funding, LineFacts, RecordFacts, Stage
from app.policies.rules.facts_io import as_json
from app.policies.rules.modes import PlacementProof
from app.policies.rules.pack import Pack
from app.policies.rules.said import Reason

LONGEST = 400
OWN_LIVELIHOOD = "own_livelihood"
HELD_BY_DENIAL = N_("本人说没有报这个名，正在核查；查清以前这一笔不付。")
HELD_BY_DOUBT = N_("有人在考核以后提出学时不对，正在核查；查清以前这一笔不付。")
HELD_BY_CHANGE = N_("有一节课的紧急变更没有追认，学时有疑点；查清以前这一笔不付。")
HELD_FOR_HOURS = (HELD_BY_DOUBT, HELD_BY_CHANGE)


@dataclass(frozen=True, slots=True)
class Drawn:
    """One line as it would stand now; `reason` is empty for one that qualifies, `held` for one that nothing holds."""

    evidence: Evidence
    payee: Payee
    asked_fen: int
    quote: dict[str, Any]
    reason: str = ""
    held: str = ""
    """Why the line asks for money and yet gets none before something is decided."""

    @property
    def qualifies(self) -> bool:
        """Whether it asks for money."""
        return not self.reason


@dataclass(frozen=True, slots=True)
class _Setting:
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


def draw_claim(claim: Claim, *, claimed_on: date) -> list[Drawn]:
    """The lines of all classes of a claim, as they would stand by what is recorded now."""
    pack = policies.pack_by_id(claim.policy_pack_id)
    lines: list[Drawn] = []
    for class_ in classes_of(claim):
        lines += draw_lines(class_, pack, claimed_on=claimed_on, claim=claim, drawn=lines)
    return lines


def draw_lines(
    class_: TrainingClass, pack: Pack, *, claimed_on: date, claim: Claim | None = None, drawn: Sequence[Drawn] = ()
) -> list[Drawn]:
    """The lines of a class: for a trainee who qualifies one for each payee, for another one that says why not.

    Trainees who paid for themselves are not in it, unless the claim is theirs (R30); `drawn` are the lines of the
    claim's other classes, which take from the same year.
    """
    person_id = claim.person_id if claim is not None else None
    sessions = [session for session in sessions_of(class_.id) if session.makes_up_id is None]
    evidence = evidence_of(class_.id)
    setting = _Setting(
        class_,
        pack,
        policy_facts(class_.course),
        planned_hours=sum(session.hours for session in sessions) or class_.course.hours,
        planned_days=len({session.on for session in sessions}),
        claimed_on=claimed_on,
        pack_sha256=_sha256_of_pack(class_),
        doubted=held_for_hours(list(evidence)),
        proofs=proofs_of(class_.id, evidence),
        fees=fees_of(class_.id),
        taken=_taken(evidence, claimed_on.year, claim, drawn),
        reached=reached_by(evidence.values(), pack, class_.end_on),
        person_id=person_id,
    )
    found = [one for one in evidence.values() if person_id in (None, one.seat.person_id)]
    read_facts([one.seat.person for one in found])
    return [line for one in found for line in _lines(setting, one)]


def _taken(evidence: Mapping[int, Evidence], year: int, claim: Claim | None, drawn: Sequence[Drawn]) -> Taken:
    people = {one.seat.person_id for one in evidence.values()}
    found = taken_before(people, year, claim, {one.seat.class_id for one in evidence.values()})
    for line in drawn:
        found.add(line.evidence.seat.person_id, line.quote["steps"], line.asked_fen)
    return found


def _lines(setting: _Setting, evidence: Evidence) -> Iterator[Drawn]:
    groups, reasons = _standing(setting, evidence)
    facts = _facts(setting, evidence, groups)
    quote = line_amount(setting.pack, facts) if not reasons else Quote()
    reasons += quote.not_payable_reasons
    kept = {"facts": _kept(setting, evidence, facts)}
    if reasons:
        told = {**kept, "amount_fen": 0, "steps": [], "reasons": [plain(reason) for reason in reasons]}
        words = "".join(words_zh(reason) for reason in reasons)[:LONGEST]
        yield Drawn(evidence, Payee.SCHOOL, 0, told, words)
        return
    steps = quote.as_json()["steps"]
    to_school = payee(setting.pack, facts.funding) == "school"
    for whom in Payee:
        mine = [step for step in steps if _goes_to(step["to"], to_school=to_school) is whom]
        amount = sum(step["amount_fen"] for step in mine)
        if amount > 0:
            told = {**kept, "amount_fen": amount, "steps": mine, "reasons": []}
            yield Drawn(evidence, whom, amount, told, held=_held(setting, evidence))


def _sha256_of_pack(class_: TrainingClass) -> str:
    return policies.pack_row_by_id(class_.policy_pack_id).sha256 if class_.policy_pack_id is not None else ""


def _held(setting: _Setting, evidence: Evidence) -> str:
    """What a line waits for before it is paid."""
    if is_denied(evidence):
        return HELD_BY_DENIAL
    return setting.doubted.get(evidence.seat.id, "")


def held_for_hours(seat_ids: Collection[int]) -> dict[int, str]:
    """Those of these seats whose hours are in doubt, and what their lines wait for."""
    changed = seats_in_doubt(seat_ids)
    return {number: HELD_BY_CHANGE if number in changed else HELD_BY_DOUBT for number in doubted_seats(seat_ids)}


def is_denied(evidence: Evidence) -> bool:
    """Whether the person says that they never signed up, and nobody decided it yet."""
    return evidence.denial is not None and evidence.denial.status == DenialStatus.OPEN


def _goes_to(to: str, *, to_school: bool) -> Payee:
    return Payee.SCHOOL if to == "payee" and to_school else Payee.TRAINEE


def _standing(setting: _Setting, evidence: Evidence) -> tuple[tuple[str, ...], tuple[Reason, ...]]:
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
    return verdict.groups, (*against, *_missed(evidence))


def _nobody_to_pay(setting: _Setting, evidence: Evidence) -> Iterator[Reason]:
    """Why this claimant isn't paid for the training, whoever paid for it first (R30)."""
    funding, own = _funding(setting, evidence), setting.person_id is not None
    key = f"payee.{funding.value}"
    if not payee(setting.pack, funding):
        yield setting.pack.blank(key)
    elif own and funding is not Funding.SELF_PAID:
        yield Reason("R30", N_("没有登记自费收据，这笔补贴由培训机构申领。"), source=setting.pack.figure(key).source)
    elif not own and payee(setting.pack, funding) != "school":
        yield Reason("R30", N_("学费由学员自己交，补贴由学员本人申领。"), source=setting.pack.figure(key).source)


def _funding(setting: _Setting, evidence: Evidence) -> Funding:
    return Funding.SELF_PAID if evidence.seat.id in setting.fees else Funding.FREE


def _missed(evidence: Evidence) -> Iterator[Reason]:
    """Why the trainee did not reach the certificate, more exactly than that there is none."""
    outcome = evidence.outcome
    if outcome is not None and not outcome.present_enough:
        params = {"attended": outcome.attended_hours, "planned": outcome.planned_hours}
        yield Reason("R20", N_("出勤不够：到课 %(attended)s 学时，应到 %(planned)s 学时。"), params)
    certificate = evidence.certificate
    if certificate is not None and evidence.valid_certificate is None:
        yield Reason("R25", N_("证书 %(number)s 已经撤销或换发，不能凭它申领。"), {"number": certificate.number})


def _facts(setting: _Setting, evidence: Evidence, groups: tuple[str, ...]) -> LineFacts:
    certificate, placement = evidence.valid_certificate, evidence.taken_up
    mode = setting.pack.mode_of(setting.course)
    by_employer = mode.placement is PlacementProof.EMPLOYER_CONFIRMS
    order = setting.class_.order
    return LineFacts(
        course=setting.course,
        groups=groups,
        planned_hours=setting.planned_hours,
        attended_hours=evidence.hours,
        planned_days=setting.planned_days,
        attended_days=evidence.days,
        passed=bool(evidence.outcome and evidence.outcome.passed),
        certificate_on=certificate.issued_on if certificate else None,
        ended_on=setting.class_.end_on,
        employed_on=placement.took_up_on if placement and by_employer else None,
        placement=(order.kind.value if order else OWN_LIVELIHOOD) if placement else "",
        claimed_on=setting.claimed_on,
        filed_on=setting.class_.filed_on,
        funding=_funding(setting, evidence),
        region_code=setting.class_.region_code,
        taken_this_year=setting.taken.steps(evidence.seat.person_id),
        paid_this_year_fen=setting.taken.paid_fen(evidence.seat.person_id),
        in_class=in_class(setting.reached, evidence.seat.id),
    )


def _kept(setting: _Setting, evidence: Evidence, facts: LineFacts) -> dict[str, Any]:
    """What the line rests on, as it is frozen with it; ids and figures only. `line` is all that the rules were told."""
    outcome, certificate, placement = evidence.outcome, evidence.valid_certificate, evidence.taken_up
    return {
        "line": as_json(facts),
        "policy_pack_id": setting.class_.policy_pack_id,
        "policy_sha256": setting.pack_sha256,
        "groups": list(facts.groups),
        "planned_hours": setting.planned_hours,
        "attended_hours": evidence.hours,
        "planned_days": setting.planned_days,
        "attended_days": evidence.days,
        "theory": outcome.theory if outcome else None,
        "practice": outcome.practice if outcome else None,
        "passed": bool(outcome and outcome.passed),
        "certificate_id": certificate.id if certificate else None,
        "certificate_number": certificate.number if certificate else "",
        "certificate_sha256": certificate.facts_sha256 if certificate else "",
        "certificate_on": certificate.issued_on.isoformat() if certificate else None,
        "placement_id": placement.id if placement else None,
        "took_up_on": placement.took_up_on.isoformat() if placement and placement.took_up_on else None,
        "claimed_on": setting.claimed_on.isoformat(),
        "proofs": setting.proofs[evidence.seat.id],
    }
