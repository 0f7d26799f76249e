"""The learner's side: what is there to learn, one lesson with its clock, the questions in between."""

import uuid

from flask import Response, flash, jsonify, render_template, request

from app.classes.models import TrainingClass
from app.kernel import clock
from app.kernel.access import Can, actor, needs
from app.kernel.acting import carried_out
from app.kernel.database import transaction
from app.kernel.errors import DomainError
from app.kernel.i18n import _
from app.kernel.web import see_other
from app.lessons import queries, service
from app.lessons.forms import AnswerForm
from app.lessons.views.blueprint import Answer, bp
from app.lessons.views.making import served

PARAGRAPH = "\n\n"


@bp.get("/my/lessons")
@needs(Can.SELF_LEARN)
def list_own() -> str:
    """Everything the learner has to learn online."""
    found = [(seat, class_, queries.steps_of(seat, class_, clock.now())) for seat, class_ in queries.own_seats(actor())]
    return render_template("lessons/list_own.html", found=found)


def _full_words(class_: TrainingClass, person_id: int) -> str:
    """Why nothing counts any more today; empty while something does."""
    hours = service.hours_full_today(class_, person_id)
    return "" if hours is None else _("今天已经学满 %(n)s 学时，线上学习一天最多计这么多。明天再来接着学。", n=hours)


def _page(seat_id: int, lesson_id: int, form: AnswerForm, token: str = "") -> str:
    seat, class_, step = queries.step_for(actor(), seat_id, lesson_id)
    stops = queries.stops_of(seat.id, step.lesson)
    position = step.watching.position if step.watching else 0
    waiting = next((stop.number for stop in stops if not stop.passed and position >= stop.at), None)
    question = next((one for one in queries.questions_of(lesson_id) if one.number == waiting), None)
    return render_template(
        "lessons/learn.html",
        seat=seat,
        klass=class_,
        step=step,
        question=question,
        token=token,
        full=_full_words(class_, seat.person_id),
        form=form,
        paragraphs=[part for part in step.lesson.body.replace("\r", "").split(PARAGRAPH) if part.strip()],
    )


@bp.get("/my/lessons/<int:seat_id>/<int:lesson_id>")
@needs(Can.SELF_LEARN)
def learn(seat_id: int, lesson_id: int) -> str:
    """One lesson; it starts to count when it is opened by the button."""
    return _page(seat_id, lesson_id, AnswerForm(formdata=None))


@bp.post("/my/lessons/<int:seat_id>/<int:lesson_id>")
@needs(Can.SELF_LEARN)
def open_lesson(seat_id: int, lesson_id: int) -> Answer:
    """Begin, or go on: from now the clock of this page counts."""
    queries.step_for(actor(), seat_id, lesson_id)
    with transaction():
        row = service.open_lesson(actor(), seat_id, lesson_id)
    return _page(seat_id, lesson_id, AnswerForm(formdata=None), str(row.token))


@bp.post("/my/lessons/<int:seat_id>/<int:lesson_id>/beat")
@needs(Can.SELF_LEARN)
def beat(seat_id: int, lesson_id: int) -> Answer | Response:
    """A heartbeat of the page, every fifteen seconds while it is in sight."""
    seat, class_, _step = queries.step_for(actor(), seat_id, lesson_id)
    try:
        token, key = uuid.UUID(request.form.get("token", "")), uuid.UUID(request.form.get("key", ""))
    except ValueError:
        return jsonify(message=_("请刷新页面。")), 422  # type: ignore[return-value]  # flask takes pairs
    told = request.form.get("told", 0, type=int)
    try:
        with transaction():
            done = service.beat(actor(), seat_id, lesson_id, token=token, key=key, told=told)
    except DomainError as error:
        return jsonify(message=_(str(error.message))), error.status  # type: ignore[return-value]  # as above
    told_back = {key: getattr(done, key) for key in ("position", "reached", "question", "done", "capped")}
    return jsonify(**told_back, message=_full_words(class_, seat.person_id) if done.capped else "")


@bp.post("/my/lessons/<int:seat_id>/<int:lesson_id>/read")
@needs(Can.SELF_LEARN)
def read(seat_id: int, lesson_id: int) -> Answer:
    """Without JavaScript: read to the end."""
    queries.step_for(actor(), seat_id, lesson_id)
    form = AnswerForm()
    if done := carried_out(form, lambda: service.read_to_the_end(actor(), seat_id, lesson_id)):
        row = done.result
        words = {"n": row.reached // 60}
        flash(_("这一课学完了。") if row.finished_at else _("已经记下 %(n)s 分钟，请接着读，或者先答题。", **words))
        return see_other("lessons.learn", seat_id=seat_id, lesson_id=lesson_id)
    return _page(seat_id, lesson_id, form), 422


@bp.post("/my/lessons/<int:seat_id>/<int:lesson_id>/answers")
@needs(Can.SELF_LEARN)
def answer(seat_id: int, lesson_id: int) -> Answer:
    """Answer the question that stands in the way."""
    queries.step_for(actor(), seat_id, lesson_id)
    form = AnswerForm()
    number, chosen = request.form.get("question", 0, type=int), request.form.get("choice", -1, type=int)
    if done := carried_out(form, lambda: service.answer(actor(), seat_id, lesson_id, number, chosen)):
        flash(
            _("答对了，接着学。") if done.result else _("答错了，请把前面这一段再学一遍。"),
            "ok" if done.result else "warn",
        )
        return see_other("lessons.learn", seat_id=seat_id, lesson_id=lesson_id)
    return _page(seat_id, lesson_id, form), 422


@bp.get("/my/lessons/<int:seat_id>/<int:lesson_id>/file")
@needs(Can.SELF_LEARN)
def own_file(seat_id: int, lesson_id: int) -> Response:
    """The document or film of the learner's own lesson."""
    return served(queries.step_for(actor(), seat_id, lesson_id)[2].lesson)
