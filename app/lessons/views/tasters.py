"""The half-hour taster: the last ones, again today, and where it leads to."""

from flask import flash, render_template

from app.classes.models import TrainingClass
from app.classes.queries import active_seats
from app.classes.rules import ClassStatus
from app.kernel.access import Can, actor, needs
from app.kernel.acting import carried_out
from app.kernel.errors import NotFound
from app.kernel.i18n import _
from app.kernel.web import see_other
from app.lessons import queries, service
from app.lessons.forms import RollForm, TasterForm
from app.lessons.views.blueprint import Answer, bp
from app.orders.models import Order

HELD = frozenset({ClassStatus.RUNNING, ClassStatus.ENDED, ClassStatus.ASSESSED, ClassStatus.ARCHIVED})
"""Tasters that took place, or do right now."""


@bp.get("/tasters")
@needs(Can.LESSON_WRITE)
def list_tasters() -> str:
    """The tasters this school held, to be repeated with one press."""
    return render_template("lessons/list_tasters.html", found=queries.tasters_of(actor()))


def _form_page(like: TrainingClass, form: TasterForm) -> str:
    return render_template("lessons/repeat.html", klass=like, form=form)


@bp.get("/tasters/<int:class_id>/again")
@needs(Can.LESSON_WRITE)
def repeat_form(class_id: int) -> str:
    """Today's taster, filled in as the last one went."""
    like = queries.taster_for(actor(), class_id)
    return _form_page(like, TasterForm.of(like, blank=True))


@bp.post("/tasters/<int:class_id>/again")
@needs(Can.LESSON_WRITE)
def repeat(class_id: int) -> Answer:
    """Record today's taster with everybody who came."""
    like = queries.taster_for(actor(), class_id)
    form = TasterForm.of(like, blank=False)

    def act() -> service.Repeated:
        told = service.NewTaster(form.at(), form.site_id.data, form.teacher_id.data, form.people.data)
        return service.repeat_taster(like, told, by=actor())

    if done := carried_out(form, act):
        row, unknown = done.result.class_, done.result.unknown
        flash(_("技能体验已登记，%(n)s 人。", n=row.seats_taken))
        if unknown:
            names = "、".join(unknown[:10])
            flash(_("这些人没有找到登记，没有记上：%(names)s。请村信息员先登记。", names=names), "warn")
        return see_other("lessons.show_taster", class_id=row.id)
    return _form_page(like, form), 422


def _page(row: TrainingClass, form: RollForm, status: int = 200) -> tuple[str, int]:
    page = render_template(
        "lessons/taster.html",
        klass=row,
        held=row.status in HELD,
        people=[seat.person for seat in active_seats(row.id)],
        courses=queries.courses_after(row),
        orders=queries.piecework_after(row),
        invited=queries.invited_of(row.id),
        signed_up=queries.signed_up_since(row.id),
        form=form,
    )
    return page, status


@bp.get("/tasters/<int:class_id>")
@needs(Can.LESSON_WRITE)
def show_taster(class_id: int) -> Answer:
    """After a taster: who came, and where it leads to."""
    return _page(queries.taster_for(actor(), class_id), RollForm(formdata=None))


def _invite(row: TrainingClass, target: TrainingClass | Order | None) -> Answer:
    if target is None:
        raise NotFound
    form = RollForm()
    if done := carried_out(form, lambda: service.invite(row, target, by=actor())):
        flash(_("已通知 %(n)s 人。", n=done.result) if done.result else _("这些人都通知过了。"))
        return see_other("lessons.show_taster", class_id=row.id)
    return _page(row, form, 422)


@bp.post("/tasters/<int:class_id>/invite/class/<int:target_id>")
@needs(Can.LESSON_WRITE)
def invite_to_class(class_id: int, target_id: int) -> Answer:
    """Invite everybody who came to a full class."""
    row = queries.taster_for(actor(), class_id)
    return _invite(row, next((one for one in queries.courses_after(row) if one.id == target_id), None))


@bp.post("/tasters/<int:class_id>/invite/order/<int:target_id>")
@needs(Can.LESSON_WRITE)
def invite_to_order(class_id: int, target_id: int) -> Answer:
    """Tell everybody who came of piecework."""
    row = queries.taster_for(actor(), class_id)
    return _invite(row, next((one for one in queries.piecework_after(row) if one.id == target_id), None))
