"""Rounds: opened by who runs them, followed by everybody who has villages in them."""

from collections.abc import Callable

from flask import flash, render_template, request
from werkzeug.wrappers import Response

from app.audit.queries import events_of
from app.kernel.access import Can, actor, needs
from app.kernel.database import transaction
from app.kernel.errors import DomainError, NotFound
from app.kernel.forms import error_on
from app.kernel.i18n import _
from app.kernel.paging import paginate
from app.kernel.web import see_other
from app.outreach import queries, service
from app.outreach.forms.surveys import DueForm, RoundForm
from app.outreach.models import SurveyRound
from app.outreach.rules import ROUND_FLOW, Coverage, Mapped, RoundStatus
from app.outreach.rules.surveys import questions_of
from app.outreach.views.blueprint import Answer, bp
from app.regions.models import Region


@bp.get("/surveys")
@needs(Can.SURVEY_READ)
def list_rounds() -> str:
    """The rounds a person runs or has villages in."""
    by = actor()
    page = paginate(queries.rounds_for(by), request.args.get("page", 1, type=int))
    return render_template(
        "outreach/list_rounds.html",
        page=page,
        coverage=queries.coverage_of_rounds([row.id for row in page.items], by.area),
        nothing=Coverage(),
        may_run=by.may(Can.SURVEY_RUN),
    )


def _running_from() -> tuple[Region, queries.Places]:
    """The region a new round is run from: the one in the address, else the first of one's area; and what lies below."""
    by = actor()
    code = request.args.get("region", "") or (by.area[0] if by.area else "")
    places = queries.places_for(by, code)
    if places.here is None:
        raise NotFound
    return places.here, places


@bp.get("/surveys/new")
@needs(Can.SURVEY_RUN)
def new_round() -> str:
    """The form of a new round."""
    here, places = _running_from()
    form = RoundForm(formdata=None, mapped=[one.value for one in Mapped]).offer(places)
    return render_template("outreach/new_round.html", form=form, here=here, places=places)


@bp.post("/surveys/new")
@needs(Can.SURVEY_RUN)
def draft_round() -> Answer:
    """Draft a round."""
    here, places = _running_from()
    form = RoundForm().offer(places)
    if form.validate():
        try:
            with transaction():
                survey = service.draft_round(form.facts(here), by=actor())
        except DomainError as error:
            error.field = {"questions": "own"}.get(error.field or "", error.field)
            error_on(form, error)
        else:
            flash(_("摸底准备好了。看一遍问题，没有错就可以开始。"))
            return see_other("outreach.show_round", round_id=survey.id)
    return render_template("outreach/new_round.html", form=form, here=here, places=places), 422


@bp.get("/surveys/<int:round_id>")
@needs(Can.SURVEY_READ)
def show_round(round_id: int) -> str:
    """How far a round has come, by the places below the region looked at; who was not reached, and why."""
    return _page(queries.round_for(actor(), round_id))


def _page(survey: SurveyRound, due: DueForm | None = None) -> str:
    by = actor()
    places = queries.places_for(by, request.args.get("region", ""))
    by_village = queries.coverage_by_village(survey, places.area)
    rows = [(row, part) for row, part in places.roll_up(by_village, Coverage()) if part.total]
    return render_template(
        "outreach/show_round.html",
        survey=survey,
        questions=questions_of(survey.questions),
        places=places,
        rows=rows,
        total=sum((part for _row, part in rows), Coverage()),
        reasons=queries.reasons_in(survey, places.area),
        villages=queries.villages_of(by, survey.id),
        others=queries.comparable(by, survey),
        runs=queries.runs(by, survey),
        steps=[step.value for step in ROUND_FLOW.open_steps(survey.status)],
        due=due or DueForm(formdata=None, data={"due_on": survey.due_on, "version": survey.version}),
        events=events_of(survey),
    )


def _step(round_id: int, act: Callable[[SurveyRound], object], done: str) -> Response:
    survey = queries.round_for(actor(), round_id)
    with transaction():
        act(survey)
    flash(done)
    return see_other("outreach.show_round", round_id=survey.id)


@bp.post("/surveys/<int:round_id>/open")
@needs(Can.SURVEY_RUN)
def open_round(round_id: int) -> Response:
    """Open a drafted round."""
    done = _("摸底开始了。每人一张卡正在生成，人多的要等一两分钟。")
    return _step(round_id, lambda survey: service.open_round(survey, by=actor()), done)


@bp.post("/surveys/<int:round_id>/close")
@needs(Can.SURVEY_RUN)
def close_round(round_id: int) -> Response:
    """Close a round."""
    return _step(
        round_id, lambda survey: service.close_round(survey, by=actor()), _("摸底已结束，可以跟别的轮次对比。")
    )


@bp.post("/surveys/<int:round_id>/cards")
@needs(Can.SURVEY_ANSWER, Can.SURVEY_RUN)
def ask_cards(round_id: int) -> Response:
    """Look for people who have no card yet."""
    done = _("正在补新登记、新迁入的人的卡，稍后刷新就能看到。")
    return _step(round_id, lambda survey: service.ask_cards(survey, by=actor()), done)


@bp.post("/surveys/<int:round_id>/due")
@needs(Can.SURVEY_RUN)
def move_due(round_id: int) -> Answer:
    """Give an open round, or a closed one that opens again, another due date."""
    survey, form = queries.round_for(actor(), round_id), DueForm()
    if not form.validate():
        return _page(survey, form), 422
    try:
        with transaction():
            if survey.status == RoundStatus.CLOSED:
                service.reopen_round(survey, due_on=form.due_on.data, by=actor())
            else:
                service.move_due(survey, form.due_on.data, by=actor())
    except DomainError as error:
        error_on(form, error)
        return _page(survey, form), error.status
    flash(_("截止日期改好了。"))
    return see_other("outreach.show_round", round_id=survey.id)
