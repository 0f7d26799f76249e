"""Home delivery (送教上门): a school offers, the village says yes, and who goes there sees the address, on record."""

from flask import flash, render_template, request
from werkzeug.wrappers import Response

from app.kernel.access import Can, actor, needs
from app.kernel.acting import carried_out
from app.kernel.database import db, transaction
from app.kernel.i18n import _
from app.kernel.paging import paginate
from app.kernel.web import see_other
from app.outreach import queries, service
from app.outreach.forms.requests import ReasonWhyForm, VisitForm
from app.outreach.models import VillageRequest
from app.outreach.views.blueprint import Answer, bp
from app.outreach.views.requests import request_page, stepped
from app.regions.models import Level
from app.regions.queries import above


@bp.get("/requests/homes")
@needs(Can.REQUEST_VISIT)
def list_homes() -> str:
    """The homes one goes to; for a school also those of its county that nobody answered, by township, without names."""
    by = actor()
    asked = db.session.scalars(queries.homes_asked(by)).unique().all()
    return render_template(
        "outreach/requests/list_homes.html",
        page=paginate(queries.visits_for(by), request.args.get("page", 1, type=int)),
        asked=asked,
        town=town_of,
    )


def town_of(row: VillageRequest) -> str:
    """The township of a request: more of the place is not shown before the village said yes."""
    return "".join(one.name for one in above(row.region_code) if Level.COUNTY <= one.level <= Level.TOWNSHIP)


@bp.get("/requests/homes/<int:request_id>")
@needs(Can.REQUEST_VISIT)
def show_home(request_id: int) -> str:
    """A home one goes to, the address still covered."""
    return _home(queries.visit_for(actor(), request_id))


def _home(row: VillageRequest, address: str = "") -> str:
    return render_template("outreach/requests/show_home.html", row=row, address=address)


@bp.post("/requests/homes/<int:request_id>/address")
@needs(Can.REQUEST_VISIT)
def show_address(request_id: int) -> str:
    """Where to go; that somebody looked is on record."""
    row = queries.visit_for(actor(), request_id)
    with transaction():
        address = service.reveal_address(row, by=actor())
    return _home(row, address)


@bp.post("/requests/homes/<int:request_id>/finish")
@needs(Can.REQUEST_VISIT)
def finish_home(request_id: int) -> Response:
    """The teaching at home has begun."""
    row = queries.visit_for(actor(), request_id)
    with transaction():
        service.finish_visit(row, by=actor())
    flash(_("记下了，已经开始上门教。"))
    return see_other("outreach.show_home", request_id=row.id)


@bp.get("/requests/<int:request_id>/visit")
@needs(Can.REQUEST_ANSWER)
def new_visit(request_id: int) -> Answer:
    """Offer to come: which teacher, when."""
    row = queries.home_asked(actor(), request_id)
    data = {"visit_on": row.visit_on or row.from_on}
    return _visit(row, VisitForm(formdata=None, data=data).offer(actor()))


def _visit(row: VillageRequest, form: VisitForm, status: int = 200) -> Answer:
    return render_template("outreach/requests/new_visit.html", row=row, form=form, town=town_of(row)), status


@bp.post("/requests/<int:request_id>/visit")
@needs(Can.REQUEST_ANSWER)
def offer_visit(request_id: int) -> Answer | Response:
    """Offer to come."""
    row, form = queries.home_asked(actor(), request_id), VisitForm().offer(actor())
    if carried_out(form, lambda: service.offer_visit(row, form.facts(), by=actor())) is None:
        return _visit(row, form, 422)
    flash(_("已经告诉村里。村里同意以后，才看得到姓名和地址。"))
    return see_other("outreach.show_request", request_id=row.id)


@bp.post("/requests/<int:request_id>/address")
@needs(Can.REQUEST_MAKE)
def show_own_address(request_id: int) -> str:
    """The address, to the village's officers; on record."""
    row = queries.request_for(actor(), request_id)
    with transaction():
        address = service.reveal_address(row, by=actor())
    return request_page(row, address=address)


@bp.post("/requests/<int:request_id>/accept")
@needs(Can.REQUEST_MAKE)
def accept_visit(request_id: int) -> Response:
    """Say yes to the school."""
    row = queries.request_for(actor(), request_id)
    return stepped(row, lambda: service.accept_visit(row, by=actor()), _("约好了，学校和老师看得到地址了。"))


@bp.post("/requests/<int:request_id>/decline")
@needs(Can.REQUEST_MAKE)
def decline_visit(request_id: int) -> Response:
    """Say no to the school: the request waits for another."""
    row, form = queries.request_for(actor(), request_id), ReasonWhyForm()
    reason = form.reason.data or ""
    return stepped(row, lambda: service.decline_visit(row, by=actor(), reason=reason), _("已回绝，等别的学校安排。"))
