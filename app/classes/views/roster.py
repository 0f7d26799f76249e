"""The named roster, and the post or livelihood each seat leads to (定员, 定岗)."""

from flask import Response, flash, render_template

from app.classes import queries, service
from app.classes.forms.deciding import aims_of, posts_form
from app.classes.models import TrainingClass
from app.classes.queries.filing import off_plan
from app.classes.queries.wishing import why_words
from app.classes.rules import SeatStatus
from app.classes.views.blueprint import bp
from app.classes.views.shown import UNPROCESSABLE, Answer, frame
from app.kernel.access import Can, actor, needs
from app.kernel.acting import carried_out
from app.kernel.database import transaction
from app.kernel.forms import Form
from app.kernel.i18n import _, _n
from app.kernel.web import see_other


def _page(row: TrainingClass, form: Form | None = None, status: int = 200) -> Answer:
    shown, mode = frame(row, "show_roster"), queries.mode_of_class(row)
    seats = queries.active_seats(row.id)
    if form is None and shown["may"]["edit"] and seats:
        form = posts_form(row)
    page = render_template(
        "classes/show_roster.html",
        **shown,
        seats=seats,
        off_plan={seat.id for seat in off_plan(row)},
        left=[seat for seat in queries.seats_of(row.id) if seat.status in (SeatStatus.WITHDRAWN, SeatStatus.MOVED)],
        mode=mode,
        by_post=mode.post in queries.POST_OF_ORDER,
        post_words=queries.post_words,
        why_words=why_words,
        free=len(queries.free_posts(row)),
        form=form,
        post_names=[f"seat_{seat.id}" for seat in seats],
    )
    return page, status


@bp.get("/classes/<int:class_id>/roster")
@needs(Can.CLASS_READ)
def show_roster(class_id: int) -> Answer:
    """Who sits in the class, by place, and where it leads them."""
    return _page(queries.class_for(actor(), class_id))


@bp.post("/classes/<int:class_id>/roster")
@needs(Can.CLASS_FILE)
def name_posts(class_id: int) -> Answer | Response:
    """Name what each seat leads to."""
    row = queries.class_for(actor(), class_id)
    form = posts_form(row)
    seats = list(queries.active_seats(row.id))
    if carried_out(form, lambda: service.name_posts(row, aims_of(form, seats), by=actor())):
        flash(_("定岗已保存。"))
        return see_other("classes.show_roster", class_id=row.id)
    return _page(row, form, UNPROCESSABLE)


@bp.post("/classes/<int:class_id>/roster/propose")
@needs(Can.CLASS_FILE)
def propose_posts(class_id: int) -> Response:
    """Give every seat that names nothing yet a proposal."""
    row = queries.class_for(actor(), class_id)
    with transaction():
        given = service.propose_posts(row, by=actor())
    flash(
        _n("已替 %(num)s 个人填上，请核对。", "已替 %(num)s 个人填上，请核对。", given)
        if given
        else _("没有可以自动填的。")
    )
    return see_other("classes.show_roster", class_id=row.id)
