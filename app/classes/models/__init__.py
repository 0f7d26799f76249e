"""The tables of this step."""

from app.classes.models.classes import CLASS_WORDS, ClassSession, Term, TrainingClass
from app.classes.models.seats import ClassFix, ClassPlace, Seat, Variation

__all__ = ["CLASS_WORDS", "ClassFix", "ClassPlace", "ClassSession", "Seat", "Term", "TrainingClass", "Variation"]
