"""The public notice: a list and a page for everybody while it runs, and a way to object."""

from datetime import timedelta

from flask import Response, flash, render_template, request

from app.funding import queries, service
from app.funding.forms import ObjectionForm
from app.funding.models import Notice
from app.funding.queries.sheets import bureau_name
from app.funding.views.blueprint import Answer, bp
from app.kernel.access import PUBLIC, Can, actor, needs
from app.kernel.database import db, transaction
from app.kernel.errors import DomainError, NotFound
from app.kernel.forms import error_on
from app.kernel.i18n import _
from app.kernel.paging import paginate
from app.kernel.throttles import count_try
from app.kernel.web import see_other
from app.papers import service as papers
from app.papers.models import Paper

OBJECTIONS_AN_HOUR = 5


@bp.get("/notices")
@needs(PUBLIC)
def list_notices() -> str:
    """The notices that run today."""
    page = paginate(queries.running_notices(), request.args.get("page", 1, type=int))
    names = {notice.id: bureau_name(notice.region_code) for notice in page.items}
    return render_template("funding/list_notices.html", page=page, names=names)


@bp.get("/notices/<int:notice_id>")
@needs(PUBLIC)
def show_notice(notice_id: int) -> str:
    """One notice, masked, while it runs."""
    notice = queries.running_notice(notice_id)
    return render_template(
        "funding/show_notice.html",
        notice=notice,
        claim=notice.claim,
        authority=bureau_name(notice.region_code),
        total_fen=sum(row["amount_fen"] for row in notice.rows),
    )


def _paper(notice: Notice) -> Response:
    paper = db.session.get(Paper, notice.paper_id) if notice.paper_id else None
    if paper is None:
        raise NotFound
    return papers.serve(paper, filename=_("补贴公示表 %(number)s.pdf", number=notice.claim.number))


@bp.get("/notices/<int:notice_id>/sheet.pdf")
@needs(PUBLIC)
def print_notice(notice_id: int) -> Response:
    """The notice as it hangs on the village board, while it runs."""
    return _paper(queries.running_notice(notice_id))


@bp.get("/claims/<int:claim_id>/notices/<int:notice_id>.pdf")
@needs(Can.CLAIM_READ)
def print_kept_notice(claim_id: int, notice_id: int) -> Response:
    """The kept notice, for those who may see its claim."""
    notice = queries.notice_for(actor(), notice_id)
    if notice.claim_id != claim_id:
        raise NotFound
    return _paper(notice)


def _objection_page(notice: Notice, line_id: int, form: ObjectionForm) -> str:
    row = next((row for row in notice.rows if row["line_id"] == line_id), None)
    if row is None:
        raise NotFound
    return render_template("funding/object.html", notice=notice, row=row, form=form)


@bp.get("/notices/<int:notice_id>/lines/<int:line_id>/objection")
@needs(PUBLIC)
def objection_form(notice_id: int, line_id: int) -> str:
    """The form to object to one row."""
    return _objection_page(queries.running_notice(notice_id), line_id, ObjectionForm(formdata=None))


@bp.post("/notices/<int:notice_id>/lines/<int:line_id>/objection")
@needs(PUBLIC)
def object_to(notice_id: int, line_id: int) -> Answer:
    """Object, with a name or without."""
    notice = queries.running_notice(notice_id)
    form = ObjectionForm()
    if not form.validate():
        return _objection_page(notice, line_id, form), 422
    count_try("objection", request.remote_addr or "", limit=OBJECTIONS_AN_HOUR, window=timedelta(hours=1))
    try:
        with transaction():
            service.object_to(notice, line_id, text=form.text.data or "", contact=form.contact.data or "")
    except DomainError as error:
        error_on(form, error)
        return _objection_page(notice, line_id, form), error.status
    flash(_("异议已收到。这一笔暂缓支付，核查清楚后再定。"))
    return see_other("funding.show_notice", notice_id=notice_id)


@bp.post("/claims/<int:claim_id>/publish-notice")
@needs(Can.NOTICE_PUBLISH)
def publish_notice(claim_id: int) -> Response:
    """Put a signed claim on public notice."""
    claim = queries.claim_for(actor(), claim_id)
    with transaction():
        notice = service.publish_notice(claim, by=actor())
    flash(_("公示已发布，到 %(day)s 为止。", day=notice.until_on.isoformat()))
    return see_other("funding.show_claim", claim_id=claim_id)


@bp.post("/notices/<int:notice_id>/close")
@needs(Can.NOTICE_PUBLISH)
def close_notice(notice_id: int) -> Response:
    """Close a notice after its last day."""
    notice = queries.notice_for(actor(), notice_id)
    with transaction():
        service.close_notice(notice, by=actor())
    flash(_("公示已结束，没有异议的行已批准，名单已撤下。"))
    return see_other("funding.show_claim", claim_id=notice.claim_id)
