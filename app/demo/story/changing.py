"""What changes in locked classes: a leave made up for, a lesson moved, a teacher who falls ill, a wet grove."""

from app.classes import service as classes
from app.classes.queries import active_seats, sessions_of
from app.classes.rules import Half, LeaveKind, VariationKind
from app.demo.story.telling import Chapter, Tale

PLOUGHING = 3
"""The place of who stays away for a day."""


def a_day_off(tale: Tale) -> Chapter:
    """Somebody of the crayfish class told of a day off; the school asks for a make-up lesson, the bureau agrees."""
    yield tale.at(-4, 19)
    row, school = tale.classes["crayfish-2"], tale.who("school")
    seat, day = active_seats(row.id)[PLOUGHING], tale.workday(-3)
    missed = next(one for one in sessions_of(row.id) if one.on == day)
    classes.ask_leave(seat, classes.NewLeave(day, day, LeaveKind.FARMING, "请了收割机"), by=tale.laborer(seat.person))
    yield tale.at(-2, 19)
    after = {"session_id": missed.id, "on": tale.after(row.end_on, 2).date().isoformat(), "half": Half.MORNING.value}
    after |= {"hours": str(missed.hours), "seat_ids": [seat.id]}
    why = "学员请假收稻，缺的课另找半天补上。"
    asked = classes.ask_variation(row, VariationKind.MAKE_UP, after, why, by=school)
    yield tale.at(-1, 10)
    classes.decide_variation(asked, approve=True, note="同意补课。", by=tale.who("training"))


def a_moved_lesson(tale: Tale) -> Chapter:
    """The infant-care class moves its last lesson; the bureau agreed."""
    yield tale.at(-3, 15)
    row = tale.classes["care-2"]
    last = sessions_of(row.id)[-1]
    after = {"session_id": last.id, "on": tale.after(row.end_on, 1).date().isoformat(), "half": Half.MORNING.value}
    why = "最后一节要去月子中心实地看，对方那天上午才方便。"
    asked = classes.ask_variation(row, VariationKind.MOVE_SESSION, after, why, by=tale.who("school-qiaoshou"))
    yield tale.at(-2, 9, 30)
    classes.decide_variation(asked, approve=True, by=tale.who("training"))


def an_ill_teacher(tale: Tale) -> Chapter:
    """The teacher of the crayfish class fell ill before a lesson: another stood in at once, to be ratified by today."""
    yield tale.at(-1, 7, 20)
    row = tale.classes["crayfish-2"]
    lesson = next(one for one in sessions_of(row.id) if one.on == tale.workday(-1))
    after = {"session_id": lesson.id, "teacher_id": tale.instructors["tan"].id}
    classes.report_emergency(
        row, VariationKind.CHANGE_TEACHER, after, "老师病了，早上发烧去医院了", by=tale.who("school")
    )


def a_wet_grove(tale: Tale) -> Chapter:
    """The next mushroom class wants another place; the bureau has not decided yet."""
    yield tale.at(-1, 17)
    row = tale.classes["forest-3"]
    why = "林下基地连着下雨，路不好走，想改到镇上的教室先上理论。"
    after = {"site_id": tale.sites["net-room"].id}
    classes.ask_variation(row, VariationKind.CHANGE_SITE, after, why, by=tale.who("school-pingjiang"))


CHANGING = (a_day_off, a_moved_lesson, an_ill_teacher, a_wet_grove)
