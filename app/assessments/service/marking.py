"""Enter the points of a sitting, item by item, as a draft until the results are confirmed."""

from collections.abc import Collection, Mapping
from datetime import date

from app.assessments import queries
from app.assessments.models import AssessmentItem, ItemMark, Mark
from app.assessments.queries.sittings import planned_items
from app.assessments.rules import Part, of_items, parts_failed
from app.assessments.rules.judging import Marks
from app.assessments.service.announcing import write_items
from app.assessments.service.refusing import refuse_others, refuse_taster
from app.audit import service as audit
from app.classes.models import TrainingClass
from app.classes.queries import active_seats, pack_of_class
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.database import db
from app.kernel.errors import Conflict, DomainError, Refused
from app.kernel.i18n import _
from app.kernel.marking import N_

Points = Mapping[int, int]
"""Points by the number of the item."""


class MarksMoved(Conflict):
    """Somebody else marked the same people meanwhile; `seats` says whom, what stands now is on the page."""

    def __init__(self, seats: Collection[int], names: Collection[str]) -> None:
        said = "、".join(names)
        super().__init__(_("别人刚刚改过这些人的成绩：%(names)s。请对照两份，再决定存哪一份。", names=said))
        self.seats = frozenset(seats)


def mark(
    class_: TrainingClass,
    points: Mapping[int, Points],
    *,
    by: Actor,
    absent: Collection[int] = (),
    sitting: int = 1,
    seen: Mapping[int, int] | None = None,
) -> None:
    """Keep points by seat id and item number as a draft; `absent` names those who did not come to this sitting.

    `seen` are the versions that the page showed, by seat (0 where nothing was marked): where one moved, nothing is kept
    and `MarksMoved` is raised. Raises `Forbidden` for anyone but the class's assessor, `Refused` before the day of the
    sitting, for people not on its list, and once the results are confirmed.
    """
    held = audit.hold(class_)
    refuse_others(held, by)
    refuse_taster(held)
    if held.status not in queries.TO_ASSESS:
        raise Refused(N_("只有正在培训或已经上完课的班才能录入成绩。"))
    _refuse_unlisted(held, sitting, {*points, *absent})
    kept = {seat: {one.sitting: one for one in rows} for seat, rows in queries.marks_of(held.id).items()}
    before = {seat: rows.get(sitting) for seat, rows in kept.items()}
    _refuse_moved(held, before, {*points, *absent}, seen)
    items = _items(held, kept)
    for seat_id in {*points, *absent}:
        given = {} if seat_id in absent else dict(points[seat_id])
        first = kept.get(seat_id, {}).get(1)
        _refuse_wrong(held, items, given, sitting, first)
        if sitting < max(kept.get(seat_id, {}), default=0) or _listed_again(held, seat_id, sitting):
            raise Refused(N_("已经报送补考名单，第一次的成绩不能再改。"))
        _write(held, before.get(seat_id), items, seat_id, sitting, given, absent=seat_id in absent, by=by)
    db.session.flush()
    facts = {"sitting": sitting, "seats": len({*points, *absent}), "absent": len(set(absent))}
    audit.record(held, "marks_entered", by=by, facts=facts)


def _refuse_unlisted(class_: TrainingClass, sitting: int, wanted: Collection[int]) -> None:
    announced = {one.number: one for one in queries.sittings_of(class_.id)}
    if sitting not in announced:
        raise Refused(N_("学校还没有报送考核名单。名单报送以后、到了考核那天才能录成绩。"))
    on: date = announced[sitting].on
    if clock.today() < on:
        raise Refused(_("考核日期是 %(day)s，到那天才能录成绩。", day=on.isoformat()))
    if not set(wanted) <= {seat.id for seat in active_seats(class_.id)}:
        raise Refused(N_("名单刚刚有变化：有人已经不在这个班里了。请看现在的名单。"))
    if not set(wanted) <= queries.listed_in(class_.id, sitting):
        raise Refused(N_("考核名单里没有这个人，先报送名单再录成绩。"))


def _refuse_moved(
    class_: TrainingClass, before: Mapping[int, Mark | None], wanted: Collection[int], seen: Mapping[int, int] | None
) -> None:
    if seen is None:
        return
    now = {seat_id: row.version if (row := before.get(seat_id)) else 0 for seat_id in wanted}
    moved = {seat_id for seat_id in wanted if now[seat_id] != seen.get(seat_id, 0)}
    if moved:
        raise MarksMoved(moved, [seat.person.name for seat in active_seats(class_.id) if seat.id in moved])


def _items(class_: TrainingClass, kept: Mapping[int, object]) -> list[AssessmentItem]:
    """The stored items; the first marks settle those of the plan where nobody wrote any."""
    rows = db.session.query(AssessmentItem).filter_by(class_id=class_.id).order_by(AssessmentItem.number).all()
    return rows if rows or kept else write_items(class_.id, planned_items(class_))


def _refuse_wrong(
    class_: TrainingClass, items: list[AssessmentItem], given: Points, sitting: int, first: Mark | None
) -> None:
    known = {item.number: item for item in items}
    for number, points in given.items():
        if number not in known:
            raise DomainError(N_("没有这个考核项目。"))
        if not 0 <= points <= known[number].full_marks:
            words = {"name": known[number].name, "most": known[number].full_marks}
            raise DomainError(_("“%(name)s”的分数要在 0 到 %(most)s 之间。", **words))
    if sitting > 1 and first is not None:
        again = parts_failed(pack_of_class(class_), Marks(first.theory, first.practice))
        if any(known[number].part not in again for number in given):
            raise DomainError(N_("补考只考第一次没有达到的部分。"))


def _listed_again(class_: TrainingClass, seat_id: int, sitting: int) -> bool:
    return seat_id in queries.listed_in(class_.id, sitting + 1)


def _write(
    class_: TrainingClass,
    row: Mark | None,
    items: list[AssessmentItem],
    seat_id: int,
    sitting: int,
    given: Points,
    *,
    absent: bool,
    by: Actor,
) -> None:
    row = row or Mark(seat_id=seat_id, class_id=class_.id, sitting=sitting)
    told = of_items({item.number: (Part(item.part), item.full_marks) for item in items}, given)
    row.theory, row.practice, row.absent = told.theory, told.practice, absent
    row.by_key, row.at = by.key, clock.now()
    db.session.add(row)
    db.session.flush()
    db.session.query(ItemMark).filter_by(seat_id=seat_id, sitting=sitting).delete()
    db.session.add_all(
        ItemMark(seat_id=seat_id, sitting=sitting, item_id=item.id, points=given[item.number])
        for item in items
        if item.number in given
    )
