"""The roll of one half-day, and the correction of one entry."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from flask_wtf.file import FileField
from wtforms import HiddenField

from app.attendance.rules import BY_TEACHER, Method, Presence, Way
from app.kernel.forms import Form, LongTextField, MaxLength, RadioChoiceField, Required, TextField, WholeNumberField
from app.kernel.i18n import _, _l
from app.kernel.labels import label


class RollForm(Form):
    """How presence was taken; who was there is read beside it, by seat."""

    method = RadioChoiceField(_l("怎么点的名"), [Required()], default=str(Method.ROLL_CALL))
    witness = TextField(
        _l("见证人姓名"), [MaxLength(60)], description=_l("按手印时填：看着他按手印的另一个人，例如村干部。")
    )
    photo = FileField(_l("签到表照片"), description=_l("补录纸质签到表时上传，JPG、PNG 或 PDF。"))
    code = TextField(_l("纸上的编码"), [MaxLength(20)], description=_l("照片上的二维码读不出来时再填，在纸的右下角。"))

    def offer(self, methods: Iterable[Method]) -> "RollForm":
        """Offer these ways."""
        self.method.choices = [(str(method), label(method)) for method in methods]
        return self


class CallForm(Form):
    """How those who are ticked were taken down at one moment."""

    way = RadioChoiceField(_l("怎么记"), [Required()], default=str(Way.ROLL_CALL))
    witness = TextField(_l("见证人姓名"), [MaxLength(60)], description=_l("按手印时填：看着他按手印的另一个人。"))

    def offer(self, ways: Collection[Way]) -> "CallForm":
        """Offer what a teacher may take down at the spot, of the class's ways."""
        offered = [way for way in BY_TEACHER if way is not Way.PAPER and way in ways]
        self.way.choices = [(str(way), label(way)) for way in offered]
        if offered and self.way.data not in offered:
            self.way.data = str(offered[0])
        return self


class ReadCodeForm(Form):
    """A trainee's own code, read by the camera or typed."""

    code = TextField(
        _l("学员的签到码"), [Required(), MaxLength(60)], description=_l("6 位，在学员手机上或者签到卡上。")
    )
    client_key = HiddenField()


class OwnCodeForm(Form):
    """Who somebody is without a phone number of their own."""

    last_four = TextField(_l("身份证号后四位"), [Required(), MaxLength(4)])
    code = TextField(_l("我的签到码"), [Required(), MaxLength(20)], description=_l("6 位，印在发给您的签到卡上。"))


class AnswerForm(Form):
    """What the second person says to a correction."""

    note = LongTextField(_l("说明"), [MaxLength(200)])


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
