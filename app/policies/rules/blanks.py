"""What is not known: a figure that the pack leaves blank, or a fact that nobody told. Pure."""

from app.kernel.marking import N_
from app.policies.rules.said import Said
from app.policies.rules.steps import FormulaStep

FACT_NAMES = {
    "filed_on": N_("开班申报日期"),
    "cost_fen": N_("培训成本"),
    "days": N_("培训天数"),
    "class": N_("全班的情况（人数、取证、就业）"),
    "class.place": N_("这一行在全班申领名单里的位次"),
    "class.certified": N_("全班取得证书的人数"),
    "class.employed": N_("全班就业的人数"),
    "class.cost_fen": N_("全班的培训成本"),
}


class Blank(Exception):
    """A figure or a fact that the step needs is blank; `what` is a sentence that names it."""

    def __init__(self, what: Said) -> None:
        super().__init__(what.message)
        self.what = what


def said_missing(fact: str, step: FormulaStep | None = None) -> Blank:
    """The refusal that names a fact which nobody told."""
    params: dict[str, object] = {"fact": Said(FACT_NAMES[fact]), "step": step.name if step else ""}
    if step is None:
        return Blank(Said(N_("还不知道%(fact)s"), params))
    return Blank(Said(N_("“%(step)s”还不知道%(fact)s"), params))


def blank_figure(step: FormulaStep) -> Blank:
    """The refusal that names a step whose figure the pack leaves blank."""
    return Blank(Said(N_("“%(step)s”的数字没有填写"), {"step": step.name}))
