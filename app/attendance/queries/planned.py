"""What the evidence plan of a class's filing promises: the ways of signing, and what is said of any other."""

from collections.abc import Collection

from app.attendance.rules import Way
from app.classes.queries.teaching import evidence_plan_of
from app.kernel.i18n import _
from app.kernel.labels import label

IN_THE_ROOM = frozenset({Way.ROTATING_CODE, Way.OWN_CODE, Way.ROLL_CALL, Way.PAPER, Way.WITNESSED})
"""Ways of a lesson that is held in a room or a field; what is learned online follows the timetable."""


def ways_of(class_id: int) -> frozenset[Way]:
    """How presence is taken down in a class's room: what its plan names, and every way where it names none."""
    plan = evidence_plan_of(class_id)
    return ways_in(plan.ways if plan else ())


def ways_in(planned: Collection[str]) -> frozenset[Way]:
    """The ways for a room out of those that were planned."""
    return IN_THE_ROOM & {Way(str(way)) for way in planned} or IN_THE_ROOM


def unplanned(way: Way) -> str:
    """Why a way is not taken."""
    return _("开班申报的签到办法里没有“%(way)s”，这个班不能这样签。", way=label(way))
