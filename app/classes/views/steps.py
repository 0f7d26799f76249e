"""The steps of a class: filed, returned, approved; begun, ended, suspended, resumed, cancelled."""

from collections.abc import Callable

from flask import Response, flash

from app.classes import queries, service
from app.classes.forms.deciding import ApproveForm, ReasonForm, RemarkForm
from app.classes.models import TrainingClass
from app.classes.views.blueprint import bp
from app.classes.views.shown import UNPROCESSABLE, Answer, overview
from app.kernel.access import Can, actor, needs
from app.kernel.acting import carried_out
from app.kernel.database import transaction
from app.kernel.forms import Form
from app.kernel.i18n import _
from app.kernel.money import yuan
from app.kernel.web import see_other


def _step(row: TrainingClass, name: str, form: Form, act: Callable[[], object], done: str) -> Answer | Response:
    """Validate, act, say what happened; or show the page again with what is wrong."""
    if carried_out(form, act):
        flash(done)
        return see_other("classes.show_class", class_id=row.id)
    return overview(row, UNPROCESSABLE, **{name: form})


@bp.post("/classes/<int:class_id>/file")
@needs(Can.CLASS_FILE)
def file(class_id: int) -> Answer | Response:
    """File the class with its named roster."""
    row, form, by = queries.class_for(actor(), class_id), RemarkForm(), actor()
    done = _("开班申报已提交，等培训管理员审批。")
    return _step(row, "file", form, lambda: service.file(row, by=by, note=form.note.data or "", seen=form.seen), done)


@bp.post("/classes/<int:class_id>/return")
@needs(Can.CLASS_APPROVE)
def return_filing(class_id: int) -> Answer | Response:
    """Send the filing back."""
    row, form, by = queries.class_for(actor(), class_id), ReasonForm(), actor()
    done = _("已退回，学校会看到原因。")
    return _step(
        row, "return", form, lambda: service.return_filing(row, note=form.reason.data, by=by, seen=form.seen), done
    )


@bp.post("/classes/<int:class_id>/approve")
@needs(Can.CLASS_APPROVE)
def approve(class_id: int) -> Answer | Response:
    """Approve: lock the four fixes and reserve the money."""
    row, by = queries.class_for(actor(), class_id), actor()
    form = ApproveForm.of(row)

    def act() -> None:
        service.approve(row, by=by, budget_id=form.budget_id.data, note=form.note.data or "", seen=form.seen)

    return _step(row, "approve", form, act, _("已批准开班：四定已锁定，资金已预留。"))


@bp.post("/classes/<int:class_id>/begin")
@needs(Can.CLASS_FILE)
def begin(class_id: int) -> Response:
    """Begin the class."""
    row = queries.class_for(actor(), class_id)
    with transaction():
        service.begin(row, by=actor())
    flash(_("已经开班，可以点名考勤了。"))
    return see_other("classes.show_class", class_id=row.id)


@bp.post("/classes/<int:class_id>/end")
@needs(Can.CLASS_FILE)
def end(class_id: int) -> Response:
    """End the class."""
    row = queries.class_for(actor(), class_id)
    with transaction():
        service.end(row, by=actor())
    flash(_("培训已结束，等考评员录成绩。") if row.paid else _("体验已结束，可以打印参加证明。"))
    return see_other("classes.show_class", class_id=row.id)


@bp.post("/classes/<int:class_id>/close-taster")
@needs(Can.CLASS_FILE)
def close_taster(class_id: int) -> Response:
    """Put a taster away."""
    row = queries.class_for(actor(), class_id)
    with transaction():
        service.close_taster(row, by=actor())
    flash(_("已归档。"))
    return see_other("classes.show_class", class_id=row.id)


@bp.post("/classes/<int:class_id>/suspend")
@needs(Can.CLASS_APPROVE)
def suspend(class_id: int) -> Answer | Response:
    """Stop a running class."""
    row, form, by = queries.class_for(actor(), class_id), ReasonForm(), actor()
    done = _("已暂停，学校会看到原因。")
    return _step(row, "suspend", form, lambda: service.suspend(row, note=form.reason.data, by=by), done)


@bp.post("/classes/<int:class_id>/resume")
@needs(Can.CLASS_APPROVE)
def resume(class_id: int) -> Response:
    """Let a suspended class go on."""
    row = queries.class_for(actor(), class_id)
    with transaction():
        service.resume(row, by=actor())
    flash(_("可以继续上课了。"))
    return see_other("classes.show_class", class_id=row.id)


@bp.post("/classes/<int:class_id>/cancel")
@needs(Can.CLASS_FILE, Can.CLASS_APPROVE)
def cancel(class_id: int) -> Answer | Response:
    """Cancel the class and say what was given back."""
    row, form = queries.class_for(actor(), class_id), ReasonForm()
    if done := carried_out(form, lambda: service.cancel(row, reason=form.reason.data, by=actor())):
        words = {"seats": done.result.seats, "fen": yuan(done.result.amount_fen)}
        flash(_("班已取消：退了 %(seats)s 个座位，释放预留资金 %(fen)s 元，报名的人已收到通知。", **words))
        return see_other("classes.show_class", class_id=row.id)
    return overview(row, UNPROCESSABLE, cancel=form)


@bp.post("/classes/<int:class_id>/release-places")
@needs(Can.CLASS_APPROVE)
def release_places(class_id: int) -> Response:
    """After the refill day: give back what empty places hold."""
    row = queries.class_for(actor(), class_id)
    with transaction():
        given = service.release_empty_places(row, by=actor())
    flash(_("释放了 %(n)s 个空名额，退回预算 %(fen)s 元。", n=given.places, fen=yuan(given.amount_fen)))
    return see_other("classes.show_class", class_id=row.id)
