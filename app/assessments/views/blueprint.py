"""Where the pages of assessments hang, and the door to them."""

from flask import Blueprint
from werkzeug.wrappers import Response

from app.kernel.access import Can, Role
from app.kernel.i18n import _l
from app.kernel.navigation import door

bp = Blueprint("assessments", __name__)
door(
    _l("考核"),
    "assessments.list_classes",
    Can.RESULT_READ,
    icon="desk",
    order=55,
    roles=(Role.ASSESSOR, Role.SCHOOL_CLERK, Role.TRAINING_OFFICER),
)
Answer = str | Response | tuple[str, int]
