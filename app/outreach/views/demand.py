"""The pooled demand as a list and as a sketch map; a school answers a pool with a class."""

from flask import flash, render_template, request
from werkzeug.wrappers import Response

from app.kernel.access import Can, actor, needs
from app.kernel.acting import carried_out
from app.kernel.i18n import _
from app.kernel.paging import page_of
from app.kernel.web import see_other
from app.outreach import queries, service
from app.outreach.forms.requests import DemandFilterForm, ProposalForm
from app.outreach.rules.pooling import Pool, Reach
from app.outreach.rules.sketch import draw
from app.outreach.views.blueprint import Answer, bp
from app.regions.queries import full_name

A_PAGE = 20


@bp.get("/requests/demand")
@needs(Can.REQUEST_READ)
def show_demand() -> str:
    """Pools to answer, the sketch map, and the same as a table."""
    by = actor()
    form = DemandFilterForm(request.args).offer(queries.courses_asked(by), queries.counties_asking(by))
    form.validate()
    demand = queries.demand_for(by, form.chosen())
    number = request.args.get("page", 1, type=int)
    pools = page_of(demand.pools, number, len(demand.pools), A_PAGE)
    first = (pools.number - 1) * A_PAGE
    return render_template(
        "outreach/requests/show_demand.html",
        form=form,
        demand=demand,
        page=pools,
        pools=demand.pools[first : first + A_PAGE],
        place=place_of,
        sketch=draw(demand.shires()),
        may_answer=queries.may_answer(by),
    )


def place_of(pool: Pool) -> str:
    """Where a pool is, in words."""
    return full_name(pool.place, from_level=4 if pool.reach is Reach.TOWNSHIP else 3)


@bp.get("/requests/pools/<int:request_id>")
@needs(Can.REQUEST_READ)
def show_pool(request_id: int) -> Answer:
    """A pool by its villages, without names; for a school the form of a class for it."""
    first = queries.pooled_request(request_id)
    pool = queries.pool_of(first)
    return _pool_page(pool, _form(pool, fresh=True))


def _form(pool: Pool, *, fresh: bool = False) -> ProposalForm | None:
    by = actor()
    if not queries.may_answer(by):
        return None
    form = ProposalForm(formdata=None, data=ProposalForm.usual(pool)) if fresh else ProposalForm()
    return form.offer(queries.courses_for_pool(by, pool.course_id), by)


def _pool_page(pool: Pool, form: ProposalForm | None, status: int = 200) -> Answer:
    rows = queries.people_of(pool)
    page = render_template(
        "outreach/requests/show_pool.html", pool=pool, rows=rows, course=rows[0].course, place=place_of(pool), form=form
    )
    return page, status


@bp.post("/requests/pools/<int:request_id>")
@needs(Can.REQUEST_ANSWER)
def propose_class(request_id: int) -> Answer | Response:
    """Plan a draft class for the pool."""
    first = queries.pooled_request(request_id)
    pool = queries.pool_of(first)
    form = _form(pool)
    if form is None:
        return _pool_page(pool, None, 422)
    done = carried_out(form, lambda: service.propose(first, form.facts(), by=actor()))
    if done is None:
        return _pool_page(pool, form, 422)
    flash(_("班排好了，是草稿。看一遍课程表，开放预报名时会先请点单的人。"))
    return see_other("classes.show_class", class_id=done.result.id)
