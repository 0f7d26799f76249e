"""The tables of this step."""

from app.classes.models.classes import ClassInvitation, ClassSession, Term, TrainingClass
from app.classes.models.seats import ClassPlace, Seat
from app.classes.models.variations import ClassFix, Leave, MakeupSeat, Variation

__all__ = [
    "ClassFix",
    "ClassInvitation",
    "ClassPlace",
    "ClassSession",
    "Leave",
    "MakeupSeat",
    "Seat",
    "Term",
    "TrainingClass",
    "Variation",
]
