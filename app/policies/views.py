"""The public page of the policies in force: every figure with its source."""

from flask import Blueprint, render_template

from app.kernel import clock
from app.kernel.access import PUBLIC, needs
from app.policies import queries, shown

bp = Blueprint("policies", __name__)
blueprints = (bp,)
bp.add_app_template_filter(queries.text, "said")


@bp.get("/policies")
@needs(PUBLIC)
def list_policies() -> str:
    """The packs in force today, one a region."""
    packs = [(row, queries.pack_of(row), region) for row, region in queries.packs_in_force(clock.today())]
    return render_template("policies/list_policies.html", packs=packs)


@bp.get("/policies/<int:policy_pack_id>")
@needs(PUBLIC)
def show_policy(policy_pack_id: int) -> str:
    """One version with its modes, figures, standards and sources."""
    row = queries.pack_row_by_id(policy_pack_id)
    pack = queries.pack_of(row)
    return render_template(
        "policies/show_policy.html",
        row=row,
        pack=pack,
        figures=shown.figure_rows(pack),
        ages=shown.age_rows(pack),
        steps=shown.formula_rows(pack),
        rates=shown.rate_table(pack),
        hours=shown.hours_table(pack),
        other_rates=shown.other_rates(pack),
        reviews=shown.review_rows(pack),
    )
