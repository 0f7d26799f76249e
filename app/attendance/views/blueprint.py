"""The room's blueprint and its doors."""

from flask import Blueprint
from werkzeug.wrappers import Response

from app.attendance.rules import Worry
from app.kernel.access import Can, Role
from app.kernel.i18n import _l
from app.kernel.labels import label
from app.kernel.navigation import door

bp = Blueprint("attendance", __name__)
bp.add_app_template_filter(lambda worry: label(Worry(worry)), "worry_words")
Answer = str | Response | tuple[str, int]
door(
    _l("考勤"), "attendance.today", Can.ATTENDANCE_MARK, icon="check", order=50, roles=(Role.TEACHER, Role.SCHOOL_CLERK)
)
