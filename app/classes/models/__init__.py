"""The tables of this step."""

from app.classes.models.classes import ClassSession, Term, TrainingClass
from app.classes.models.seats import ClassFix, ClassPlace, Seat, Variation

__all__ = ["ClassFix", "ClassPlace", "ClassSession", "Seat", "Term", "TrainingClass", "Variation"]
