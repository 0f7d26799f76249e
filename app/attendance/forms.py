"""The roll of one half-day, and the correction of one entry."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from app.attendance.rules import Method, Presence
from app.kernel.forms import Form, LongTextField, MaxLength, RadioChoiceField, Required, WholeNumberField
from app.kernel.i18n import _, _l
from app.kernel.labels import label


class RollForm(Form):
    """How presence was taken; who was there is read beside it, by seat."""

    method = RadioChoiceField(_l("怎么点的名"), [Required()], default=str(Method.ROLL_CALL))

    def offer(self, methods: Iterable[Method]) -> "RollForm":
        """Offer these ways."""
        self.method.choices = [(str(method), label(method)) for method in methods]
        return self


class CorrectionForm(Form):
    """What is right, and why it was wrong."""

    presence = RadioChoiceField(_l("实际情况"), [Required()])
    hours = WholeNumberField(_l("计入学时"), description=_l("不填就按这节课的学时计；请假、缺勤不计。"))
    reason = LongTextField(
        _l("更正原因"), [Required(), MaxLength(200)], description=_l("例如：点名时人在门口接电话，王师傅可以证明。")
    )

    def offer(self) -> "CorrectionForm":
        """Offer every kind of presence."""
        self.presence.choices = [(str(kind), label(kind)) for kind in Presence]
        return self


@dataclass(slots=True)
class Answers:
    """What was ticked and typed on the roll, by seat id; `wrong` names what can't be read."""

    presences: dict[int, Presence] = field(default_factory=dict)
    hours: dict[int, int] = field(default_factory=dict)
    typed: dict[int, str] = field(default_factory=dict)
    wrong: dict[int, str] = field(default_factory=dict)


def read_answers(values: Mapping[str, str], seats: Mapping[int, str], session_hours: int) -> Answers:
    """Read the roll's rows: `presence-<seat>` and, for the late, `hours-<seat>`; `seats` gives names by seat id."""
    answers = Answers()
    for seat_id, name in seats.items():
        said = values.get(f"presence-{seat_id}", "")
        if said not in set(Presence):
            continue
        presence = answers.presences[seat_id] = Presence(said)
        typed = answers.typed[seat_id] = values.get(f"hours-{seat_id}", "").strip()
        if presence is not Presence.LATE or not typed:
            continue
        if typed.isdecimal() and int(typed) <= session_hours:
            answers.hours[seat_id] = int(typed)
        else:
            answers.wrong[seat_id] = _("%(name)s的学时请填 0 到 %(most)s 的整数。", name=name, most=session_hours)
    return answers
