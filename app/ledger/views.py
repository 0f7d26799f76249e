"""Budgets: how much there is, where it stands, and every movement."""

from flask import Blueprint, Response, flash, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from app.kernel import clock
from app.kernel.access import Can, Role, actor, needs
from app.kernel.database import transaction
from app.kernel.errors import Conflict, DomainError
from app.kernel.forms import error_on
from app.kernel.i18n import _, _lp
from app.kernel.marking import N_
from app.kernel.navigation import door
from app.kernel.web import see_other
from app.ledger import queries, service
from app.ledger.forms import AppropriationForm, BudgetForm, CarryOverForm
from app.ledger.models import Budget, MovementKind, Pot
from app.ledger.references import reference_url, reference_words
from app.regions.queries import children, full_name, region

bp = Blueprint("ledger", __name__)
blueprints = (bp,)
bp.add_app_template_global(reference_url)
bp.add_app_template_filter(reference_words)
door(
    _lp("list", "预算"),
    "ledger.list_budgets",
    Can.BUDGET_READ,
    icon="chart",
    order=90,
    roles=(Role.BUREAU_FINANCE, Role.TREASURY, Role.SIGNER, Role.TRAINING_OFFICER, Role.AUDITOR),
)
Answer = str | AnyResponse | tuple[str, int]


@bp.get("/budgets")
@needs(Can.BUDGET_READ)
def list_budgets() -> str:
    """The budgets of the area, each with its bar."""
    year = request.args.get("year", type=int)
    rows = queries.budgets_for(actor(), year=year)
    years = sorted({row.budget.year for row in queries.budgets_for(actor())}, reverse=True)
    return render_template("ledger/list_budgets.html", rows=rows, years=years, year=year)


def _budget_form() -> BudgetForm:
    form = BudgetForm()
    codes = [code for own in actor().area for code in (own, *(child.code for child in children(own)))]
    form.region_code.choices = [(code, full_name(code)) for code in dict.fromkeys(codes) if _pays(code)]
    return form


def _pays(code: str) -> bool:
    """Whether a region keeps budgets: a province, city, or county."""
    found = region(code)
    return found is not None and found.level <= 3


@bp.get("/budgets/new")
@needs(Can.BUDGET_WRITE)
def budget_form() -> str:
    """The form that opens a budget."""
    form = _budget_form()
    form.year.data = clock.today().year
    return render_template("ledger/open_budget.html", form=form)


@bp.post("/budgets/new")
@needs(Can.BUDGET_WRITE)
def open_budget() -> Answer:
    """Open a budget."""
    form = _budget_form()
    if form.validate():
        try:
            with transaction():
                budget = service.open_budget(
                    form.region_code.data, form.fund_source.data or "", form.year.data or 0, by=actor()
                )
        except DomainError as error:
            error_on(form, error)
        else:
            flash(_("预算已开账，接着登记下达的指标。"))
            return see_other("ledger.show_budget", budget_id=budget.id)
    return render_template("ledger/open_budget.html", form=form), 422


def _page(budget: Budget, form: AppropriationForm) -> str:
    kind = request.args.get("kind", "")
    known = MovementKind(kind) if kind in set(MovementKind) else None
    return render_template(
        "ledger/show_budget.html",
        budget=budget,
        standing=queries.standing(budget),
        place=full_name(budget.region_code),
        page=queries.movements_page(budget.id, request.args.get("page", 1, type=int), kind=known),
        kinds=list(MovementKind),
        kind=known,
        form=form,
        may_close=clock.today() >= service.year_end(budget),
        next_budget=queries.budget(budget.carried_into_id) if budget.carried_into_id else None,
    )


@bp.get("/budgets/<int:budget_id>")
@needs(Can.BUDGET_READ)
def show_budget(budget_id: int) -> str:
    """One budget with its movements."""
    return _page(queries.budget_for(actor(), budget_id), AppropriationForm(formdata=None))


@bp.post("/budgets/<int:budget_id>/appropriate")
@needs(Can.BUDGET_WRITE)
def appropriate(budget_id: int) -> Answer:
    """Register appropriated money."""
    budget = queries.budget_for(actor(), budget_id)
    form = AppropriationForm()
    if form.validate():
        try:
            with transaction():
                service.appropriate(budget, form.amount.data, by=actor(), note=(form.note.data or "").strip())
        except DomainError as error:
            error_on(form, error)
        else:
            flash(_("指标已登记，可用数已经变了。"))
            return see_other("ledger.show_budget", budget_id=budget_id)
    return _page(budget, form), 422


@bp.get("/budgets/<int:budget_id>/carry-over")
@needs(Can.BUDGET_WRITE)
def review_carry_over(budget_id: int) -> str:
    """What the year-end would carry and what would lapse."""
    budget = queries.budget_for(actor(), budget_id)
    standing = queries.standing(budget)
    form = CarryOverForm(
        formdata=None, available=standing.available_fen, reserved=standing.reserved_fen, owed=standing.owed_fen
    )
    return render_template(
        "ledger/carry_over.html",
        budget=budget,
        standing=standing,
        form=form,
        place=full_name(budget.region_code),
        ready=budget.closed_at is None and clock.today() >= service.year_end(budget),
    )


@bp.post("/budgets/<int:budget_id>/carry-over")
@needs(Can.BUDGET_WRITE)
def carry_over(budget_id: int) -> Response:
    """Carry the reviewed figures over."""
    budget = queries.budget_for(actor(), budget_id)
    form = CarryOverForm()
    try:
        seen = {
            Pot.AVAILABLE: int(form.available.data or ""),
            Pot.RESERVED: int(form.reserved.data or ""),
            Pot.OWED: int(form.owed.data or ""),
        }
    except ValueError as error:
        raise Conflict(N_("没有看到核对过的数字，请重新打开结转页。")) from error
    with transaction():
        following = service.carry_over(budget, by=actor(), seen=seen)
    flash(_("%(year)s 年已结转，预留和应付的钱接着在这本账里。", year=budget.year))
    return see_other("ledger.show_budget", budget_id=following.id)
