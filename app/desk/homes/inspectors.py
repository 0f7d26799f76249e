"""The home of an inspector: what to look at today, what the machine found odd; and what others do about it."""

from app.classes.rules import ClassStatus
from app.desk.counting import Count
from app.desk.homes.parts import home, in_status, line
from app.desk.items import CLASSES, INSPECTIONS, RECORDING_DOUBTS, Figure, Home, Item, way
from app.desk.queries import Sight
from app.inspections.rules import InspectionStatus
from app.kernel.i18n import _
from app.recordings.rules import DoubtStatus


def inspector(sight: Sight) -> Home:
    """Goes to see for themselves."""
    running, suspended = ClassStatus.RUNNING, ClassStatus.SUSPENDED
    return home(
        [
            to_visit(sight),
            picture_doubts(sight),
            Item(_("抽签定督查"), way("inspections.list_draws"), note=_("一天一个地方抽一次")),
        ],
        [in_status(INSPECTIONS, sight.inspections, InspectionStatus.ANSWERED, _("学校已答复，等认可整改"))],
        [
            Figure(sight.classes.total(running), _("培训中的班"), CLASSES.at(running), "info"),
            Figure(sight.classes.total(suspended), _("暂停的班"), CLASSES.at(suspended), "warn"),
        ],
    )


def picture_doubts(sight: Sight) -> Item | None:
    """Photos of different lessons that are too much alike."""
    note = _("看过两张照片再定")
    return in_status(RECORDING_DOUBTS, sight.recording_doubts, DoubtStatus.OPEN, _("影像疑点要核实"), note=note)


def inspections_to_accept(sight: Sight) -> Item | None:
    """Schools answered what an inspection found."""
    note = _("看过整改再认可")
    return in_status(INSPECTIONS, sight.inspections, InspectionStatus.ANSWERED, _("督查整改要认可"), note=note)


def to_visit(sight: Sight) -> Item | None:
    """Lessons to go to, by their day."""
    note = _("学校不会提前知道")
    planned = InspectionStatus.PLANNED
    return in_status(INSPECTIONS, sight.inspections, planned, _("要去督查的课"), note=note, by_day=sight.today)


def inspection_answers(sight: Sight) -> Item | None:
    """What an inspection found that the school has to answer."""
    done = sight.inspections.of(InspectionStatus.DONE)
    count = Count(done.mine, done.first if done.mine == done.rows else 0)
    note = _("写明怎样整改")
    return line(INSPECTIONS, count, _("督查发现的问题要答复"), note=note, status=InspectionStatus.DONE, tone="bad")
