"""A skill-level certificate of another body, as it was shown."""

from collections.abc import Sequence

from flask_wtf.file import FileField

from app.classes.models import Seat
from app.kernel.forms import ChoiceField, DayField, Form, MaxLength, Required, TextField
from app.kernel.i18n import _, _l
from app.occupations.queries import all_occupations, level_words


class SkillForm(Form):
    """What stands on it."""

    seat_id = ChoiceField(_l("学员"), [Required()], coerce=int, choices=[])
    number = TextField(
        _l("证书编号"),
        [Required(), MaxLength(40)],
        description=_l("22 位，印在证书上；和我们发的培训合格证书不是一回事。"),
    )
    body_name = TextField(_l("评价机构"), [Required(), MaxLength(80)], description=_l("照证书上盖章的单位写。"))
    occupation_id = ChoiceField(_l("职业（工种）"), [Required()], coerce=int, choices=[])
    level = ChoiceField(_l("等级"), [Required()], coerce=int, choices=[])
    issued_on = DayField(_l("发证日期"), [Required()])
    scan = FileField(_l("证书照片或 PDF"), [Required()])

    def offer(self, seats: Sequence[Seat]) -> "SkillForm":
        """Offer the trainees of a class, every occupation and every level."""
        self.seat_id.choices = [(seat.id, seat.person.name) for seat in seats]
        self.occupation_id.choices = [(one.id, f"{one.name_zh}（{one.code}）") for one in all_occupations()]
        self.level.choices = [*((level, level_words(level)) for level in (5, 4, 3, 2, 1)), (0, _("特级技师"))]
        return self


class StrikeOutForm(Form):
    """Why a record was wrong."""

    reason = TextField(_l("登记错在哪里"), [Required(), MaxLength(200)])


class WordForm(Form):
    """What narrows the list."""

    class Meta(Form.Meta):
        """A filter changes nothing, so it needs no token."""

        csrf = False

    word = TextField(_l("姓名或编号"))
