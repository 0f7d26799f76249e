"""Type in a whole sheet at once: every row is checked, every fault is shown at its row, all rows are kept or none."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import NAMESPACE_OID, uuid5

from flask import flash, render_template, request

from app.kernel import clock
from app.kernel.access import Actor, Can, actor, needs
from app.kernel.database import db, transaction
from app.kernel.errors import DomainError
from app.kernel.i18n import _
from app.kernel.web import see_other
from app.outreach import queries, service
from app.outreach.forms.surveys import sheet_answers
from app.outreach.models import SurveyCard, SurveyRound
from app.outreach.rules import How, NotReached, Question, ServiceKind, ServiceResult
from app.outreach.rules.surveys import questions_of
from app.outreach.service import Asked, NewService
from app.outreach.views.blueprint import Answer, bp
from app.outreach.views.papers import own_villages, village_among
from app.regions.models import Region

ROWS = 30
"""Rows of a sheet on one page."""


@dataclass
class Typed:
    """What became of a sheet: how many rows are good, and the fault of each that is not, by row."""

    good: int = 0
    faults: dict[int, str] = field(default_factory=dict)


class Faulty(Exception):  # it says what the sheet is
    """Some rows are wrong: nothing of the sheet is kept."""


def _words(error: DomainError) -> str:
    return _(error.message) if isinstance(error.message, str) else str(error.message)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text) if text else clock.today()
    except ValueError as error:
        raise DomainError(_("日期写成 2026-03-01 这样。")) from error


@bp.get("/surveys/<int:round_id>/sheet")
@needs(Can.SURVEY_ANSWER)
def card_sheet(round_id: int) -> str:
    """The open cards of a village as rows to type in."""
    survey = queries.round_for(actor(), round_id)
    return _card_page(survey, _village_of(survey), Typed())


def _village_of(survey: SurveyRound) -> Region:
    return village_among(list(queries.villages_of(actor(), survey.id)), request.values.get("village", ""))


def _card_page(survey: SurveyRound, village: Region, typed: Typed) -> str:
    return render_template(
        "outreach/card_sheet.html",
        survey=survey,
        village=village,
        villages=queries.villages_of(actor(), survey.id),
        questions=questions_of(survey.questions),
        cards=_sheet(survey, village),
        reasons=list(NotReached),
        faults=typed.faults,
        form=request.form,
        today=clock.today(),
    )


def _sheet(survey: SurveyRound, village: Region) -> Sequence[SurveyCard]:
    return queries.sheet_cards(survey, village.code, only_open=True, limit=ROWS)


@bp.post("/surveys/<int:round_id>/sheet")
@needs(Can.SURVEY_ANSWER)
def type_cards(round_id: int) -> Answer:
    """Keep a sheet of cards."""
    survey = queries.round_for(actor(), round_id)
    village, typed = _village_of(survey), Typed()
    try:
        with transaction():
            _keep_cards(_sheet(survey, village), questions_of(survey.questions), typed, actor())
    except Faulty:
        return _card_page(survey, village, typed), 422
    flash(_("补录了 %(n)s 张卡。", n=typed.good))
    return see_other("outreach.card_sheet", round_id=survey.id, village=village.code)


def _keep_cards(cards: Sequence[SurveyCard], questions: Sequence[Question], typed: Typed, by: Actor) -> None:
    for card in cards:
        given = sheet_answers(request.form, card.id, questions)
        reason = request.form.get(f"{card.id}-reason", "")
        if not given and not reason:
            continue
        try:
            with db.session.begin_nested():
                _keep_card(card, given, reason, by)
            typed.good += 1
        except DomainError as error:
            asked = {one.key: one.text for one in questions}.get(error.field or "", "")
            typed.faults[card.id] = f"{asked}：{_words(error)}" if asked else _words(error)
    if typed.faults:
        raise Faulty


def _keep_card(card: SurveyCard, given: dict[str, str], reason: str, by: Actor) -> None:
    note = request.form.get(f"{card.id}-note", "")[:200]
    asked = Asked(_day(request.form.get(f"{card.id}-on", "")), How.SHEET, note, card.version)
    if given and reason:
        raise DomainError(_("又有回答，又写了“没联系上”，请留一样。"))
    if reason and reason not in set(NotReached):
        raise DomainError(_("请在选项里选一个。"))
    if reason:
        service.not_reached(card, NotReached(reason), asked, by=by)
    else:
        service.answer(card, given, asked, by=by)


@bp.get("/services/sheet")
@needs(Can.SERVICE_WRITE)
def service_sheet() -> str:
    """A village's service log as rows to type in."""
    return _service_page(village_among(own_villages(), request.values.get("village", "")), Typed())


def _service_page(village: Region, typed: Typed) -> str:
    return render_template(
        "outreach/service_sheet.html",
        village=village,
        villages=own_villages(),
        lines=queries.sheet_people(actor(), village.code),
        kinds=list(ServiceKind),
        results=list(ServiceResult),
        faults=typed.faults,
        form=request.form,
        today=clock.today(),
    )


@bp.post("/services/sheet")
@needs(Can.SERVICE_WRITE)
def type_services() -> Answer:
    """Keep a sheet of services."""
    village, typed = village_among(own_villages(), request.values.get("village", "")), Typed()
    try:
        with transaction():
            _keep_services(queries.sheet_people(actor(), village.code), typed, actor())
    except Faulty:
        return _service_page(village, typed), 422
    flash(_("补录了 %(n)s 条服务。", n=typed.good))
    return see_other("outreach.service_sheet", village=village.code)


def _keep_services(lines: Sequence[queries.SheetLine], typed: Typed, by: Actor) -> None:
    for line in lines:
        row = {name: request.form.get(f"{line.person.id}-{name}", "").strip() for name in ("kind", "result", "about")}
        if not any(row.values()):
            continue
        try:
            with db.session.begin_nested():
                service.note_service(line.person, _service(line.person.id, row), by=by)
            typed.good += 1
        except DomainError as error:
            typed.faults[line.person.id] = _words(error)
    if typed.faults:
        raise Faulty


def _service(person_id: int, row: dict[str, str]) -> NewService:
    if row["kind"] not in set(ServiceKind) or row["result"] not in set(ServiceResult):
        raise DomainError(_("做了什么、结果怎样，两样都要选。"))
    day = _day(request.form.get(f"{person_id}-on", ""))
    kind, result = ServiceKind(row["kind"]), ServiceResult(row["result"])
    key = uuid5(NAMESPACE_OID, f"{request.form.get('submission', '')}:{person_id}:{actor().key}")
    return NewService(kind, result, day, row["about"][:80], how=How.SHEET, client_key=key)
