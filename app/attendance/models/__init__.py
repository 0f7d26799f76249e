"""The tables of this step."""

from app.attendance.models import words
from app.attendance.models.corrections import Correction
from app.attendance.models.devices import ClockMark, Fate, OfflineSigning, RollDevice
from app.attendance.models.entries import AttendanceEntry
from app.attendance.models.findings import EmergencyFinding
from app.attendance.models.signings import CheckSeed, Signing, SigningRefusal
from app.attendance.rules import CorrectionStatus, Method, Moment, Presence, Standing, Way

__all__ = [
    "AttendanceEntry",
    "CheckSeed",
    "ClockMark",
    "Correction",
    "CorrectionStatus",
    "EmergencyFinding",
    "Fate",
    "Method",
    "Moment",
    "OfflineSigning",
    "Presence",
    "RollDevice",
    "Signing",
    "SigningRefusal",
    "Standing",
    "Way",
    "words",
]
