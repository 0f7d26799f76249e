"""The year-end: one officer prepares it, a second one confirms the same figures."""

from flask import flash, render_template
from werkzeug.wrappers import Response

from app.kernel import clock
from app.kernel.access import Can, actor, needs
from app.kernel.database import transaction
from app.kernel.errors import Conflict
from app.kernel.i18n import _
from app.kernel.marking import N_
from app.kernel.web import see_other
from app.ledger import queries, service
from app.ledger.forms import YearEndForm
from app.ledger.rules import Figures, QuotaStatus, carried
from app.ledger.views.blueprint import bp, history
from app.regions.queries import full_name


def _seen(form: YearEndForm) -> Figures:
    """The figures that stood on the page."""
    try:
        return Figures(*(int(fen) for fen in (form.seen.data or "").split(",")))
    except (TypeError, ValueError) as error:
        raise Conflict(N_("没有看到核对过的数字，请重新打开结转页。")) from error


def _told(figures: Figures) -> str:
    """Figures as a page carries them."""
    sources = (figures.appropriated_fen, figures.expected_fen, figures.available_fen, figures.reserved_fen)
    return ",".join(str(fen) for fen in (*sources, figures.owed_fen, figures.paid_fen, figures.recovered_fen))


@bp.get("/budgets/<int:budget_id>/carry-over")
@needs(Can.BUDGET_CLOSE)
def review_carry_over(budget_id: int) -> str:
    """What the year-end carries and what lapses, and who still has to look at it."""
    budget = queries.budget_for(actor(), budget_id)
    prepared, now = queries.open_year_end(budget.id), queries.figures(budget)
    shown = prepared.figures if prepared is not None else now
    return render_template(
        "ledger/carry_over.html",
        budget=budget,
        figures=shown,
        carried=carried(shown),
        prepared=prepared,
        changed=prepared is not None and budget.closed_at is None and now != shown,
        mine=prepared is not None and bool({prepared.prepared_by, prepared.prepared_for}.intersection(actor().keys)),
        events=history(prepared) if prepared is not None else [],
        form=YearEndForm(formdata=None, seen=_told(shown)),
        place=full_name(budget.region_code),
        ready=budget.closed_at is None and clock.today() >= service.year_end(budget),
        asked=[row for row in queries.quotas_of(budget.id) if row.status == QuotaStatus.ASKED],
    )


@bp.post("/budgets/<int:budget_id>/carry-over")
@needs(Can.BUDGET_CLOSE)
def prepare_year_end(budget_id: int) -> Response:
    """Put the figures down for a second officer."""
    budget = queries.budget_for(actor(), budget_id)
    with transaction():
        service.prepare_year_end(budget, by=actor(), seen=_seen(YearEndForm()))
    flash(_("已准备好，请另一个人核对同样的数字后确认。"))
    return see_other("ledger.review_carry_over", budget_id=budget_id)


@bp.post("/year-ends/<int:year_end_id>/confirm")
@needs(Can.BUDGET_CLOSE)
def confirm_year_end(year_end_id: int) -> Response:
    """Confirm the figures that somebody else prepared, and carry the year over."""
    row = queries.year_end_for(actor(), year_end_id)
    with transaction():
        following = service.confirm_year_end(row, by=actor(), seen=_seen(YearEndForm()))
    flash(_("%(year)s 年已结转，预留和应付的钱接着在这本账里。", year=row.budget.year))
    return see_other("ledger.show_budget", budget_id=following.id)


@bp.post("/year-ends/<int:year_end_id>/drop")
@needs(Can.BUDGET_CLOSE)
def drop_year_end(year_end_id: int) -> Response:
    """Drop a prepared year-end, so that it is prepared afresh."""
    row = queries.year_end_for(actor(), year_end_id)
    with transaction():
        service.drop_year_end(row, by=actor())
    flash(_("已作废，请按现在的数字重新准备。"))
    return see_other("ledger.review_carry_over", budget_id=row.budget_id)
