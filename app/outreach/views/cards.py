"""The cards of a round: found, answered, or noted as not reached; after one the next of the village."""

from flask import flash, render_template, request
from werkzeug.wrappers import Response

from app.audit.queries import events_of
from app.kernel import clock
from app.kernel.access import Can, actor, needs
from app.kernel.database import transaction
from app.kernel.errors import DomainError
from app.kernel.forms import error_on
from app.kernel.i18n import _
from app.kernel.paging import paginate
from app.kernel.web import see_other
from app.outreach import queries, service
from app.outreach.forms.surveys import AskedForm, CardFilterForm, NotReachedForm, answer_form, given, question_fields
from app.outreach.models import SurveyCard
from app.outreach.rules import CardStatus, How, NotReached, RoundStatus
from app.outreach.rules.surveys import questions_of
from app.outreach.service import Asked
from app.outreach.views.blueprint import Answer, bp
from app.people.models import WorkStatus


@bp.get("/surveys/<int:round_id>/cards")
@needs(Can.SURVEY_READ)
def list_cards(round_id: int) -> str:
    """The cards behind every number: by village, status, reason, work, wish."""
    by = actor()
    survey = queries.round_for(by, round_id)
    villages = queries.villages_of(by, survey.id)
    form = CardFilterForm(request.args).offer(villages)
    filters = _filters(form)
    return render_template(
        "outreach/list_cards.html",
        survey=survey,
        form=form,
        page=paginate(queries.cards_for(by, survey, filters), request.args.get("page", 1, type=int)),
        filtered=filters != queries.CardFilters(),
        place=queries.region_name(filters.region_code),
        villages=villages,
    )


def _filters(form: CardFilterForm) -> queries.CardFilters:
    """What the address narrows the list by; words nobody knows narrow nothing."""
    status, reason, work = form.status.data, form.reason.data, form.work.data
    before = request.args.get("before", "")
    return queries.CardFilters(
        region_code=form.region.data or "",
        status=CardStatus(status) if status in set(CardStatus) else None,
        reason=NotReached(reason) if reason in set(NotReached) else None,
        work_status=WorkStatus(work) if work in set(WorkStatus) else None,
        wish=form.wish.data or None,
        word=form.word.data or "",
        earlier_id=request.args.get("earlier", 0, type=int),
        earlier_work=WorkStatus(before) if before in set(WorkStatus) else None,
    )


@bp.get("/surveys/cards/<int:card_id>")
@needs(Can.SURVEY_READ)
def show_card(card_id: int) -> str:
    """One person's card, with the form where it may be filled in."""
    return _page(queries.card_for(actor(), card_id))


def _blank(card: SurveyCard) -> AskedForm:
    """The form as it is first shown: what was answered before, else what the register says now."""
    person, questions = card.person, questions_of(card.survey.questions)
    known = {"work_status": person.work_status.value, "willing": person.willing.value, "wish": person.wish_trade}
    before = card.answers or {one.key: known[one.maps] for one in questions if one.maps and one.maps in known}
    form: AskedForm = answer_form(questions)(formdata=None, data=before)
    return form


def _page(card: SurveyCard, form: AskedForm | None = None, missed: NotReachedForm | None = None) -> str:
    questions = questions_of(card.survey.questions)
    form = (form or _blank(card)).offer(card)
    return render_template(
        "outreach/show_card.html",
        card=card,
        form=form,
        fields=question_fields(form, questions),
        questions=questions,
        missed=(missed or NotReachedForm(formdata=None)).offer(card),
        missed_open=missed is not None,
        may_answer=actor().may(Can.SURVEY_ANSWER) and card.survey.status == RoundStatus.OPEN,
        following=queries.next_open(card),
        age=queries.age_of(card.person, clock.today()),
        events=events_of(card),
    )


@bp.post("/surveys/cards/<int:card_id>/answer")
@needs(Can.SURVEY_ANSWER)
def answer_card(card_id: int) -> Answer:
    """Keep what was answered."""
    card = queries.card_for(actor(), card_id)
    questions = questions_of(card.survey.questions)
    form: AskedForm = answer_form(questions)().offer(card)
    if not form.validate():
        return _page(card, form), 422
    try:
        with transaction():
            service.answer(card, given(form, questions), _asked(form), by=actor())
    except DomainError as error:
        error_on(form, error)
        return _page(card, form), error.status
    return _onward(card, _("%(name)s 的卡存好了。", name=card.person.name))


@bp.post("/surveys/cards/<int:card_id>/not-reached")
@needs(Can.SURVEY_ANSWER)
def miss_card(card_id: int) -> Answer:
    """Keep why somebody could not be asked."""
    card = queries.card_for(actor(), card_id)
    form = NotReachedForm().offer(card)
    if not form.validate():
        return _page(card, missed=form), 422
    try:
        with transaction():
            service.not_reached(card, NotReached(form.reason.data), _asked(form), by=actor())
    except DomainError as error:
        error_on(form, error)
        return _page(card, missed=form), error.status
    return _onward(card, _("%(name)s 记作“没联系上”，以后问到了可以再填。", name=card.person.name))


def _asked(form: AskedForm) -> Asked:
    return Asked(form.on.data, How(form.how.data), form.note.data or "", form.seen)


def _onward(card: SurveyCard, done: str) -> Response:
    """To the next card of the village that is still open, else back to the list."""
    flash(done)
    following = queries.next_open(card)
    if following is not None:
        return see_other("outreach.show_card", card_id=following.id)
    flash(_("这个村的卡都办完了。"))
    return see_other("outreach.list_cards", round_id=card.round_id, region=card.region_code)
