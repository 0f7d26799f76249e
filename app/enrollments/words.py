"""What somebody who signs up is told of their data, purpose by purpose (PIPL 17 and 19; handbook section 10)."""

from dataclasses import dataclass

from flask_babel import LazyString

from app.kernel.i18n import _l

NOTICE_VERSION = "2026-11"
"""Raised whenever a purpose, a kind of data or a retention below changes."""


@dataclass(frozen=True, slots=True)
class Purpose:
    """One purpose: what the data is for, which kinds, who sees them, how long they are kept."""

    what_for: LazyString
    kinds: LazyString
    who: LazyString
    how_long: LazyString


PURPOSES = (
    Purpose(
        _l("看您能不能享受补贴"),
        _l("姓名、身份证号、住在哪里、属于哪类人员、以前享受补贴的次数"),
        _l("村里、人社部门"),
        _l("没有报上的，这个班结束就不再用；报上的，和补贴凭证一起保存"),
    ),
    Purpose(
        _l("通知您、上课点名、考核"),
        _l("姓名、手机号、到课和成绩"),
        _l("办班的学校、老师"),
        _l("到这个班的补贴办完为止"),
    ),
    Purpose(_l("发证书、让别人查真假"), _l("姓名、身份证号、成绩"), _l("学校、发证单位"), _l("证书长期可查")),
    Purpose(
        _l("把补贴算对、付对"),
        _l("姓名、身份证号、收款账号、签到和考核凭据"),
        _l("人社、财政、审计"),
        _l("按财政凭证的保管年限"),
    ),
    Purpose(_l("结业名单公示"), _l("姓名、身份证号，都只露一部分"), _l("所有人"), _l("公示期一满就撤下")),
    Purpose(_l("学完问问您有没有活干"), _l("姓名、手机号、在哪里做事"), _l("村里、学校"), _l("到就业回访结束")),
)
