"""A round, a card, a whole sheet of cards."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from app.kernel import clock
from app.kernel.forms import (
    CheckboxListField,
    ChoiceField,
    DayField,
    Field,
    Form,
    LongTextField,
    MaxLength,
    RadioChoiceField,
    Required,
    SeenForm,
    TextField,
)
from app.kernel.i18n import _, _l
from app.kernel.labels import label
from app.outreach.models import SurveyCard
from app.outreach.queries import ANY_WISH, Places
from app.outreach.rules import CardStatus, How, Mapped, NotReached, Question, QuestionKind
from app.outreach.rules.surveys import LONGEST_ANSWER, NO, YES, free_questions
from app.outreach.service import NewRound, mapped_question
from app.people.models import Trade, WorkStatus
from app.regions.models import Region

FEW = 6
"""So many choices stand in sight; more go into a list to open."""
SPOKEN = (How.VISIT, How.CALL)


class RoundForm(Form):
    """What a new round asks, where, until when."""

    title = TextField(_l("名称"), [Required(), MaxLength(80)], description=_l("例如：2026 年秋季劳动力摸底"))
    due_on = DayField(_l("哪天以前问完"), [Required()])
    places = CheckboxListField(_l("摸底的地方"), [Required()])
    mapped = CheckboxListField(
        _l("要核对的台账内容"), description=_l("问到的情况会直接更新台账，原来的内容留在历史里。")
    )
    own = LongTextField(
        _l("另外要问的问题"),
        [MaxLength(2000)],
        description=_l(
            "一行一个。是非题在后面写（是否），填数字写（数字），填日期写（日期）；选择题写成“问题：选项一/选项二”。"
        ),
    )

    def offer(self, places: Places) -> "RoundForm":
        """Offer the places right below the region that runs the round."""
        self.places.choices = [(row.code, row.name) for row in places.rows]
        self.mapped.choices = [(one.value, mapped_question(one).text) for one in Mapped]
        return self

    def facts(self, here: Region) -> NewRound:
        """The round as the service takes it."""
        mapped = tuple(mapped_question(Mapped(value)) for value in self.mapped.data or ())
        questions = (*mapped, *free_questions(self.own.data or ""))
        return NewRound(self.title.data, here.code, self.due_on.data, tuple(self.places.data), questions)


class DueForm(SeenForm):
    """Another due date."""

    due_on = DayField(_l("新的截止日期"), [Required()])


class AskedForm(SeenForm):
    """When and how somebody was asked."""

    on = DayField(_l("哪天问的"), [Required()], default=clock.today)
    how = RadioChoiceField(_l("怎么问的"), [Required()], default=How.VISIT.value)
    note = TextField(_l("备注"), [MaxLength(200)])
    FIRST: ClassVar[tuple[str, ...]] = ("on", "how", "note")

    def offer(self, card: SurveyCard) -> Any:
        """Offer the ways of asking; remember which version of the card is shown."""
        self.how.choices = [(how.value, label(how)) for how in SPOKEN]
        if not self.version.data:
            self.version.data = str(card.version)
        return self


class NotReachedForm(AskedForm):
    """Why somebody could not be asked."""

    reason = RadioChoiceField(_l("为什么没问到"), [Required()])

    def offer(self, card: SurveyCard) -> "NotReachedForm":
        """Offer the reasons."""
        super().offer(card)
        self.reason.choices = [(reason.value, label(reason)) for reason in NotReached]
        return self


def _field(question: Question) -> Any:
    pairs = [(YES, _("是")), (NO, _("否"))] if question.kind is QuestionKind.YES_NO else list(question.choices)
    if question.kind in {QuestionKind.TEXT, QuestionKind.NUMBER, QuestionKind.DATE}:
        hints = {QuestionKind.NUMBER: _("填整数"), QuestionKind.DATE: _("例如 2026-03-01")}
        return TextField(question.text, [MaxLength(LONGEST_ANSWER)], description=hints.get(question.kind, ""))
    if len(pairs) <= FEW:
        return RadioChoiceField(question.text, choices=pairs, validate_choice=False)
    return ChoiceField(question.text, choices=[("", "—"), *pairs], validate_choice=False)


def answer_form(questions: Iterable[Question]) -> type[AskedForm]:
    """The form of one card: a field for every question; what is wrong is said by the rules."""
    fields = {question.key: _field(question) for question in questions}
    return type("AnswerForm", (AskedForm,), fields)


def given(form: AskedForm, questions: Iterable[Question]) -> dict[str, str]:
    """What was typed and ticked, by question."""
    return {question.key: str(form[question.key].data or "") for question in questions}


def question_fields(form: AskedForm, questions: Iterable[Question]) -> list[Field]:
    """The fields of the questions, in their order."""
    return [form[question.key] for question in questions]


class CardFilterForm(Form):
    """What narrows the cards."""

    class Meta(Form.Meta):
        """A filter changes nothing, so it needs no token."""

        csrf = False

    word = TextField(_l("姓名"))
    region = ChoiceField(_l("村（社区）"), validate_choice=False)
    status = ChoiceField(_l("状态"), validate_choice=False)
    reason = ChoiceField(_l("没问到的原因"), validate_choice=False)
    work = ChoiceField(_l("现在做什么"), validate_choice=False)
    wish = ChoiceField(_l("想学什么"), validate_choice=False)

    def offer(self, villages: Sequence[Region]) -> "CardFilterForm":
        """Offer everything a list can be narrowed by."""
        anything = ("", _("全部"))
        self.region.choices = [anything, *((row.code, row.name) for row in villages)]
        self.status.choices = [anything, *((one.value, label(one)) for one in CardStatus)]
        self.reason.choices = [anything, *((one.value, label(one)) for one in NotReached)]
        self.work.choices = [anything, *((one.value, label(one)) for one in WorkStatus)]
        self.wish.choices = [anything, (ANY_WISH, _("有想学的")), *((one.value, label(one)) for one in Trade)]
        return self


def sheet_answers(form: Mapping[str, str], card_id: int, questions: Iterable[Question]) -> dict[str, str]:
    """What was typed for one card of a sheet; empty where the row was left empty."""
    typed = {question.key: form.get(f"{card_id}-{question.key}", "").strip() for question in questions}
    return {key: text for key, text in typed.items() if text}
