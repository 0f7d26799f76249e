"""Read what is assessed, marks and outcomes; say what the rules would make of them now, and what looks odd."""

from app.assessments.queries.classes import (
    ANNOUNCED,
    Tally,
    assesses,
    classes_to_announce,
    classes_to_assess,
    classes_to_resit,
    confirmed_classes,
    list_closed,
    sittings_ahead,
)
from app.assessments.queries.doubts import doubtful_classes, doubts_of
from app.assessments.queries.results import (
    TO_ASSESS,
    Line,
    lines_of,
    outcome_of_seat,
    outcomes_of,
    passed_seats,
    points_of,
)
from app.assessments.queries.sittings import (
    Item,
    earliest_day,
    item_points,
    items_of,
    listed_in,
    marks_of,
    people_for,
    sitting_of,
    sittings_of,
    stored_items,
    waivers_of,
)

__all__ = [
    "ANNOUNCED", "TO_ASSESS", "Item", "Line", "Tally", "assesses", "classes_to_announce", "classes_to_assess",
    "classes_to_resit", "confirmed_classes", "doubtful_classes", "doubts_of", "earliest_day", "item_points",
    "items_of", "lines_of", "list_closed", "listed_in", "marks_of", "outcome_of_seat", "outcomes_of", "passed_seats",
    "people_for", "points_of", "sitting_of", "sittings_ahead", "sittings_of", "stored_items", "waivers_of",
]  # fmt: skip
