"""The blueprint that the pages of courses hang on."""

from flask import Blueprint, Response

from app.kernel.access import Can
from app.kernel.i18n import _lp
from app.kernel.navigation import door
from app.occupations.queries import level_words

bp = Blueprint("courses", __name__)
bp.add_app_template_filter(level_words)
door(_lp("list", "课程"), "courses.list_courses", Can.COURSE_READ, icon="list", order=30)
Answer = str | Response | tuple[str, int]
UNPROCESSABLE = 422
