"""The auditor's pages: every fen of a budget to a person and a post or livelihood."""

from flask import Response, render_template, request

from app.funding.queries.tracing import trace_budget, trace_class
from app.funding.service.tracing import export_tracing, post_words
from app.funding.views.blueprint import bp
from app.kernel.access import Can, actor, needs
from app.kernel.database import transaction
from app.kernel.i18n import _l
from app.kernel.sealing import mask_name
from app.ledger.queries import budget_for
from app.ledger.references import refers
from app.papers.uploads import XLSX
from app.regions.queries import full_name

refers("tracing", _l("资金追溯"), "funding.show_tracing", "budget_id")
bp.add_app_template_filter(post_words, "traced_post")
LEVELS = {
    "sides": _l("指标（下达和预计）等于各步之和"),
    "reserved": _l("预留，等于名额之和"),
    "owed": _l("应付，等于核定未付的申领明细之和"),
    "paid": _l("已付，等于各申领明细所得之和"),
    "transfers": _l("已付，等于各笔转账之和"),
}
"""What each level compares."""


def named(name: str) -> str:
    """A name as the reader may see it: whole for who may see whole identities, else masked."""
    return name if actor().may(Can.PERSON_UNMASK) else mask_name(name)


@bp.get("/budgets/<int:budget_id>/tracing")
@needs(Can.BUDGET_READ)
def show_tracing(budget_id: int) -> str:
    """One source of funds over its years, by class, each level compared with the ledger."""
    budget = budget_for(actor(), budget_id)
    place = full_name(budget.region_code)
    return render_template(
        "funding/tracing.html", budget=budget, traced=trace_budget(budget.id), levels=LEVELS, place=place
    )


@bp.get("/budgets/<int:budget_id>/tracing/<int:class_id>")
@needs(Can.BUDGET_READ)
def show_traced_class(budget_id: int, class_id: int) -> str:
    """One class down to its people, posts and receipts."""
    traced = trace_class(actor(), budget_id, class_id, page=request.args.get("page", 1, type=int))
    return render_template("funding/tracing_class.html", budget_id=budget_id, traced=traced, levels=LEVELS, named=named)


@bp.post("/budgets/<int:budget_id>/tracing/export")
@needs(Can.BUDGET_READ)
def export_traced(budget_id: int) -> Response:
    """The same as a workbook, masked as on the page; recorded."""
    budget = budget_for(actor(), budget_id)
    with transaction():
        content = export_tracing(budget, named=named, by=actor())
    answer = Response(content, mimetype=XLSX)
    answer.headers["Content-Disposition"] = f'attachment; filename="tracing-{budget.id}.xlsx"'
    return answer
