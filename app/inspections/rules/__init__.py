"""The flow of an inspection, how lots are drawn so that anybody can draw them again, and what weighs in."""

from app.inspections.rules.drawing import commitment, draw, listing_hash, order
from app.inspections.rules.flows import (
    INSPECTION_FLOW,
    SHOWN_TO_SCHOOL,
    CallResult,
    InspectionStatus,
    InspectionStep,
    Result,
    Way,
)
from app.inspections.rules.risk import FIGURES, Facts, Reason, Weights, reasons, weigh

__all__ = [
    "FIGURES",
    "INSPECTION_FLOW",
    "SHOWN_TO_SCHOOL",
    "CallResult",
    "Facts",
    "InspectionStatus",
    "InspectionStep",
    "Reason",
    "Result",
    "Way",
    "Weights",
    "commitment",
    "draw",
    "listing_hash",
    "order",
    "reasons",
    "weigh",
]
