"""The style guide: every part that pages are made of, with all its states, on one page. Only in demo mode."""

from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

from flask import Blueprint, Flask, flash, render_template
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response
from wtforms import BooleanField, EmailField, FileField, PasswordField, StringField, TelField, TextAreaField

from app.kernel.access import PUBLIC, needs
from app.kernel.forms import (
    CheckboxListField,
    ChoiceField,
    DayField,
    Form,
    MaxLength,
    RadioChoiceField,
    Required,
    WholeNumberField,
    YuanField,
)
from app.kernel.i18n import _, _l
from app.kernel.labels import labels
from app.kernel.navigation import link
from app.kernel.paging import Page
from app.kernel.web import see_other

bp = Blueprint("styleguide", __name__)


class Sample(StrEnum):
    """A status that shows each tone."""

    DRAFT = "draft"
    UNDER_WAY = "under_way"
    DONE = "done"
    RETURNED = "returned"
    REFUSED = "refused"


labels(
    {
        Sample.DRAFT: _l("草稿"),
        Sample.UNDER_WAY: _l("审核中"),
        Sample.DONE: _l("已拨付"),
        Sample.RETURNED: _l("退回补正"),
        Sample.REFUSED: _l("未通过"),
    },
    {Sample.UNDER_WAY: "info", Sample.DONE: "ok", Sample.RETURNED: "warn", Sample.REFUSED: "bad"},
)


class SampleForm(Form):
    """One field of each kind."""

    name = StringField(
        _l("姓名"),
        [Required(), MaxLength(20)],
        description=_l("与身份证上的写法一致。"),
        render_kw={"autocomplete": "name"},
    )
    phone = TelField(_l("手机号码"), [Required()], render_kw={"autocomplete": "tel"})
    email = EmailField(_l("电子邮箱"))
    password = PasswordField(
        _l("新密码"), description=_l("至少 10 位，可以用一句话。"), render_kw={"autocomplete": "new-password"}
    )
    village = ChoiceField(
        _l("所在村"),
        [Required()],
        choices=[("", _l("请选择")), ("1", _l("弼时镇 湄江村")), ("2", _l("长乐镇 长新村"))],
        default="",
    )
    way = RadioChoiceField(
        _l("上课方式"),
        [Required()],
        choices=[("school", _l("到学校上课")), ("village", _l("送教进村")), ("online", _l("在线学习"))],
    )
    wishes = CheckboxListField(
        _l("想学的技能"),
        choices=[("excavator", _l("挖掘机")), ("care", _l("育婴")), ("home", _l("家政")), ("rice", _l("稻虾共作"))],
        description=_l("可以选几样。"),
    )
    start_on = DayField(_l("开班日期"), [Required()])
    end_on = DayField(_l("结业日期"), [Required()])
    headcount = WholeNumberField(_l("人数"), [Required()])
    pay = YuanField(_l("每月工资"), [Required()], description=_l("填到手的钱数。"))
    paper = FileField(_l("营业执照照片"), description=_l("JPG、PNG 或 PDF，不超过 10 MB。"))
    note = TextAreaField(_l("说明"), [MaxLength(200)])
    consent = BooleanField(_l("我同意把这些信息用于本次培训的报名、考勤和补贴审核。"), [Required()])


def _filled_wrongly() -> SampleForm:
    """The sample form as someone sent it back with mistakes."""
    typed = MultiDict(
        {"bad-name": "", "bad-phone": "1387", "bad-start_on": "2026-02-30", "bad-headcount": "三十", "bad-pay": "三千"}
    )
    form = SampleForm(typed, prefix="bad-")
    form.validate()
    form.form_errors.append(_("这个班的预算还差 1,200.00 元。"))
    return form


def _events() -> list[dict[str, Any]]:
    """A history with every tone."""
    return [
        {
            "at": datetime(2026, 3, 9, 2, 10, tzinfo=UTC),
            "title": _("复核退回补正"),
            "by": _("周复核"),
            "note": _("第 3 行缺结业照片。"),
            "tone": "warn",
        },
        {"at": datetime(2026, 3, 6, 7, 42, tzinfo=UTC), "title": _("初审通过"), "by": _("陈初审"), "tone": "ok"},
        {
            "at": datetime(2026, 3, 5, 1, 30, tzinfo=UTC),
            "title": _("提交申领"),
            "by": _("李文书"),
            "note": _("32 人，48,000.00 元。"),
            "tone": "info",
        },
        {"at": datetime(2026, 3, 4, 9, 5, tzinfo=UTC), "title": _("一键生成申领"), "by": _("李文书")},
    ]


def _page(form: SampleForm) -> str:
    return render_template(
        "styleguide/show.html",
        form=form,
        bad_form=_filled_wrongly(),
        samples=list(Sample),
        events=_events(),
        rows=Page([1, 2, 3], number=2, total=57),
        today=date(2026, 3, 9),
    )


@bp.get("/styleguide")
@needs(PUBLIC)
def show() -> str:
    """Show every part with its states."""
    return _page(SampleForm())


@bp.post("/styleguide")
@needs(PUBLIC)
def try_form() -> Response | tuple[str, int]:
    """Let the sample form be tried; nothing is kept."""
    form = SampleForm()
    if not form.validate_on_submit():
        return _page(form), 422
    flash(_("填写正确。这里只是样例，没有保存。"))
    return see_other("styleguide.show")


def init_app(app: Flask) -> None:
    """Open the style guide where a demo runs."""
    if app.config["DEMO"]:
        app.register_blueprint(bp)
        link("styleguide", "styleguide.show")
