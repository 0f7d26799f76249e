"""A plan from the first draft to its end."""

from collections.abc import Callable

from flask import current_app, flash, render_template, request, url_for

from app.audit.queries import events_of
from app.kernel.access import Can, actor, needs
from app.kernel.database import transaction
from app.kernel.errors import DomainError
from app.kernel.forms import Form, error_on
from app.kernel.i18n import _
from app.kernel.paging import paginate
from app.kernel.web import see_other
from app.ledger.queries import budgets_for
from app.rosters import queries, service
from app.rosters.forms import NoteForm, PlanFilterForm, PlanForm
from app.rosters.models import Plan
from app.rosters.queries import PlanFilters
from app.rosters.rules import PLAN_FLOW, PlanStatus, PlanStep
from app.rosters.views.blueprint import UNPROCESSABLE, Answer, bp


@bp.get("/plans")
@needs(Can.PLAN_READ)
def list_plans() -> str:
    """The plans of the area, with filters."""
    by = actor()
    form = PlanFilterForm.of(by.area, formdata=request.args)
    filters = PlanFilters(
        status=PlanStatus(form.status.data) if form.status.data in set(PlanStatus) else None,
        region_code=form.region.data or "",
        word=(form.q.data or "").strip(),
    )
    page = paginate(queries.plans_for(by, filters), request.args.get("page", 1, type=int))
    return render_template(
        "rosters/list_plans.html",
        page=page,
        named=queries.count_named([plan.id for plan in page.items]),
        form=form,
        filtered=filters != PlanFilters(),
        counts=queries.count_by_status(by),
    )


def _editor(form: PlanForm, plan: Plan | None = None, status: int = 200) -> Answer:
    has_budget = bool(budgets_for(actor()))
    return render_template("rosters/edit_plan.html", form=form, plan=plan, has_budget=has_budget), status


@bp.get("/plans/new")
@needs(Can.PLAN_WRITE)
def new_plan() -> Answer:
    """The empty form; an order or a course of the address is chosen already."""
    form = PlanForm.of(actor())
    form.order_id.data = request.args.get("order", 0, type=int)
    form.course_id.data = request.args.get("course", 0, type=int)
    return _editor(form)


@bp.post("/plans/new")
@needs(Can.PLAN_WRITE)
def plan() -> Answer:
    """Make a plan."""
    by, form = actor(), PlanForm.of(actor())
    if form.validate():
        try:
            with transaction():
                made = service.plan(form.facts(), by=by)
        except DomainError as error:
            _on_form(form, error)
        else:
            flash(_("计划已建，接着从台账里选人。"))
            return see_other("rosters.pick", plan_id=made.id)
    return _editor(form, status=UNPROCESSABLE)


def _on_form(form: Form, error: DomainError) -> None:
    """Show what a person can put right on the form; anything else is the error page's."""
    if error.status != UNPROCESSABLE:
        raise error
    error_on(form, error)


@bp.get("/plans/<int:plan_id>/edit")
@needs(Can.PLAN_WRITE)
def edit_plan(plan_id: int) -> Answer:
    """The form of a plan that is not confirmed."""
    found = queries.plan_for(actor(), plan_id)
    return _editor(PlanForm.of(actor(), found), found)


@bp.post("/plans/<int:plan_id>/edit")
@needs(Can.PLAN_WRITE)
def revise(plan_id: int) -> Answer:
    """Change a plan that is not confirmed."""
    by = actor()
    found = queries.plan_for(by, plan_id)
    form = PlanForm.of(by, found)
    if form.validate():
        try:
            with transaction():
                service.revise(found, form.facts(), by=by, seen=request.form.get("version", type=int))
        except DomainError as error:
            _on_form(form, error)
        else:
            flash(_("计划已改，预计资金重新算过。"))
            return see_other("rosters.show_plan", plan_id=found.id)
    return _editor(form, found, UNPROCESSABLE)


@bp.get("/plans/<int:plan_id>")
@needs(Can.PLAN_READ)
def show_plan(plan_id: int) -> Answer:
    """One plan: its money, its names, its history, and what can be done now."""
    return plan_page(queries.plan_for(actor(), plan_id))


def plan_page(plan: Plan, status: int = 200, **forms: Form) -> Answer:
    """A plan's page with its forms, or with one as it was typed."""
    opened, writes = set(PLAN_FLOW.open_steps(plan.status)), actor().may(Can.PLAN_WRITE)
    names = queries.names_page(plan.id, request.args.get("page", 1, type=int))
    page = render_template(
        "rosters/show_plan.html",
        plan=plan,
        names=names,
        verdicts=queries.verdicts(plan, [name.person for name in names.items]),
        budget=queries.budget_of(plan),
        events=events_of(plan),
        may={step.value: writes and step in opened for step in PlanStep},
        may_name=writes and plan.status == PlanStatus.DRAFT,
        class_url=_class_url(plan),
        forms={**_forms(plan), **forms},
    )
    return page, status


def _class_url(plan: Plan) -> str | None:
    """The list of classes made from this plan, where classes have one."""
    if plan.status != PlanStatus.CONFIRMED or "classes.list_classes" not in current_app.view_functions:
        return None
    return url_for("classes.list_classes", plan=plan.id)


def _forms(plan: Plan) -> dict[str, Form]:
    """The page's forms as they stand before anything is typed."""
    return {
        step.value: NoteForm(prefix=f"{step.value}-", formdata=None, data={"version": plan.version})
        for step in PlanStep
    }


def _done(plan: Plan, step: PlanStep, act: Callable[[NoteForm], object], words: str) -> Answer:
    """Take a step from its form on the plan's page."""
    form = NoteForm(prefix=f"{step.value}-")
    if form.validate():
        try:
            with transaction():
                act(form)
        except DomainError as error:
            _on_form(form, error)
        else:
            flash(words)
            return see_other("rosters.show_plan", plan_id=plan.id)
    return plan_page(plan, UNPROCESSABLE, **{step.value: form})


@bp.post("/plans/<int:plan_id>/confirm")
@needs(Can.PLAN_WRITE)
def confirm(plan_id: int) -> Answer:
    """Confirm a plan with its names."""
    found = queries.plan_for(actor(), plan_id)

    def act(form: NoteForm) -> None:
        service.confirm(found, by=actor(), seen=form.seen)

    return _done(found, PlanStep.CONFIRM, act, _("计划已下达，名单锁定了。学校可以照名单开班。"))


@bp.post("/plans/<int:plan_id>/reopen")
@needs(Can.PLAN_WRITE)
def reopen(plan_id: int) -> Answer:
    """Open a confirmed plan again."""
    found = queries.plan_for(actor(), plan_id)

    def act(form: NoteForm) -> None:
        service.reopen(found, by=actor(), note=form.note.data or "", seen=form.seen)

    return _done(found, PlanStep.REOPEN, act, _("计划退回修改，名单可以改了。"))


@bp.post("/plans/<int:plan_id>/close")
@needs(Can.PLAN_WRITE)
def close(plan_id: int) -> Answer:
    """Close a plan."""
    found = queries.plan_for(actor(), plan_id)

    def act(form: NoteForm) -> None:
        service.close(found, by=actor(), note=form.note.data or "", seen=form.seen)

    return _done(found, PlanStep.CLOSE, act, _("计划已结束，它占的订单岗位让出来了。"))
