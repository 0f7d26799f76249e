"""Draw the lines of a claim from what is recorded: who is paid how much by which rule, and who is not and why."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from app.attendance.queries import doubted_seats, seats_in_doubt
from app.classes.models import TrainingClass
from app.classes.queries import sessions_of
from app.courses.queries import policy_facts
from app.enrollments.denials.rules import DenialStatus
from app.funding.models import Claim
from app.funding.queries.claimed import classes_of, fees_of
from app.funding.queries.evidence import Evidence, evidence_of
from app.funding.queries.factual import Taken, in_class, reached_by, taken_before
from app.funding.queries.proofs import proofs_of
from app.funding.queries.standing import Setting, standing_of, too_few_hours
from app.funding.queries.vouchers import purse_for
from app.funding.rules import Payee, plain, words_zh
from app.funding.rules.long_steps import WorkPart
from app.kernel.counting import counted
from app.kernel.marking import N_
from app.people.queries import read_facts
from app.policies import queries as policies
from app.policies.rules.amounts import Quote, line_amount, payee
from app.policies.rules.facts import LineFacts
from app.policies.rules.facts_io import as_json
from app.policies.rules.modes import OWN_LIVELIHOOD, PlacementProof
from app.policies.rules.pack import Pack

LONGEST = 400
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
    voucher_id: int | None = None
    """The training voucher that it uses up."""

    @property
    def qualifies(self) -> bool:
        """Whether it asks for money."""
        return not self.reason


def draw_claim(claim: Claim, *, claimed_on: date, evidence: Mapping[int, Evidence] | None = None) -> list[Drawn]:
    """The lines of all classes of a claim, as they would stand by what is recorded now: in `evidence`, if given."""
    pack = policies.pack_by_id(claim.policy_pack_id)
    lines: list[Drawn] = []
    for class_ in classes_of(claim):
        known = None if evidence is None else {n: one for n, one in evidence.items() if one.seat.class_id == class_.id}
        lines += draw_lines(class_, pack, claimed_on=claimed_on, claim=claim, drawn=lines, known=known)
    return lines


def draw_lines(
    class_: TrainingClass,
    pack: Pack,
    *,
    claimed_on: date,
    claim: Claim | None = None,
    drawn: Sequence[Drawn] = (),
    known: Mapping[int, Evidence] | None = None,
) -> list[Drawn]:
    """The lines of a class: for a trainee who qualifies one for each payee, for another one that says why not.

    Trainees who paid for themselves are not in it, unless the claim is theirs (R30); `drawn` are the lines of the
    claim's other classes, which take from the same year; `known` is the evidence, where it was read just now.
    """
    person_id = claim.person_id if claim is not None else None
    sessions = [session for session in sessions_of(class_.id) if session.makes_up_id is None]
    evidence = known if known is not None else evidence_of(class_.id)
    people = [one.seat.person_id for one in evidence.values()]
    setting = Setting(
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
        purse=purse_for(class_, people, claim, [one.voucher_id for one in drawn]),
    )
    found = [one for one in evidence.values() if person_id in (None, one.seat.person_id)]
    read_facts([one.seat.person for one in found])
    return [line for one in counted(found, WorkPart.DRAW) for line in _lines(setting, one)]


def _taken(evidence: Mapping[int, Evidence], year: int, claim: Claim | None, drawn: Sequence[Drawn]) -> Taken:
    people = {one.seat.person_id for one in evidence.values()}
    found = taken_before(people, year, claim, {one.seat.class_id for one in evidence.values()})
    for line in drawn:
        found.add(line.evidence.seat.person_id, line.quote["steps"], line.asked_fen)
    return found


def _lines(setting: Setting, evidence: Evidence) -> Iterator[Drawn]:
    groups, reasons = standing_of(setting, evidence)
    facts = _facts(setting, evidence, groups)
    quote = line_amount(setting.pack, facts) if not reasons else Quote()
    missed = too_few_hours(setting.pack, evidence, quote)
    reasons += missed or quote.not_payable_reasons
    quote = Quote() if reasons else quote
    voucher = setting.purse.take(evidence.seat, quote.payee_fen)
    if voucher is not None:
        facts = replace(facts, voucher_fen=voucher.value_fen, voucher=voucher.number)
        quote = line_amount(setting.pack, facts)
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
            used = voucher.id if voucher is not None and any(step["to"] == "payee" for step in mine) else None
            yield Drawn(evidence, whom, amount, told, held=_held(setting, evidence), voucher_id=used)


def _sha256_of_pack(class_: TrainingClass) -> str:
    return policies.pack_row_by_id(class_.policy_pack_id).sha256 if class_.policy_pack_id is not None else ""


def _held(setting: Setting, evidence: Evidence) -> str:
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


def _facts(setting: Setting, evidence: Evidence, groups: tuple[str, ...]) -> LineFacts:
    certificate, placement = evidence.valid_certificate, evidence.taken_up
    mode = setting.pack.mode_of(setting.course)
    by_employer = mode.placement is PlacementProof.EMPLOYER_CONFIRMS
    order = setting.class_.order
    fee = setting.fees.get(evidence.seat.id)
    return LineFacts(
        course=setting.course,
        groups=groups,
        planned_hours=setting.planned_hours,
        attended_hours=evidence.hours,
        planned_days=setting.planned_days,
        attended_days=evidence.days,
        passed=bool(evidence.outcome and evidence.outcome.passed),
        certificate_on=evidence.certified_on if certificate else None,
        ended_on=setting.class_.end_on,
        employed_on=placement.took_up_on if placement and by_employer else None,
        placement=(order.kind.value if order else OWN_LIVELIHOOD) if placement else "",
        claimed_on=setting.claimed_on,
        filed_on=setting.class_.filed_on,
        funding=setting.funding(evidence),
        region_code=setting.class_.region_code,
        taken_this_year=setting.taken.steps(evidence.seat.person_id),
        paid_this_year=setting.taken.paid(evidence.seat.person_id),
        paid_this_year_fen=setting.taken.paid_fen(evidence.seat.person_id),
        contract_months=placement.contract_months if placement else None,
        cost_fen=fee.amount_fen if fee else None,
        receipt_fen=fee.amount_fen if fee else None,
        receipt=fee.receipt_number if fee else "",
        in_class=in_class(setting.reached, evidence.seat.id),
    )


def _kept(setting: Setting, evidence: Evidence, facts: LineFacts) -> dict[str, Any]:
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
        "certificate_on": facts.certificate_on.isoformat() if facts.certificate_on else None,
        "placement_id": placement.id if placement else None,
        "took_up_on": placement.took_up_on.isoformat() if placement and placement.took_up_on else None,
        "claimed_on": setting.claimed_on.isoformat(),
        "proofs": setting.proofs[evidence.seat.id],
    }
