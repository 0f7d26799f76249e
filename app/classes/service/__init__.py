"""Everything that is done to a class, its seats, its timetable and its lock."""

from app.classes.service import reactions as reactions
from app.classes.service.emergencies import decide_emergency, let_lapse, overdue_emergencies, report_emergency
from app.classes.service.filing import approve, file, file_term, return_filing
from app.classes.service.inviting import invite
from app.classes.service.leaves import NewLeave, ask_leave, take_back
from app.classes.service.places import (
    GivenBack,
    Owed,
    due_for_release,
    release_all,
    release_empty_places,
    release_place,
    settle_places,
)
from app.classes.service.planning import NewClass, change_plan, open_sign_up, plan_class
from app.classes.service.posts import Aim, name_posts, propose_posts
from app.classes.service.running import archive, begin, cancel, class_assessed, close_taster, end, resume, suspend
from app.classes.service.seats import claim_seat, forget_counters, hold, next_number, release_seat
from app.classes.service.teaching import propose_plan, set_assessment, set_evidence, set_resources, set_units
from app.classes.service.timetable import drop_session, generate, postpone, put_session, set_sessions
from app.classes.service.variations import (
    ask_variation,
    decide_variation,
    dropped_places,
    refill,
    take_back_refill,
    withdraw_seat,
)

__all__ = [
    "Aim",
    "GivenBack",
    "NewClass",
    "NewLeave",
    "Owed",
    "approve",
    "archive",
    "ask_leave",
    "ask_variation",
    "begin",
    "cancel",
    "change_plan",
    "claim_seat",
    "class_assessed",
    "close_taster",
    "decide_emergency",
    "decide_variation",
    "drop_session",
    "dropped_places",
    "due_for_release",
    "end",
    "file",
    "file_term",
    "forget_counters",
    "generate",
    "hold",
    "invite",
    "let_lapse",
    "name_posts",
    "next_number",
    "open_sign_up",
    "overdue_emergencies",
    "plan_class",
    "postpone",
    "propose_plan",
    "propose_posts",
    "put_session",
    "reactions",
    "refill",
    "release_all",
    "release_empty_places",
    "release_place",
    "release_seat",
    "report_emergency",
    "resume",
    "return_filing",
    "set_assessment",
    "set_evidence",
    "set_resources",
    "set_sessions",
    "set_units",
    "settle_places",
    "suspend",
    "take_back",
    "take_back_refill",
    "withdraw_seat",
]
