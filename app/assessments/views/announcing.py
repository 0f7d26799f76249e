"""What is assessed, and when: the school sends the list before the day (R24)."""

from flask import flash, render_template

from app.assessments import queries, service
from app.assessments.forms import AnnounceForm, ItemsForm, items_text, read_items
from app.assessments.rules import LIST_DAYS
from app.assessments.views.blueprint import Answer, bp
from app.classes.models import TrainingClass
from app.classes.queries import class_for, pack_of_class
from app.classes.queries.teaching import assessment_plan_of
from app.kernel.access import Can, actor, needs
from app.kernel.acting import carried_out
from app.kernel.i18n import _
from app.kernel.web import see_other


def _page(class_: TrainingClass, number: int, form: AnnounceForm | None = None, items: ItemsForm | None = None) -> str:
    planned = queries.items_of(class_)
    known = {one.number: one for one in queries.sittings_of(class_.id)}.get(number)
    plan = assessment_plan_of(class_.id)
    wanted = plan.on if plan and number == 1 else class_.end_on
    day = known.on if known else max(filter(None, (queries.earliest_day(class_), wanted)))
    data = {"on": day, "place": known.place if known else plan.place if plan else class_.site.name}
    return render_template(
        "assessments/announce.html",
        klass=class_,
        number=number,
        known=known,
        people=queries.people_for(class_, number),
        closed=queries.list_closed(class_, number),
        days=pack_of_class(class_).count(LIST_DAYS),
        planned=planned,
        form=form or AnnounceForm(formdata=None, data=data),
        items_form=items or ItemsForm(formdata=None, data={"items": items_text(planned)}),
        settled=plan is not None or class_.status not in queries.ANNOUNCED or bool(queries.marks_of(class_.id)),
    )


@bp.get("/assessments/classes/<int:class_id>/announce/<int:sitting>")
@needs(Can.CLASS_FILE)
def announce(class_id: int, sitting: int) -> str:
    """The day of a sitting, who is on its list, what is assessed."""
    return _page(class_for(actor(), class_id), sitting)


@bp.post("/assessments/classes/<int:class_id>/announce/<int:sitting>")
@needs(Can.CLASS_FILE)
def send_list(class_id: int, sitting: int) -> Answer:
    """Send the list; everybody on it is told."""
    class_, form = class_for(actor(), class_id), AnnounceForm()

    def act() -> object:
        return service.announce(class_, sitting, on=form.on.data, place=form.place.data or "", by=actor())

    if carried_out(form, act):
        flash(_("名单已报送，学员已收到通知，培训管理员在考核页能看到。"))
        return see_other("assessments.marks", class_id=class_.id)
    return _page(class_, sitting, form), 422


@bp.post("/assessments/classes/<int:class_id>/items")
@needs(Can.CLASS_FILE, Can.RESULT_MARK)
def set_items(class_id: int) -> Answer:
    """Write down what is assessed."""
    class_, form = class_for(actor(), class_id), ItemsForm()
    if carried_out(form, lambda: service.set_items(class_, read_items(form.items.data), by=actor())):
        flash(_("考核项目已保存。"))
        return see_other("assessments.marks", class_id=class_.id)
    return _page(class_, 1, items=form), 422
