"""The room's blueprint and its doors."""

from flask import Blueprint
from werkzeug.wrappers import Response

from app.kernel.access import Can, Role
from app.kernel.i18n import _l
from app.kernel.navigation import door
from app.outreach.words import trade_words

bp = Blueprint("outreach", __name__)
bp.add_app_template_filter(trade_words)
Answer = str | Response | tuple[str, int]
OFFICERS = (Role.VILLAGE_OFFICER, Role.TOWNSHIP_OFFICER, Role.TRAINING_OFFICER)
ASKING = (*OFFICERS, Role.AUDITOR)
door(_l("点单"), "outreach.list_requests", Can.REQUEST_READ, icon="order", order=18, roles=(*ASKING, Role.SCHOOL_CLERK))
door(
    _l("拼班需求"), "outreach.show_demand", Can.REQUEST_READ, icon="chart", order=19, roles=(*ASKING, Role.SCHOOL_CLERK)
)
door(_l("送教上门"), "outreach.list_homes", Can.REQUEST_VISIT, icon="home", order=20)
door(_l("我的点单"), "outreach.list_own_requests", Can.SELF_READ, icon="order", order=21, roles=(Role.LABORER,))
door(_l("今日工作"), "outreach.show_day", Can.SERVICE_READ, icon="check", order=5, roles=OFFICERS)
door(_l("摸底"), "outreach.list_rounds", Can.SURVEY_READ, icon="edit", order=16, roles=(*OFFICERS, Role.AUDITOR))
door(
    _l("服务记录"), "outreach.list_services", Can.SERVICE_READ, icon="phone", order=17, roles=(*OFFICERS, Role.AUDITOR)
)
