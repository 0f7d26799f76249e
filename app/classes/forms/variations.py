"""One form for each kind of variation that a school may ask for."""

from dataclasses import dataclass
from typing import Any

from app.classes.forms.planning import number_or_none
from app.classes.models import TrainingClass
from app.classes.queries import (
    POST_OF_ORDER,
    active_seats,
    free_posts,
    mode_of_class,
    session_of,
    sessions_of,
)
from app.classes.queries.choices import assessors, orders, session_words, sites, teachers
from app.classes.queries.openings import alternatives, missed_hours, roomy, spare_places
from app.classes.rules import Half, VariationKind
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.forms import (
    CheckboxListField,
    ChoiceField,
    DayField,
    Form,
    LongTextField,
    MaxLength,
    Required,
    TextField,
    WholeNumberField,
)
from app.kernel.i18n import _, _l
from app.kernel.labels import label
from app.policies.rules.modes import Direction

Pairs = list[tuple[Any, str]]


def seat_pairs(row: TrainingClass) -> Pairs:
    """The people on the roster, by place."""
    return [(seat.id, f"{seat.place_no} {seat.person.name}") for seat in active_seats(row.id)]


def half_pairs() -> Pairs:
    """The half-days."""
    return [(half.value, label(half)) for half in Half]


def class_pairs(row: TrainingClass) -> Pairs:
    """The other locked classes of the course, with their first day and the room they have."""
    found = []
    for other in alternatives(row):
        room = max(min(roomy(other), len(spare_places(other))), 0)
        words = {"name": other.name, "day": other.start_on.isoformat(), "site": other.site.name, "n": room}
        found.append((other.id, _("%(name)s（%(day)s 开班，%(site)s，空 %(n)s 位）", **words)))
    return found


@dataclass(frozen=True, slots=True)
class Asks:
    """For which class somebody asks, who it is, and the session or the seat they came from."""

    row: TrainingClass
    by: Actor
    chosen: int | None = None


class VariationForm(Form):
    """What every request for a variation says; each kind adds its own."""

    reason = LongTextField(_l("为什么要变更"), [Required(), MaxLength(400)])

    def offer(self, asks: Asks) -> None:
        """Give the lists their choices."""

    def told(self) -> list[Any]:
        """The fields in the order in which they are drawn: what changes, then why."""
        own = [field for name, field in self._fields.items() if name not in ("csrf_token", "reason")]
        return [*own, self.reason]

    def asked(self) -> dict[str, Any]:
        """What is asked for, by name; dates travel as text."""
        own = {name: field.data for name, field in self._fields.items() if name not in ("csrf_token", "reason")}
        return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in own.items()}


class SiteChangeForm(VariationForm):
    """Another site."""

    site_id = ChoiceField(_l("新的培训地点"), [Required()], coerce=int)

    def offer(self, asks: Asks) -> None:
        """The school's other sites."""
        self.site_id.choices = [pair for pair in sites(asks.row.school_id) if pair[0] != asks.row.site_id]


class DirectionChangeForm(VariationForm):
    """Another order, or other words."""

    order_id = ChoiceField(_l("新的订单"), coerce=number_or_none)
    direction_note = TextField(_l("定向（用文字说明）"), [MaxLength(120)])

    def offer(self, asks: Asks) -> None:
        """Orders that the mode takes, and words where the mode wants words."""
        mode = mode_of_class(asks.row)
        if not mode.needs_order:
            del self.order_id
        else:
            self.order_id.choices = [("", _("请选择")), *orders(asks.by, asks.row)]
        if mode.direction not in (Direction.INDUSTRY, Direction.OWN_LIVELIHOOD):
            del self.direction_note


class PostChangeForm(VariationForm):
    """Another post or livelihood for one person."""

    seat_id = ChoiceField(_l("哪一位学员"), [Required()], coerce=int)
    post_number = ChoiceField(_l("新的岗位"), coerce=number_or_none)
    livelihood = TextField(_l("新的去向"), [MaxLength(120)])

    def offer(self, asks: Asks) -> None:
        """The people on the roster, and posts or words."""
        self.seat_id.choices = seat_pairs(asks.row)
        if mode_of_class(asks.row).post in POST_OF_ORDER:
            del self.livelihood
            self.post_number.choices = [(number, _("%(n)s 号岗", n=number)) for number in free_posts(asks.row)]
        else:
            del self.post_number


class AssessorForm(VariationForm):
    """Another assessor."""

    assessor_id = ChoiceField(
        _l("由谁来考评"), [Required()], coerce=int, description=_l("不能是给这个班上课的老师（考培分离）。")
    )

    def offer(self, asks: Asks) -> None:
        """The county's assessors but the one of the class."""
        self.assessor_id.choices = [pair for pair in assessors(asks.row.school_id) if pair[0] != asks.row.assessor_id]


class LeavingForm(VariationForm):
    """Somebody left; the bureau decides, the hours so far are kept."""

    seat_id = ChoiceField(_l("哪一位学员"), [Required()], coerce=int)
    left_on = DayField(
        _l("从哪天起不来了"), [Required()], description=_l("上过的学时由系统按考勤算，保留在记录里。本人会收到短信。")
    )

    def offer(self, asks: Asks) -> None:
        """The people on the roster; today."""
        self.seat_id.choices = seat_pairs(asks.row)
        if not self.is_submitted():
            self.left_on.data = clock.today()


class TransferForm(VariationForm):
    """One person into another class of the same course."""

    seat_id = ChoiceField(_l("哪一位学员"), [Required()], coerce=int)
    class_id = ChoiceField(_l("转到哪个班"), [Required()], coerce=int)

    def offer(self, asks: Asks) -> None:
        """The people on the roster, the classes with their open places."""
        self.seat_id.choices, self.class_id.choices = seat_pairs(asks.row), class_pairs(asks.row)


class MergeForm(VariationForm):
    """Everybody into another class of the same course; this one is cancelled."""

    class_id = ChoiceField(
        _l("并进哪个班"),
        [Required()],
        coerce=int,
        description=_l("全班的人带着座位、资金和享受补贴的次数一起转过去，这个班随之取消。"),
    )

    def offer(self, asks: Asks) -> None:
        """The classes with their open places."""
        self.class_id.choices = class_pairs(asks.row)


class DaysForm(VariationForm):
    """So many days later."""

    days = WholeNumberField(_l("整班延期几天"), [Required()])


class MoveForm(VariationForm):
    """One half-day on another day."""

    session_id = ChoiceField(_l("哪一节课"), [Required()], coerce=int)
    on = DayField(_l("改到哪天"), [Required()])
    half = ChoiceField(_l("哪个半天"), [Required()])

    def offer(self, asks: Asks) -> None:
        """The sessions still to come."""
        self.session_id.choices, self.half.choices = session_words(sessions_of(asks.row.id)), half_pairs()
        if asks.chosen and not self.is_submitted():
            self.session_id.data = asks.chosen


class TeacherForm(VariationForm):
    """Another teacher for one half-day or for all to come."""

    session_id = ChoiceField(_l("哪一节课"), coerce=number_or_none)
    teacher_id = ChoiceField(_l("由谁来上"), [Required()], coerce=int)

    def offer(self, asks: Asks) -> None:
        """The sessions still to come, and the school's teachers."""
        self.session_id.choices = [("", _("还没有上的课全部换")), *session_words(sessions_of(asks.row.id))]
        self.teacher_id.choices = teachers(asks.row.school_id)
        if asks.chosen and not self.is_submitted():
            self.session_id.data = asks.chosen


class MakeUpForm(VariationForm):
    """A session for those who missed one."""

    session_id = ChoiceField(_l("补哪一节课"), [Required()], coerce=int)
    seat_ids = CheckboxListField(_l("谁来补"), [Required()], coerce=int)
    on = DayField(_l("哪天补"), [Required()])
    half = ChoiceField(_l("哪个半天"), [Required()])
    hours = WholeNumberField(_l("补几个学时"), [Required()], description=_l("不能多于缺的学时。"))
    teacher_id = ChoiceField(_l("由谁来上"), [Required()], coerce=int)

    def offer(self, asks: Asks) -> None:
        """The session chosen before, who missed it and how much, the school's teachers."""
        self.half.choices, self.teacher_id.choices = half_pairs(), teachers(asks.row.school_id)
        asked_for = str(asks.chosen or self.session_id.data or "")
        found = [one for one in past_sessions(asks.row) if not asked_for.isdigit() or one[0] == int(asked_for)]
        self.session_id.choices = found
        left = missed_hours(session_of(asks.row.id, found[0][0])) if found else {}
        self.seat_ids.choices = [
            (seat.id, _("%(name)s（还缺 %(n)s 学时）", name=seat.person.name, n=left[seat.id]))
            for seat in active_seats(asks.row.id)
            if left.get(seat.id)
        ]
        if found and not self.is_submitted():
            missed = session_of(asks.row.id, found[0][0])
            self.teacher_id.data, self.hours.data = missed.teacher_id, max(left.values(), default=missed.hours)


def past_sessions(row: TrainingClass) -> Pairs:
    """The ordinary sessions that are over, the latest first."""
    return [
        (one.id, f"{one.on.isoformat()} {label(one.half)} {one.topic}")
        for one in reversed(sessions_of(row.id))
        if one.makes_up_id is None and one.ends_at <= clock.now()
    ]


KINDS: dict[VariationKind, type[VariationForm]] = {
    VariationKind.MOVE_SESSION: MoveForm,
    VariationKind.CHANGE_TEACHER: TeacherForm,
    VariationKind.MAKE_UP: MakeUpForm,
    VariationKind.POSTPONE: DaysForm,
    VariationKind.WITHDRAW: LeavingForm,
    VariationKind.TRANSFER: TransferForm,
    VariationKind.CHANGE_POST: PostChangeForm,
    VariationKind.CHANGE_SITE: SiteChangeForm,
    VariationKind.CHANGE_ASSESSOR: AssessorForm,
    VariationKind.MERGE: MergeForm,
    VariationKind.CHANGE_DIRECTION: DirectionChangeForm,
}
"""What a school may ask for, as the buttons stand; refills come from the waiting list, cancelling needs no asking."""
