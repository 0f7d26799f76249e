"""The room's blueprint and its doors."""

from flask import Blueprint
from werkzeug.wrappers import Response

from app.kernel.access import Can, Role
from app.kernel.i18n import _l
from app.kernel.navigation import door

bp = Blueprint("outreach", __name__)
Answer = str | Response | tuple[str, int]
OFFICERS = (Role.VILLAGE_OFFICER, Role.TOWNSHIP_OFFICER, Role.TRAINING_OFFICER)
door(_l("今日工作"), "outreach.show_day", Can.SERVICE_READ, icon="check", order=5, roles=OFFICERS)
door(_l("摸底"), "outreach.list_rounds", Can.SURVEY_READ, icon="edit", order=16, roles=(*OFFICERS, Role.AUDITOR))
door(
    _l("服务记录"), "outreach.list_services", Can.SERVICE_READ, icon="phone", order=17, roles=(*OFFICERS, Role.AUDITOR)
)
