"""How much of a verdict somebody may read who need not know the person's circumstances. Pure.

A school must know whether a seat will be paid for, and by which rule not; it need not know that somebody is disabled,
poor or a student, how often and for what they were subsidised before, or how old exactly they are. So a school reads
the rule's number, what the rule is about, and what to do; no group, no paper, no date, no count.
"""

from dataclasses import replace

from app.kernel.marking import N_
from app.policies.rules.eligibility import Fact, Missing, Verdict
from app.policies.rules.said import Reason, Said

ABOUT = {
    "R01": N_("年龄还不到规定的下限。"),
    "R02": N_("年龄超过规定的上限，或者政策里没有规定。"),
    "R03": N_("没有登记为补贴对象。"),
    "R05": N_("现在的身份不在补贴范围内。"),
    "R06": N_("补贴对象的证明还没有交。"),
    "R07": N_("补贴对象的证明在开课那天不在有效期内。"),
    "R08": N_("今年享受补贴的次数已满。"),
    "R09": N_("享受补贴的累计次数已满。"),
    "R10": N_("同一职业同一等级只补一次。"),
    "R11": N_("不能再补更低的等级。"),
    "R12": N_("不能与别的补贴重复享受。"),
    "R14": N_("上课时间与本人的另一个班重叠。"),
}
OTHERWISE = N_("不符合补贴条件。")
ASK_VILLAGE = Said(N_("具体情况请本人到村里问，村信息员看得到。"))
LACKING = {Fact.GROUP: ABOUT["R03"], Fact.EVIDENCE: ABOUT["R06"]}


def about(rule: str) -> str:
    """What a rule is about, in one sentence that says nothing of a person."""
    return ABOUT.get(rule, OTHERWISE)


def for_school(verdict: Verdict) -> Verdict:
    """The same verdict with rule and outcome, without the person's circumstances."""
    return replace(
        verdict,
        reasons=tuple(_plain(reason) for reason in verdict.reasons),
        missing=tuple(Missing(one.fact, LACKING[one.fact]) for one in verdict.missing if one.fact in LACKING),
        uses_taken=0,
        uses_left=None,
        groups=(),
        known_until=None,
    )


def _plain(reason: Reason) -> Reason:
    words = about(reason.rule)
    return Reason(reason.rule, words, blocking=reason.blocking, change=ASK_VILLAGE, source=reason.source)
