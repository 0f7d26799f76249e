"""The flow of a class, of a seat and of a variation."""

from enum import StrEnum

from app.kernel.flow import Flow


class ClassStatus(StrEnum):
    """Where a class stands."""

    DRAFT = "draft"
    OPEN = "open"
    FILED = "filed"
    RETURNED = "returned"
    APPROVED = "approved"
    RUNNING = "running"
    SUSPENDED = "suspended"
    ENDED = "ended"
    ASSESSED = "assessed"
    ARCHIVED = "archived"
    CANCELLED = "cancelled"


class ClassStep(StrEnum):
    """What happens to a class."""

    OPEN = "open"
    FILE = "file"
    RETURN = "return"
    APPROVE = "approve"
    BEGIN = "begin"
    BEGIN_TASTER = "begin_taster"
    SUSPEND = "suspend"
    RESUME = "resume"
    END = "end"
    ASSESS = "assess"
    ARCHIVE = "archive"
    CLOSE_TASTER = "close_taster"
    CANCEL = "cancel"


class ClassAct(StrEnum):
    """What else is recorded about a class."""

    PLAN_CHANGED = "plan_changed"
    TIMETABLE_SET = "timetable_set"
    TEACHING_PLANNED = "teaching_planned"
    POSTPONED = "postponed"
    POSTS_NAMED = "posts_named"
    VARIATION_ASKED = "variation_asked"
    VARIED = "varied"
    REPORTED = "reported"
    LEAVE_ASKED = "leave_asked"
    LEAVE_TAKEN_BACK = "leave_taken_back"
    PLACES_RELEASED = "places_released"
    ORDER_LOST = "order_lost"
    PAPER_PRINTED = "paper_printed"
    PAPER_SCANNED = "paper_scanned"
    INVITED = "invited"


S = ClassStatus
CLASS_FLOW = Flow(
    "class",
    S.DRAFT,
    [
        (ClassStep.OPEN, [S.DRAFT], S.OPEN),
        (ClassStep.FILE, [S.OPEN, S.RETURNED], S.FILED),
        (ClassStep.RETURN, [S.FILED], S.RETURNED),
        (ClassStep.APPROVE, [S.FILED], S.APPROVED),
        (ClassStep.BEGIN, [S.APPROVED], S.RUNNING),
        (ClassStep.BEGIN_TASTER, [S.OPEN], S.RUNNING),
        (ClassStep.SUSPEND, [S.RUNNING], S.SUSPENDED),
        (ClassStep.RESUME, [S.SUSPENDED], S.RUNNING),
        (ClassStep.END, [S.RUNNING], S.ENDED),
        (ClassStep.ASSESS, [S.ENDED], S.ASSESSED),
        (ClassStep.ARCHIVE, [S.ASSESSED], S.ARCHIVED),
        (ClassStep.CLOSE_TASTER, [S.ENDED], S.ARCHIVED),
        (ClassStep.CANCEL, [S.DRAFT, S.OPEN, S.FILED, S.RETURNED, S.APPROVED, S.RUNNING, S.SUSPENDED], S.CANCELLED),
    ],
)
LOCKED = frozenset({S.APPROVED, S.RUNNING, S.SUSPENDED, S.ENDED, S.ASSESSED, S.ARCHIVED})
"""Statuses in which the four fixes stand."""
SIGN_UP = frozenset({S.OPEN, S.RETURNED})
"""Statuses in which anyone may take a seat; after the lock only a refill brings people in."""
EDITABLE = frozenset({S.DRAFT, S.OPEN, S.RETURNED})
"""Statuses in which the school may still change plan and timetable by a plain edit."""
VARIABLE = frozenset({S.APPROVED, S.RUNNING, S.SUSPENDED})
"""Statuses in which a locked class may still change, by variation."""
WAITING = frozenset({S.FILED, S.APPROVED, S.RUNNING})
"""Statuses in which newcomers are only numbered on the waiting list, the locked ones until the refill day."""


class SeatStatus(StrEnum):
    """What a person holds in a class."""

    HELD = "held"
    FIXED = "fixed"
    RELEASED = "released"
    WITHDRAWN = "withdrawn"
    MOVED = "moved"


class SeatStep(StrEnum):
    """What happens to a seat."""

    FIX = "fix"
    RELEASE = "release"
    WITHDRAW = "withdraw"
    MOVE = "move"


SEAT_FLOW = Flow(
    "seat",
    SeatStatus.HELD,
    [
        (SeatStep.FIX, [SeatStatus.HELD], SeatStatus.FIXED),
        (SeatStep.RELEASE, [SeatStatus.HELD], SeatStatus.RELEASED),
        (SeatStep.WITHDRAW, [SeatStatus.FIXED], SeatStatus.WITHDRAWN),
        (SeatStep.MOVE, [SeatStatus.FIXED], SeatStatus.MOVED),
    ],
)


class VariationKind(StrEnum):
    """What an approved class may still change, in the open."""

    REFILL = "refill"
    WITHDRAW = "withdraw"
    CHANGE_SITE = "change_site"
    CHANGE_DIRECTION = "change_direction"
    CHANGE_POST = "change_post"
    CHANGE_ASSESSOR = "change_assessor"
    POSTPONE = "postpone"
    MOVE_SESSION = "move_session"
    CHANGE_TEACHER = "change_teacher"
    MAKE_UP = "make_up"
    TRANSFER = "transfer"
    MERGE = "merge"
    CANCEL = "cancel"


AUTOMATIC = frozenset({VariationKind.CANCEL})
"""Never asked for: a cancelled class holds nobody. Leaving approves itself too, where the person wants it."""
OF_TWO = frozenset({VariationKind.TRANSFER, VariationKind.MERGE})
"""They change two classes at once; both get a new version."""
URGENT = frozenset({VariationKind.MOVE_SESSION, VariationKind.CHANGE_TEACHER})
"""What rain or illness may change at once, reported before the session and ratified after."""


class VariationStatus(StrEnum):
    """Where a variation stands."""

    ASKED = "asked"
    APPROVED = "approved"
    REFUSED = "refused"
    IN_FORCE = "in_force"
    NOT_RATIFIED = "not_ratified"


class VariationStep(StrEnum):
    """What happens to a variation; an emergency is in force first and decided on afterwards."""

    APPROVE = "approve"
    REFUSE = "refuse"
    ENFORCE = "enforce"
    RATIFY = "ratify"
    REJECT = "reject"
    LAPSE = "lapse"


VARIATION_FLOW = Flow(
    "variation",
    VariationStatus.ASKED,
    [
        (VariationStep.APPROVE, [VariationStatus.ASKED], VariationStatus.APPROVED),
        (VariationStep.REFUSE, [VariationStatus.ASKED], VariationStatus.REFUSED),
        (VariationStep.ENFORCE, [VariationStatus.ASKED], VariationStatus.IN_FORCE),
        (VariationStep.RATIFY, [VariationStatus.IN_FORCE], VariationStatus.APPROVED),
        (VariationStep.REJECT, [VariationStatus.IN_FORCE], VariationStatus.NOT_RATIFIED),
        (VariationStep.LAPSE, [VariationStatus.IN_FORCE], VariationStatus.NOT_RATIFIED),
    ],
)
UNDECIDED = (VariationStatus.ASKED, VariationStatus.IN_FORCE)
"""What waits for the bureau."""


class LeaveKind(StrEnum):
    """Why somebody stays away for a while."""

    ILLNESS = "illness"
    FAMILY = "family"
    FARMING = "farming"
    WORK = "work"
    OTHER = "other"


class Emergency(StrEnum):
    """What can't wait for a decision."""

    WEATHER = "weather"
    ILLNESS = "illness"
    POWER = "power"
    SITE = "site"
    OTHER = "other"


class PlaceStatus(StrEnum):
    """What the money reserved for a filed place is doing."""

    RESERVED = "reserved"
    RELEASED = "released"
    CLAIMED = "claimed"


class Half(StrEnum):
    """A half-day."""

    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"


class SessionKind(StrEnum):
    """What a session's hours count as."""

    THEORY = "theory"
    PRACTICE = "practice"
