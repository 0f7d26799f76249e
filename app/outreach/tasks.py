"""The cards of a round, made in the background; every night for who came or moved since."""

from sqlalchemy import select

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


@tasks.periodic("outreach.tend_rounds", "10 1 * * *")
def tend_rounds() -> None:
    """Make cards for who was registered or moved since, in every open round."""
    open_rounds = select(SurveyRound.id).where(SurveyRound.status == RoundStatus.OPEN).order_by(SurveyRound.id)
    for round_id in list(db.session.scalars(open_rounds)):
        make_cards(round_id)
