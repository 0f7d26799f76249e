"""Ways on from a person to what is done for them."""

from collections.abc import Iterator

from flask import url_for

from app.classes.models import TrainingClass
from app.kernel.access import Actor, Can
from app.kernel.i18n import _
from app.kernel.navigation import Way, guides
from app.outreach import queries
from app.outreach.rules import CardStatus, RoundStatus
from app.people.models import Person


@guides("class")
def asked_for(row: TrainingClass, by: Actor) -> Iterator[Way]:
    """The requests that a class came of."""
    if by.may(Can.REQUEST_READ) and queries.is_asked_for(row.id):
        yield Way(_("点单"), url_for("outreach.list_requests", class_id=row.id), icon="order")


@guides("person")
def services(person: Person, by: Actor) -> Iterator[Way]:
    """The person's services; and the survey card that still waits for an answer."""
    if by.may(Can.SERVICE_READ):
        yield Way(_("服务记录"), url_for("outreach.show_services", person_id=person.id), icon="phone")
    if by.may(Can.REQUEST_MAKE):
        yield Way(_("替他点单"), url_for("outreach.new_request", person=person.id), icon="order")
    if not by.may(Can.SURVEY_ANSWER):
        return
    for card in queries.cards_of(person.id):
        if card.status == CardStatus.OPEN and card.survey.status == RoundStatus.OPEN:
            yield Way(_("填摸底卡"), url_for("outreach.show_card", card_id=card.id), icon="edit")
