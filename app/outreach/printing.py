"""What officers do on a phone, on paper: a village's survey cards, and its service log. Papers are Chinese."""

from collections.abc import Sequence
from typing import Any

from flask_babel import force_locale

from app.accounts.models import User
from app.audit import service as audit
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.database import db
from app.kernel.errors import Refused
from app.kernel.labels import label
from app.kernel.marking import N_
from app.outreach import queries
from app.outreach.models import SurveyCard, SurveyRound
from app.outreach.queries import SheetLine
from app.outreach.rules import NotReached, Question, QuestionKind, ServiceKind, ServiceResult
from app.outreach.rules.surveys import questions_of
from app.papers.printing import render
from app.people.models import Person
from app.regions.models import Region
from app.regions.queries import full_name

MOST_CARDS = 600
SPARE = 8
HINTS = {QuestionKind.NUMBER: "填整数", QuestionKind.DATE: "填日期"}


def print_cards(survey: SurveyRound, village: Region, *, only_open: bool, by: Actor) -> bytes:
    """The survey cards of a village as a PDF; that they were printed, and how many, is recorded."""
    cards = queries.sheet_cards(survey, village.code, only_open=only_open, limit=MOST_CARDS)
    if not cards:
        raise Refused(N_("这个村没有要打印的卡。"))
    with force_locale("zh"):
        content = render("survey-cards", card_facts(survey, village, cards))
    facts = {"village": village.code, "cards": len(cards), "design": "survey-cards"}
    audit.record(survey, "export", by=by, facts=facts)
    db.session.flush()
    return content


def card_facts(survey: SurveyRound, village: Region, cards: Sequence[SurveyCard]) -> dict[str, Any]:
    """What the cards say."""
    return {
        "title": survey.title,
        "village": full_name(village.code),
        "due_on": survey.due_on,
        "printed_on": clock.today(),
        "questions": [_asked(one) for one in questions_of(survey.questions)],
        "reasons": [label(reason) for reason in NotReached],
        "people": [{"number": card.id, **who(card.person)} for card in cards],
    }


def _asked(one: Question) -> dict[str, Any]:
    ways = ["是", "否"] if one.kind is QuestionKind.YES_NO else [words for _value, words in one.choices]
    return {"text": one.text, "ways": ways, "hint": HINTS.get(one.kind, "")}


def who(person: Person) -> dict[str, Any]:
    """A person as papers name them to the officer who goes there."""
    age = queries.age_of(person, clock.today())
    return {"name": person.name, "who": f"{label(person.sex)}，{age} 岁", "phone": person.phone or ""}


def print_log(village: Region, *, by: Actor) -> bytes:
    """The service log of a village as a PDF: whom something is due for, and empty lines; recorded."""
    lines = queries.sheet_people(by, village.code)
    with force_locale("zh"):
        content = render("service-log", log_facts(village, lines, by=by))
    facts = {"village": village.code, "people": len(lines), "design": "service-log"}
    audit.record(db.session.get_one(User, by.user_id), "export", by=by, facts=facts)
    db.session.flush()
    return content


def log_facts(village: Region, lines: Sequence[SheetLine], *, by: Actor) -> dict[str, Any]:
    """What the log sheet says."""
    return {
        "village": full_name(village.code),
        "officer": by.name,
        "printed_on": clock.today(),
        "kinds": [label(kind) for kind in ServiceKind],
        "results": [label(result) for result in ServiceResult],
        "spare": SPARE,
        "people": [{**who(line.person), "why": _why(line)} for line in lines],
    }


def _why(line: SheetLine) -> str:
    return f"{label(line.duty)}（{line.due_on.month}月{line.due_on.day}日前）"
