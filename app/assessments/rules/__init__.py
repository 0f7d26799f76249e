"""What is assessed, what the marks make of it, who may sit again, and what looks odd. Pure."""

from app.assessments.rules.doubts import Doubt, DoubtKind, Sheet, doubts_about
from app.assessments.rules.items import DEFAULT, Counting, NewItem, Part, checked, counted, of_items, scaled
from app.assessments.rules.judging import MOST, Marks, Point, Result, judge
from app.assessments.rules.resits import (
    COUNTS,
    LIST_DAYS,
    RESITS,
    WaivedFor,
    counting_of,
    earliest,
    parts_failed,
    refuse_late_list,
    resits_allowed,
)

__all__ = [
    "COUNTS", "DEFAULT", "LIST_DAYS", "MOST", "RESITS", "Counting", "Doubt", "DoubtKind", "Marks", "NewItem", "Part",
    "Point", "Result", "Sheet", "WaivedFor", "checked", "counted", "counting_of", "doubts_about", "earliest", "judge",
    "of_items", "parts_failed", "refuse_late_list", "resits_allowed", "scaled",
]  # fmt: skip
