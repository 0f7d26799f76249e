"""The tables of this step."""

from app.classes.models.classes import ClassInvitation, ClassSession, Term, TrainingClass
from app.classes.models.seats import ClassFix, ClassPlace, Seat, Variation

__all__ = ["ClassFix", "ClassInvitation", "ClassPlace", "ClassSession", "Seat", "Term", "TrainingClass", "Variation"]
