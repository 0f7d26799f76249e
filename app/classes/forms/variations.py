"""One form for each kind of variation that a school may ask for."""

from typing import Any

from app.classes.forms.planning import number_or_none
from app.classes.models import TrainingClass
from app.classes.queries import (
    POST_OF_ORDER,
    active_seats,
    free_posts,
    mode_of_class,
    sessions_of,
)
from app.classes.queries.choices import orders, session_words, sites, teachers
from app.classes.rules import Half, VariationKind
from app.kernel.access import Actor
from app.kernel.forms import (
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


class VariationForm(Form):
    """What every request for a variation says; each kind adds its own."""

    reason = LongTextField(_l("为什么要变更"), [Required(), MaxLength(400)])

    def offer(self, row: TrainingClass, by: Actor) -> None:
        """Give the lists their choices."""

    def told(self) -> list[Any]:
        """The fields in the order in which they are drawn: what changes, then why."""
        own = [field for name, field in self._fields.items() if name not in ("csrf_token", "reason")]
        return [*own, self.reason]

    def asked(self) -> dict[str, Any]:
        """What is asked for, by name."""
        return {name: field.data for name, field in self._fields.items() if name not in ("csrf_token", "reason")}


class SiteChangeForm(VariationForm):
    """Another site."""

    site_id = ChoiceField(_l("新的培训地点"), [Required()], coerce=int)

    def offer(self, row: TrainingClass, by: Actor) -> None:  # noqa: ARG002  # one signature for all
        """The school's other sites."""
        self.site_id.choices = [pair for pair in sites(row.school_id) if pair[0] != row.site_id]


class DirectionChangeForm(VariationForm):
    """Another order, or other words."""

    order_id = ChoiceField(_l("新的订单"), coerce=number_or_none)
    direction_note = TextField(_l("定向（用文字说明）"), [MaxLength(120)])

    def offer(self, row: TrainingClass, by: Actor) -> None:
        """Orders that the mode takes, and words where the mode wants words."""
        mode = mode_of_class(row)
        if not mode.needs_order:
            del self.order_id
        else:
            self.order_id.choices = [("", _("请选择")), *orders(by, row)]
        if mode.direction not in (Direction.INDUSTRY, Direction.OWN_LIVELIHOOD):
            del self.direction_note


class PostChangeForm(VariationForm):
    """Another post or livelihood for one person."""

    seat_id = ChoiceField(_l("哪一位学员"), [Required()], coerce=int)
    post_number = ChoiceField(_l("新的岗位"), coerce=number_or_none)
    livelihood = TextField(_l("新的去向"), [MaxLength(120)])

    def offer(self, row: TrainingClass, by: Actor) -> None:  # noqa: ARG002  # one signature for all
        """The people on the roster, and posts or words."""
        seats = active_seats(row.id)
        self.seat_id.choices = [(seat.id, f"{seat.place_no} {seat.person.name}") for seat in seats]
        if mode_of_class(row).post in POST_OF_ORDER:
            del self.livelihood
            self.post_number.choices = [(number, _("%(n)s 号岗", n=number)) for number in free_posts(row)]
        else:
            del self.post_number


class DaysForm(VariationForm):
    """So many days later."""

    days = WholeNumberField(_l("整班延期几天"), [Required()])


class MoveForm(VariationForm):
    """One half-day on another day."""

    session_id = ChoiceField(_l("哪一节课"), [Required()], coerce=int)
    on = DayField(_l("改到哪天"), [Required()])
    half = ChoiceField(_l("哪个半天"), [Required()])

    def offer(self, row: TrainingClass, by: Actor) -> None:  # noqa: ARG002  # one signature for all
        """The sessions still to come."""
        self.session_id.choices = session_words(sessions_of(row.id))
        self.half.choices = [(half.value, label(half)) for half in Half]

    def asked(self) -> dict[str, Any]:
        """Dates travel as text."""
        return {"session_id": self.session_id.data, "on": self.on.data.isoformat(), "half": self.half.data}


class TeacherForm(VariationForm):
    """Another teacher for one half-day or for all to come."""

    session_id = ChoiceField(_l("哪一节课"), coerce=number_or_none)
    teacher_id = ChoiceField(_l("由谁来上"), [Required()], coerce=int)

    def offer(self, row: TrainingClass, by: Actor) -> None:  # noqa: ARG002  # one signature for all
        """The sessions still to come, and the school's teachers."""
        self.session_id.choices = [("", _("还没有上的课全部换")), *session_words(sessions_of(row.id))]
        self.teacher_id.choices = teachers(row.school_id)


KINDS: dict[VariationKind, type[VariationForm]] = {
    VariationKind.POSTPONE: DaysForm,
    VariationKind.MOVE_SESSION: MoveForm,
    VariationKind.CHANGE_TEACHER: TeacherForm,
    VariationKind.CHANGE_SITE: SiteChangeForm,
    VariationKind.CHANGE_POST: PostChangeForm,
    VariationKind.CHANGE_DIRECTION: DirectionChangeForm,
}
"""What a school may ask for; refills come from the waiting list, leaving and cancelling need no asking."""
