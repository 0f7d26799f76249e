"""Announce an assessment, enter marks, sit again, confirm: outcomes follow from rules, never from a tick."""

from app.assessments.service.announcing import announce, set_items, waive_resit
from app.assessments.service.confirming import confirm, reason_of
from app.assessments.service.joining import join_list
from app.assessments.service.marking import MarksMoved, mark
from app.assessments.service.sheets import print_sheet, scan_sheet

__all__ = [
    "MarksMoved",
    "announce",
    "confirm",
    "join_list",
    "mark",
    "print_sheet",
    "reason_of",
    "scan_sheet",
    "set_items",
    "waive_resit",
]
