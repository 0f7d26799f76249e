"""A plan's name list: chosen from the register by filters, in one go."""

from flask import flash, render_template, request

from app.kernel.access import Can, actor, needs
from app.kernel.database import transaction
from app.kernel.errors import DomainError
from app.kernel.forms import error_on
from app.kernel.i18n import _
from app.kernel.paging import paginate
from app.kernel.web import see_other
from app.rosters import queries, service
from app.rosters.forms import CandidateForm, PeopleForm
from app.rosters.models import Plan
from app.rosters.views.blueprint import UNPROCESSABLE, Answer, bp

FILTERS = ("q", "village", "wish", "group", "trained")


@bp.get("/plans/<int:plan_id>/people")
@needs(Can.PLAN_WRITE)
def pick(plan_id: int) -> Answer:
    """Who of the register could be named, narrowed by filters."""
    return _page(queries.plan_for(actor(), plan_id), PeopleForm(formdata=None))


def _page(plan: Plan, form: PeopleForm, ticked: list[int] | None = None, status: int = 200) -> Answer:
    filters = CandidateForm.of(plan, formdata=request.args)
    if not request.args:
        filters.trained.data = filters.trained_wanted().value
    found = queries.candidates(actor(), plan, filters.filters(), filters.trained_wanted())
    page = paginate(found, request.args.get("page", 1, type=int))
    text = render_template(
        "rosters/pick_people.html",
        plan=plan,
        page=page,
        filters=filters,
        filtered=bool(_kept()),
        verdicts=queries.verdicts(plan, page.items),
        named=queries.count_named([plan.id])[plan.id],
        form=form,
        ticked=ticked or [],
        args=_kept(),
    )
    return text, status


def _kept() -> dict[str, str]:
    """The filters of the address, which a step leaves as they were."""
    return {name: request.args[name] for name in FILTERS if request.args.get(name)}


@bp.post("/plans/<int:plan_id>/people")
@needs(Can.PLAN_WRITE)
def add_names(plan_id: int) -> Answer:
    """Name the ticked people, or everybody the page showed; the filters stay as they were."""
    plan, form = queries.plan_for(actor(), plan_id), PeopleForm()
    chosen = form.numbers(request.form.getlist("shown" if request.form.get("all") else "people"))
    why = CandidateForm.of(plan, formdata=request.args).words()
    if not chosen:
        form.form_errors.append(_("请先勾选要加入名单的人。"))
        return _page(plan, form, status=UNPROCESSABLE)
    try:
        with transaction():
            number = service.add_names(plan, chosen, by=actor(), why=why)
    except DomainError as error:
        if error.status != UNPROCESSABLE:
            raise
        error_on(form, error)
        return _page(plan, form, chosen, UNPROCESSABLE)
    flash(_("加入了 %(n)s 人。", n=number))
    return see_other("rosters.pick", plan_id=plan.id, **_kept())


@bp.post("/plans/<int:plan_id>/names/remove")
@needs(Can.PLAN_WRITE)
def remove_names(plan_id: int) -> Answer:
    """Take the ticked people off the list."""
    plan, form = queries.plan_for(actor(), plan_id), PeopleForm()
    with transaction():
        number = service.remove_names(plan, form.numbers(request.form.getlist("names")), by=actor())
    if number:
        flash(_("移出了 %(n)s 人。", n=number))
    else:
        flash(_("请先勾选要移出的人。"), "warn")
    return see_other("rosters.show_plan", plan_id=plan.id)
