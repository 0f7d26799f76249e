"""Draws: commit to a seed, open it, draw; anybody may check that it comes out the same again."""

from flask import flash, render_template
from sqlalchemy import select

from app.inspections import queries, service
from app.inspections.forms import DrawForm
from app.inspections.models import Inspection
from app.inspections.views.blueprint import Answer, bp
from app.kernel import clock
from app.kernel.access import Can, actor, needs
from app.kernel.acting import carried_out
from app.kernel.database import db, transaction
from app.kernel.i18n import _
from app.kernel.web import see_other
from app.regions.models import Region

MOST_SHOWN = 30


def _form(*, filled: bool) -> DrawForm:
    form = DrawForm() if filled else DrawForm(formdata=None, on=clock.today())
    regions = db.session.scalars(select(Region).where(Region.code.in_(actor().area)).order_by(Region.code))
    return form.offer(regions)


def _list(form: DrawForm) -> str:
    draws = db.session.scalars(queries.draws_query(actor()).limit(MOST_SHOWN)).all()
    named = select(Region).where(Region.code.in_({draw.region_code for draw in draws}))
    names = {region.code: region.name for region in db.session.scalars(named)}
    return render_template(
        "inspections/list_draws.html", draws=draws, names=names, form=form, may_plan=actor().may(Can.INSPECTION_PLAN)
    )


@bp.get("/inspections/draws")
@needs(Can.INSPECTION_READ)
def list_draws() -> str:
    """The draws of the area, and a new one."""
    return _list(_form(filled=False))


@bp.post("/inspections/draws")
@needs(Can.INSPECTION_PLAN)
def commit_draw() -> Answer:
    """Commit to a seed for a day's draw."""
    form = _form(filled=True)
    done = carried_out(form, lambda: service.commit_seed(form.region.data, form.on.data, form.want.data, by=actor()))
    if done is None:
        return _list(form), 422
    flash(_("种子定好了，指纹已经公开。现在可以开签。"))
    return see_other("inspections.show_draw", draw_id=done.result.id)


@bp.get("/inspections/draws/<int:draw_id>")
@needs(Can.INSPECTION_READ)
def show_draw(draw_id: int) -> str:
    """One draw, with everything one needs to draw it again."""
    row = queries.draw_for(actor(), draw_id)
    planned = {
        one.session_id: one for one in db.session.scalars(select(Inspection).where(Inspection.draw_id == row.id))
    }
    return render_template(
        "inspections/show_draw.html",
        draw=row,
        region=db.session.get_one(Region, row.region_code),
        same=queries.recompute(row) if row.drawn_at else None,
        planned=planned,
        may_draw=actor().may(Can.INSPECTION_PLAN) and row.drawn_at is None,
    )


@bp.post("/inspections/draws/<int:draw_id>")
@needs(Can.INSPECTION_PLAN)
def open_draw(draw_id: int) -> Answer:
    """Fix the list, open the seed, draw."""
    row = queries.draw_for(actor(), draw_id)
    with transaction():
        found = service.open_draw(row, by=actor())
    flash(_("抽到 %(n)s 节课，学校不会提前知道。", n=len(found)))
    return see_other("inspections.show_draw", draw_id=row.id)
