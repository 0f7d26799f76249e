"""The home of an inspector: what to look at today, what the machine found odd."""

from app.classes.rules import ClassStatus
from app.desk.homes.parts import home, in_status
from app.desk.items import CLASSES, RECORDING_DOUBTS, Figure, Home, Item
from app.desk.queries import Sight
from app.kernel.i18n import _
from app.recordings.rules import DoubtStatus


def inspector(sight: Sight) -> Home:
    """Goes to see for themselves."""
    return home(
        [picture_doubts(sight)],
        [],
        [
            Figure(sight.classes.total(ClassStatus.RUNNING), _("培训中的班"), CLASSES.at(ClassStatus.RUNNING), "info"),
            Figure(
                sight.classes.total(ClassStatus.SUSPENDED), _("暂停的班"), CLASSES.at(ClassStatus.SUSPENDED), "warn"
            ),
        ],
    )


def picture_doubts(sight: Sight) -> Item | None:
    """Photos of different lessons that are too much alike."""
    note = _("看过两张照片再定")
    return in_status(RECORDING_DOUBTS, sight.recording_doubts, DoubtStatus.OPEN, _("影像疑点要核实"), note=note)
