"""Correct a certificate, or issue it again after a loss."""

from collections.abc import Callable
from functools import partial

from flask import flash, render_template
from werkzeug.wrappers import Response as AnyResponse

from app.certificates import queries, service
from app.certificates.models import Certificate
from app.certificates.replacing_forms import CorrectForm, ReissueForm
from app.certificates.rules import CertificateStatus
from app.certificates.views.blueprint import bp
from app.kernel.access import Can, actor, needs
from app.kernel.acting import carried_out
from app.kernel.errors import Forbidden
from app.kernel.forms import Form
from app.kernel.i18n import _, _l
from app.kernel.marking import N_
from app.kernel.web import see_other

WORDS = {
    "name": _l("姓名"),
    "identity": _l("身份证号码"),
    "sex": _l("性别"),
    "course": _l("课程"),
    "occupation": _l("职业（工种）"),
    "level": _l("等级"),
    "hours": _l("完成学时"),
    "starts_on": _l("开始日期"),
    "ends_on": _l("结束日期"),
    "result": _l("考核成绩"),
    "mode_note": _l("培训模式"),
    "school": _l("培训机构"),
    "authority": _l("监制单位"),
}


def _own(certificate_id: int) -> Certificate:
    certificate = queries.certificate_for(actor(), certificate_id)
    if certificate.school_id != actor().organization_id:
        raise Forbidden(N_("只有承办这个班的培训机构可以换发证书。"))
    return certificate


def _page(certificate: Certificate, *, correct: Form | None = None, reissue: Form | None = None) -> str:
    stands = certificate.status is CertificateStatus.VALID
    changed = service.differences(certificate) if stands else []
    return render_template(
        "certificates/replace_certificate.html",
        certificate=certificate,
        stands=stands,
        changed=[(WORDS.get(one.key, one.key), one.old, one.new) for one in changed],
        correct_form=correct or CorrectForm(formdata=None),
        reissue_form=reissue or ReissueForm(formdata=None),
    )


@bp.get("/certificates/<int:certificate_id>/replace")
@needs(Can.CERTIFICATE_ISSUE)
def replace_certificate(certificate_id: int) -> str:
    """What a correction would change, and the two ways to a new paper."""
    return _page(_own(certificate_id))


def _answer(form: Form, act: Callable[[], Certificate], page: Callable[[], str]) -> AnyResponse | tuple[str, int]:
    done = carried_out(form, act)
    if done is None:
        return page(), 422
    flash(_("新证书已经发出，编号 %(number)s。原来那张从现在起显示“已换发”。", number=done.result.number))
    return see_other("certificates.show_certificate", certificate_id=done.result.id)


@bp.post("/certificates/<int:certificate_id>/correct")
@needs(Can.CERTIFICATE_ISSUE)
def correct(certificate_id: int) -> AnyResponse | tuple[str, int]:
    """Issue a corrected paper; what it says comes from the register and the results."""
    row, form = _own(certificate_id), CorrectForm()
    act = partial(service.correct, row, reason=form.reason.data or "", by=actor())
    return _answer(form, act, partial(_page, row, correct=form))


@bp.post("/certificates/<int:certificate_id>/reissue")
@needs(Can.CERTIFICATE_ISSUE)
def reissue(certificate_id: int) -> AnyResponse | tuple[str, int]:
    """Issue the same facts again after a loss."""
    row, form = _own(certificate_id), ReissueForm()
    act = partial(service.reissue, row, reason=form.reason.data or "", by=actor())
    return _answer(form, act, partial(_page, row, reissue=form))
