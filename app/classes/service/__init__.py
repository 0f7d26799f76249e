"""Everything that is done to a class, its seats, its timetable and its lock."""

from app.classes.service.planning import NewClass, change_plan, open_sign_up, plan_class
from app.classes.service.seats import claim_seat, release_seat
from app.classes.service.timetable import drop_session, generate, postpone, put_session, set_sessions

__all__ = [
    "NewClass",
    "change_plan",
    "claim_seat",
    "drop_session",
    "generate",
    "open_sign_up",
    "plan_class",
    "postpone",
    "put_session",
    "release_seat",
    "set_sessions",
]
