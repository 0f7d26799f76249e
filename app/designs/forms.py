"""The words of a design, and a seal."""

from collections.abc import Mapping
from typing import Any

from flask_wtf.file import FileField
from wtforms import BooleanField

from app.kernel.forms import Form, MaxLength, Required, TextField, WholeNumberField
from app.kernel.i18n import _, _l


class TextsForm(Form):
    """What a region or a school writes on a design; the fields come with the design."""

    seen = WholeNumberField(_l("看到的版本"), default=0)


def texts_form(
    settable: Mapping[str, Mapping[str, Any]], seals: Mapping[str, str], said: Mapping[str, Any]
) -> TextsForm:
    """A form with one field for each word that may be set, and a box for each seal that may be demanded."""
    fields: dict[str, Any] = {}
    for key, spec in settable.items():
        if spec["kind"] == "flag":
            above = _("上级已经要求印的，这里不勾也印。")
            fields[key] = BooleanField(spec.get("label", key), description=above)
            continue
        longest, usual = int(spec.get("longest", 60)), spec.get("default", "")
        hint = _("空着就印“%(words)s”。", words=usual) if usual else _("空着就不印。")
        told = _("%(hint)s最多 %(most)s 个字。", hint=hint, most=longest)
        fields[key] = TextField(spec.get("label", key), [MaxLength(longest)], description=told)
    for key, side in seals.items():
        words = _("没有学校印章不得发") if side == "school" else _("没有主管部门印章不得发")
        fields[f"demand_{key}"] = BooleanField(words)
    made = type("DesignTextsForm", (TextsForm,), fields)
    form: TextsForm = made(data=dict(said))
    return form


class SealForm(Form):
    """The picture of a seal."""

    name = TextField(
        _l("印章上的字"), [Required(), MaxLength(60)], description=_l("照印章写，如“汨罗市青禾职业技术学校”。")
    )
    picture = FileField(
        _l("印章图片"),
        [Required()],
        description=_l("PNG（透明底，短边不少于 300 像素）或 SVG（文字转成曲线），不超过 1 MB。按 40 毫米印出。"),
    )
    seen = WholeNumberField(_l("看到的版本"), default=0)


class WithdrawForm(Form):
    """Which seal was looked at."""

    seen = WholeNumberField(_l("看到的版本"), default=0)
