"""The school's side: lessons of a course, questions, which half-days are learned online; and the files."""

from flask import Response, flash, render_template, request

from app.classes.models import TrainingClass
from app.classes.queries import active_seats, class_for, sessions_of
from app.courses.models import Course
from app.courses.queries import course_for
from app.kernel import clock
from app.kernel.access import Can, actor, needs
from app.kernel.acting import carried_out
from app.kernel.errors import NotFound
from app.kernel.forms import Form
from app.kernel.i18n import _
from app.kernel.web import see_other
from app.lessons import queries, service
from app.lessons.forms import LessonForm, PlaceForm, QuestionForm, RollForm
from app.lessons.models import Lesson
from app.lessons.rules import LessonKind
from app.lessons.views.blueprint import Answer, bp
from app.papers.service import open_paper

WHOLE, PART, OUTSIDE = 200, 206, 416


def _course_page(course: Course, form: LessonForm | None = None) -> str:
    lessons = queries.lessons_of(course.id)
    return render_template(
        "lessons/course.html",
        course=course,
        lessons=lessons,
        questions={lesson.id: queries.questions_of(lesson.id) for lesson in lessons},
        form=(form or LessonForm(formdata=None)).offer(),
        may_write=actor().may(Can.LESSON_WRITE) and actor().organization_id == course.school_id,
    )


@bp.get("/courses/<int:course_id>/lessons")
@needs(Can.LESSON_READ)
def show_course(course_id: int) -> str:
    """The lessons of a course."""
    return _course_page(course_for(actor(), course_id))


@bp.post("/courses/<int:course_id>/lessons")
@needs(Can.LESSON_WRITE)
def add_lesson(course_id: int) -> Answer:
    """Add a lesson."""
    course, form = course_for(actor(), course_id), LessonForm().offer()

    def act() -> Lesson:
        told = form.file.data
        new = service.NewLesson(
            LessonKind(form.kind.data),
            form.title.data,
            form.minutes.data,
            form.body.data or "",
            told.stream if told else None,
            told.filename or "" if told else "",
        )
        return service.add_lesson(course, new, by=actor())

    if carried_out(form, act):
        flash(_("课件已添加。"))
        return see_other("lessons.show_course", course_id=course.id)
    return _course_page(course, form), 422


def _lesson_page(lesson: Lesson, course: Course, form: QuestionForm) -> str:
    found = queries.questions_of(lesson.id)
    return render_template("lessons/lesson.html", lesson=lesson, course=course, questions=found, form=form)


@bp.get("/lessons/<int:lesson_id>")
@needs(Can.LESSON_READ)
def show_lesson(lesson_id: int) -> str:
    """One lesson with its questions."""
    lesson, course = queries.lesson_for(actor(), lesson_id)
    return _lesson_page(lesson, course, QuestionForm(formdata=None))


@bp.post("/lessons/<int:lesson_id>")
@needs(Can.LESSON_WRITE)
def add_question(lesson_id: int) -> Answer:
    """Ask something in between."""
    (lesson, course), form = queries.lesson_for(actor(), lesson_id), QuestionForm()

    def act() -> object:
        choices = form.choices.data.splitlines()
        new = service.NewQuestion(form.at_minutes.data, form.text.data, choices, form.answer.data - 1)
        return service.add_question(lesson, course, new, by=actor())

    if carried_out(form, act):
        flash(_("问题已添加。"))
        return see_other("lessons.show_lesson", lesson_id=lesson.id)
    return _lesson_page(lesson, course, form), 422


@bp.get("/lessons/<int:lesson_id>/file")
@needs(Can.LESSON_READ)
def show_file(lesson_id: int) -> Response:
    """The document or film of a lesson."""
    return served(queries.lesson_for(actor(), lesson_id)[0])


def served(lesson: Lesson) -> Response:
    """A lesson's file in the parts a player asks for; the calling view has asked whether this person may see it."""
    if lesson.upload is None:
        raise NotFound
    content, status = open_paper(lesson.upload), WHOLE
    start, end = 0, len(content)
    if request.range is not None:
        found = request.range.range_for_length(len(content))
        if found is None:
            return Response(status=OUTSIDE, headers={"Content-Range": f"bytes */{len(content)}"})
        (start, end), status = found, PART
    response = Response(content[start:end], status=status, mimetype=lesson.upload.media_type)
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    ending = lesson.upload.media_type.rpartition("/")[2]
    how = "inline" if lesson.kind is LessonKind.VIDEO else "attachment"  # a browser shows no PDF inside a sandbox
    response.headers["Content-Disposition"] = f'{how}; filename="lesson-{lesson.id}.{ending}"'
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    if status == PART:
        response.headers["Content-Range"] = f"bytes {start}-{end - 1}/{len(content)}"
    return response


def class_page(class_: TrainingClass, form: Form, place: PlaceForm | None = None) -> str:
    """What a class learns online, how far each is, and its group viewings."""
    sessions = sessions_of(class_.id)
    return render_template(
        "lessons/class.html",
        klass=class_,
        sessions=sessions,
        online=queries.lessons_by_session(class_.id),
        lessons=queries.lessons_of(class_.course_id),
        seats=active_seats(class_.id),
        reached={session.id: queries.reached_in(session.id) for session in sessions},
        viewings=queries.viewings_of(class_.id),
        together=queries.seen_together(class_.id),
        now=clock.now(),
        form=form,
        place=place or PlaceForm(formdata=None),
        may_assign=actor().may(Can.LESSON_WRITE)
        and actor().organization_id == class_.school_id
        and not class_.fix_version,
        may_keep=actor().may(Can.LESSON_KEEP),
    )


@bp.get("/classes/<int:class_id>/lessons")
@needs(Can.LESSON_READ)
def show_class(class_id: int) -> str:
    """What a class learns online."""
    return class_page(class_for(actor(), class_id), RollForm(formdata=None))


@bp.post("/classes/<int:class_id>/lessons")
@needs(Can.LESSON_WRITE)
def assign(class_id: int) -> Answer:
    """Say which half-days are learned online."""
    class_, form = class_for(actor(), class_id), RollForm()
    chosen = {
        session.id: [int(one) for one in request.form.getlist(f"session-{session.id}") if one.isdecimal()]
        for session in sessions_of(class_.id)
    }
    if carried_out(form, lambda: service.assign(class_, chosen, by=actor())):
        flash(_("线上课已安排，随开班申报一起报批。"))
        return see_other("lessons.show_class", class_id=class_.id)
    return class_page(class_, form), 422
