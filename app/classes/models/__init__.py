"""The tables of this step."""

from app.classes.models.classes import ClassInvitation, ClassSession, Term, TrainingClass
from app.classes.models.seats import ClassPlace, Seat
from app.classes.models.teaching import (
    AssessmentPlan,
    ClassBooking,
    ClassMachine,
    ClassResource,
    EvidencePlan,
    TeachingUnit,
)
from app.classes.models.variations import ClassFix, Leave, MakeupSeat, Variation

__all__ = [
    "AssessmentPlan",
    "ClassBooking",
    "ClassFix",
    "ClassInvitation",
    "ClassMachine",
    "ClassPlace",
    "ClassResource",
    "ClassSession",
    "EvidencePlan",
    "Leave",
    "MakeupSeat",
    "Seat",
    "TeachingUnit",
    "Term",
    "TrainingClass",
    "Variation",
]
