"""The cards of a round, made in the background; every night for who came or moved since."""

from sqlalchemy import select

from app.kernel import clock
from app.kernel.database import db, transaction
from app.kernel.tasks import tasks
from app.outreach import service
from app.outreach.models import SurveyRound
from app.outreach.rules import RoundStatus
from app.outreach.service.surveys import MAKE_CARDS


@tasks.task(MAKE_CARDS)
def make_cards(round_id: int) -> None:
    """Make the missing cards of one round."""
    with transaction():
        service.make_cards(round_id)


@tasks.periodic("outreach.expire_requests", "30 0 * * *")
def expire_requests() -> None:
    """End the requests whose weeks are gone and nothing came of them."""
    for request_id in service.over(clock.today()):
        with transaction():
            service.expire(request_id)


@tasks.periodic("outreach.tend_rounds", "10 1 * * *")
def tend_rounds() -> None:
    """Make cards for who was registered or moved since, in every open round."""
    open_rounds = select(SurveyRound.id).where(SurveyRound.status == RoundStatus.OPEN).order_by(SurveyRound.id)
    for round_id in list(db.session.scalars(open_rounds)):
        make_cards(round_id)
