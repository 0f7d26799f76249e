"""What a bank's answer leaves open, cards confirmed again, recoveries and samples, through the services."""

from datetime import timedelta
from typing import Any

from app.funding import service
from app.funding.models import PaymentBatch
from app.kernel import clock
from tests.making import funding as made


def of_payments(story: made.Story, batch: PaymentBatch) -> dict[str, Any]:
    """Rows of what follows a paid batch, by the name that a URL gives them."""
    with clock.at(made.day(made.paying_day(story) + timedelta(days=2))):
        done = service.apply_answer(
            batch, "坏的一行\n".encode(), serial="PC77", paid_on=clock.today(), by=story.treasury.as_actor()
        )
    return {"row_id": done.not_applied[0].id}
