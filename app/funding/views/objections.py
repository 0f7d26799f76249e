"""Objections: the list, and the answer."""

from flask import flash, render_template, request

from app.funding import queries, service
from app.funding.forms import AnswerForm, StatusFilterForm
from app.funding.models import Objection
from app.funding.rules import ObjectionStatus
from app.funding.views.blueprint import Answer, bp
from app.funding.views.wording import history
from app.kernel.access import Can, actor, needs
from app.kernel.database import transaction
from app.kernel.errors import DomainError
from app.kernel.forms import error_on
from app.kernel.i18n import _
from app.kernel.paging import paginate
from app.kernel.web import see_other

READERS = (Can.OBJECTION_ANSWER, Can.CLAIM_FIRST_REVIEW, Can.CLAIM_SIGN, Can.EVENT_READ)


@bp.get("/objections")
@needs(*READERS)
def list_objections() -> str:
    """The objections of the area, those waiting first."""
    form = StatusFilterForm(request.args).offer(ObjectionStatus)
    only_open = form.status.data == ObjectionStatus.OPEN
    query = queries.objections_query(actor(), only_open=only_open)
    if form.status.data in set(ObjectionStatus):
        query = query.where(Objection.status == form.status.data)
    page = paginate(query, request.args.get("page", 1, type=int))
    return render_template("funding/list_objections.html", page=page, form=form)


def _page(objection: Objection, form: AnswerForm) -> str:
    return render_template(
        "funding/show_objection.html",
        objection=objection,
        line=objection.line,
        claim=objection.notice.claim,
        form=form,
        may_answer=objection.status == ObjectionStatus.OPEN and actor().may(Can.OBJECTION_ANSWER),
        history=history(objection),
    )


@bp.get("/objections/<int:objection_id>")
@needs(*READERS)
def show_objection(objection_id: int) -> str:
    """One objection with its line."""
    return _page(queries.objection_for(actor(), objection_id), AnswerForm(formdata=None))


@bp.post("/objections/<int:objection_id>/answer")
@needs(Can.OBJECTION_ANSWER)
def answer_objection(objection_id: int) -> Answer:
    """Uphold or dismiss an objection."""
    objection = queries.objection_for(actor(), objection_id)
    form = AnswerForm()
    if not form.validate():
        return _page(objection, form), 422
    uphold = form.verdict.data == "uphold"
    try:
        with transaction():
            service.answer_objection(objection, uphold=uphold, answer=form.answer.data or "", by=actor())
    except DomainError as error:
        error_on(form, error)
        return _page(objection, form), error.status
    flash(
        _("异议成立：这名学员的补贴不予支付，预留的资金和享受次数退还。")
        if uphold
        else _("异议不成立：这一笔继续办理。")
    )
    return see_other("funding.show_objection", objection_id=objection_id)
