"""Forms of the steps a class takes, and of the posts its people aim at."""

from typing import Any

from app.classes.forms.planning import number_or_none
from app.classes.models import Seat, TrainingClass
from app.classes.queries import (
    POST_OF_ORDER,
    active_seats,
    mode_of_class,
    open_posts,
)
from app.classes.queries.filing import budget_choices
from app.classes.service import Aim
from app.kernel.forms import (
    ChoiceField,
    Form,
    LongTextField,
    MaxLength,
    Required,
    SeenForm,
    TextField,
    WholeNumberField,
)
from app.kernel.i18n import _, _l
from app.kernel.money import yuan
from app.ledger.queries import Standing


class RemarkForm(SeenForm):
    """A step with a remark that may be left out."""

    note = LongTextField(_l("说明"), [MaxLength(400)])


class ReasonForm(SeenForm):
    """A step that needs a reason."""

    reason = LongTextField(_l("原因"), [Required(), MaxLength(400)])


class PostponeForm(ReasonForm):
    """So many days later."""

    days = WholeNumberField(_l("延期几天"), [Required()])


class ApproveForm(SeenForm):
    """Approval: out of which budget, with a remark."""

    budget_id = ChoiceField(_l("从哪个预算预留"), [Required()], coerce=int)
    note = LongTextField(_l("审批意见"), [MaxLength(400)])

    @classmethod
    def of(cls, row: TrainingClass) -> "ApproveForm":
        """The form with the budgets that cover the class, the nearest first."""
        form = cls(data={"version": row.version})
        form.budget_id.choices = [(one.budget.id, _budget_words(one)) for one in budget_choices(row)]
        return form


def _budget_words(one: Standing) -> str:
    words = {"source": one.budget.fund_source, "year": one.budget.year, "fen": yuan(one.available_fen)}
    return _("%(source)s %(year)s 年，可用 %(fen)s 元", **words)


def posts_form(row: TrainingClass) -> Form:
    """One field for each seat: a post of the order, or words, as the mode wants it."""
    seats = active_seats(row.id)
    by_post = mode_of_class(row).post in POST_OF_ORDER
    made: dict[str, Any] = {}
    for seat in seats:
        name = _("%(n)s 号座 %(name)s", n=seat.place_no, name=seat.person.name)
        made[f"seat_{seat.id}"] = (
            ChoiceField(name, coerce=number_or_none) if by_post else TextField(name, [MaxLength(120)])
        )
    kind = type("PostsForm", (Form,), made)
    form: Form = kind(data={f"seat_{seat.id}": seat.post_number if by_post else seat.livelihood for seat in seats})
    if by_post:
        choices = [("", _("还没有定")), *((number, _("%(n)s 号岗", n=number)) for number in open_posts(row))]
        for seat in seats:
            form[f"seat_{seat.id}"].choices = choices
    return form


def aims_of(form: Form, seats: list[Seat]) -> dict[int, Aim]:
    """What was chosen for each seat."""
    found = {}
    for seat in seats:
        value = form[f"seat_{seat.id}"].data
        found[seat.id] = Aim(post_number=value) if isinstance(value, int) else Aim(livelihood=str(value or ""))
    return found
