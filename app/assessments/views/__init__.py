"""Announce, mark, sit again, confirm: the assessor enters, the rules decide, everyone concerned may read."""

from app.assessments.views import announcing as announcing
from app.assessments.views import marks as marks
from app.assessments.views import sheets as sheets
from app.assessments.views.blueprint import bp

blueprints = (bp,)
