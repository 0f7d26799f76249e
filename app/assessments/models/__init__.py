"""The tables of this step."""

from app.assessments.models.results import Mark, Outcome
from app.assessments.models.sittings import AssessmentItem, ItemMark, Listed, ResitWaiver, Sitting

__all__ = ["AssessmentItem", "ItemMark", "Listed", "Mark", "Outcome", "ResitWaiver", "Sitting"]
