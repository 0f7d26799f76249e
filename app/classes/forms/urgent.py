"""Forms for what can't wait: an emergency in three taps, and leave."""

from datetime import date, timedelta
from typing import Any

from app.classes.models import TrainingClass
from app.classes.queries import active_seats, sessions_of
from app.classes.queries.choices import teachers
from app.classes.rules import Emergency, Half, LeaveKind, VariationKind, times_of
from app.classes.service import NewLeave
from app.kernel import clock
from app.kernel.forms import ChoiceField, DayField, Form, MaxLength, RadioChoiceField, Required, TextField
from app.kernel.i18n import _, _l
from app.kernel.labels import label

SOON = 4
"""So many of the next sessions are shown; an emergency is about one of them."""
SLOTS = 6
DAYS_AHEAD = 60
DAYTIME = (Half.MORNING, Half.AFTERNOON)


def _day(on: date) -> str:
    names = (_("今天"), _("明天"), _("后天"))
    ahead = (on - clock.today()).days
    said = _("%(month)s月%(day)s日", month=on.month, day=on.day)
    return f"{names[ahead]}（{said}）" if 0 <= ahead < len(names) else said


class EmergencyForm(Form):
    """Which session, why, and what instead: three taps."""

    session_id = RadioChoiceField(_l("哪一节课上不成"), [Required()], coerce=int)
    why = RadioChoiceField(_l("为什么"), [Required()])
    instead = RadioChoiceField(_l("怎么办"), [Required()])
    note = TextField(_l("还要说明的"), [MaxLength(200)])

    def offer(self, row: TrainingClass) -> None:
        """The next sessions, the reasons, the next free half-days and the school's other teachers."""
        coming = [one for one in sessions_of(row.id) if one.starts_at > clock.now()]
        self.session_id.choices = [
            (one.id, f"{_day(one.on)} {label(one.half)} {clock.local(one.starts_at):%H:%M}，{one.topic}")
            for one in coming[:SOON]
        ]
        self.why.choices = [(why.value, label(why)) for why in Emergency]
        taught = {one.teacher_id for one in coming[:1]}
        free = [pair for pair in teachers(row.school_id) if pair[0] not in taught]
        others = [(f"teach:{key}", _("请%(who)s代课", who=who)) for key, who in free]
        self.instead.choices = [*self._slots(row), *others]

    @staticmethod
    def _slots(row: TrainingClass) -> list[tuple[str, str]]:
        taken = {(one.on, one.half) for one in sessions_of(row.id)}
        days = [clock.today() + timedelta(days=ahead) for ahead in range(DAYS_AHEAD)]
        free = [
            (on, half) for on in days for half in DAYTIME if (on, half) not in taken and _starts(on, half) > clock.now()
        ]
        return [
            (f"move:{on.isoformat()}:{half.value}", _("改到%(day)s%(half)s", day=_day(on), half=label(half)))
            for on, half in free[:SLOTS]
        ]

    def kind(self) -> VariationKind:
        """What the third tap means."""
        moved = str(self.instead.data).startswith("move:")
        return VariationKind.MOVE_SESSION if moved else VariationKind.CHANGE_TEACHER

    def asked(self) -> dict[str, Any]:
        """What is done instead, by name."""
        _what, *rest = str(self.instead.data).split(":")
        if self.kind() == VariationKind.MOVE_SESSION:
            return {"session_id": self.session_id.data, "on": rest[0], "half": rest[1]}
        return {"session_id": self.session_id.data, "teacher_id": int(rest[0])}

    def reason(self) -> str:
        """Why, in words."""
        words = [label(Emergency(self.why.data)), (self.note.data or "").strip()]
        return "，".join(word for word in words if word)


def _starts(on: date, half: Half) -> Any:
    starts, _ends = times_of(half, 1)
    return clock.moment_of(on, starts.hour, starts.minute)


class OwnLeaveForm(Form):
    """Leave for oneself."""

    first_on = DayField(_l("从哪天"), [Required()])
    last_on = DayField(_l("到哪天"), [Required()])
    kind = RadioChoiceField(_l("为什么"), [Required()])
    note = TextField(_l("还要说明的"), [MaxLength(120)])

    def offer(self) -> None:
        """The reasons; today."""
        self.kind.choices = [(kind.value, label(kind)) for kind in LeaveKind]
        if not self.is_submitted():
            self.first_on.data = self.last_on.data = clock.today()

    def leave(self) -> NewLeave:
        """What is asked for."""
        return NewLeave(self.first_on.data, self.last_on.data, LeaveKind(self.kind.data), self.note.data or "")


class LeaveForm(OwnLeaveForm):
    """Leave for somebody on the roster."""

    seat_id = ChoiceField(_l("谁请假"), [Required()], coerce=int)

    def offer_roster(self, row: TrainingClass) -> None:
        """The people on the roster, and the reasons."""
        self.offer()
        self.seat_id.choices = [(seat.id, f"{seat.place_no} {seat.person.name}") for seat in active_seats(row.id)]
