"""The blueprint that the pages of plans hang on."""

from flask import Blueprint, Response

from app.kernel.access import Can
from app.kernel.i18n import _lp
from app.kernel.navigation import door

bp = Blueprint("rosters", __name__)
door(_lp("list", "计划"), "rosters.list_plans", Can.PLAN_READ, icon="plan", order=40)
Answer = str | Response | tuple[str, int]
UNPROCESSABLE = 422
