"""What a confirmation, a refusal and a correction say."""

from collections.abc import Mapping

from wtforms.validators import NumberRange, Optional

from app.kernel.forms import (
    ChoiceField,
    DayField,
    Form,
    LongTextField,
    MaxLength,
    RadioChoiceField,
    Required,
    TextField,
    WholeNumberField,
    YuanField,
)
from app.kernel.i18n import _, _l
from app.kernel.labels import label
from app.kernel.marking import N_
from app.placements.rules import PlacementStatus, ProofKind

OTHER = "other"
EMPLOYER_PROOFS = {
    "contract": N_("已签劳动合同"),
    "wages": N_("工资发放记录"),
    "pieces": N_("计件或收货记录"),
    "sales": N_("产销合同"),
    OTHER: N_("其他"),
}
OFFICER_PROOFS = {
    "visit": N_("上门或到田间地头看过"),
    "village": N_("村委会证明"),
    "photo": N_("照片或视频"),
    OTHER: N_("其他"),
}


class ConfirmForm(Form):
    """Since when, at what pay, by what proof."""

    took_up_on = DayField(_l("哪一天上的岗"), [Required()])
    pay = YuanField(_l("一个月的报酬"), description=_l("计件的填一个月大概多少；说不准可以不填。"))
    contract_months = WholeNumberField(
        _l("劳动合同几个月"),
        [Optional(), NumberRange(1, 600, message=_l("请填 1 到 600 个月。"))],
        description=_l("有的补贴要看合同期限。没有固定期限的填 600；没有签劳动合同的不填。"),
    )
    proof = RadioChoiceField(_l("凭什么确认"), [Required()])
    proof_note = TextField(_l("补充说明"), [MaxLength(120)], description=_l("例如合同编号；选“其他”的要写清楚。"))

    def offer(self, proofs: Mapping[str, str]) -> "ConfirmForm":
        """Offer the proofs that this confirmer can give."""
        self.proof.choices = [(key, _(words)) for key, words in proofs.items()]
        return self

    def proof_words(self, proofs: Mapping[str, str]) -> str:
        """The proof in one line, in Chinese as it is kept; empty where "other" was not explained."""
        note = (self.proof_note.data or "").strip()
        if self.proof.data == OTHER:
            return note
        return proofs[self.proof.data] + (f"：{note}" if note else "")


class ProofForm(Form):
    """Another proof than the employer's word."""

    kind = RadioChoiceField(_l("看到的是什么"), [Required()])
    seen_on = DayField(_l("哪一天看到的"), [Required()])
    note = TextField(
        _l("看到了什么"), [Required(), MaxLength(200)], description=_l("例如：2026 年 5 月由某某公司缴了养老保险。")
    )

    def offer(self) -> "ProofForm":
        """Offer every kind of proof."""
        self.kind.choices = [(kind.value, label(kind)) for kind in ProofKind]
        return self


class ReasonForm(Form):
    """Why it was not taken up, or why the record is opened again."""

    reason = LongTextField(_l("原因"), [Required(), MaxLength(200)])


class FilterForm(Form):
    """What narrows the list."""

    class Meta(Form.Meta):
        """A filter changes nothing, so it needs no token."""

        csrf = False

    word = TextField(_l("姓名"))
    status = ChoiceField(_l("状态"))

    def offer(self) -> "FilterForm":
        """Offer every status."""
        self.status.choices = [("", _("全部")), *((str(status), label(status)) for status in PlacementStatus)]
        return self
