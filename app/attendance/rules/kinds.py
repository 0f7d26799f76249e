"""The words of presence: what an entry says, the ways to sign, the moments of a half-day, what a teacher looks at."""

from enum import StrEnum


class Presence(StrEnum):
    """What an entry says."""

    PRESENT = "present"
    LATE = "late"
    LEAVE = "leave"
    ABSENT = "absent"


class Way(StrEnum):
    """How a person's presence was taken down."""

    ROTATING_CODE = "rotating_code"
    OWN_CODE = "own_code"
    ROLL_CALL = "roll_call"
    PAPER = "paper"
    WITNESSED = "witnessed"
    ONLINE = "online"
    GROUP = "group"
    CORRECTION = "correction"


Method = Way
"""An entry's method is the way in which its first signing was taken down."""


class Moment(StrEnum):
    """The three moments of a half-day at which presence is proved."""

    IN = "in"
    MID = "mid"
    OUT = "out"


class Worry(StrEnum):
    """Why a signing waits for the teacher; it is never refused for these."""

    OLD_CODE = "old_code"
    OTHER_DEVICE = "other_device"
    NO_DEVICE = "no_device"
    NO_PLACE = "no_place"
    FAR = "far"


CAME = frozenset({Presence.PRESENT, Presence.LATE})
"""What counts as having been there."""
BY_TEACHER = (Way.ROLL_CALL, Way.PAPER, Way.WITNESSED)
"""Ways in which whoever keeps the roll takes down others."""
