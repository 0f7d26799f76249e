"""The whole story, from the first account to the last payment, in one transaction."""

from app.accounts.queries import no_account_yet
from app.certificates import service as certificates
from app.certificates.queries import batches_of
from app.certificates.verifying.service import list_revocations
from app.demo.story import certifying
from app.demo.story.arriving import deputyship, offices, organizations
from app.demo.story.asking import homes, requests
from app.demo.story.changing import CHANGING
from app.demo.story.coming_classes import COMING
from app.demo.story.founding import budgets, furnishing, ownership
from app.demo.story.learning import LEARNING
from app.demo.story.listing import pasted_chain
from app.demo.story.offering import later_courses, menu
from app.demo.story.ordering import orders, other_orders
from app.demo.story.past_classes import PAST
from app.demo.story.paying import PAYING
from app.demo.story.planning import coming_plans, plans
from app.demo.story.present_classes import PRESENT
from app.demo.story.reaching import services, survey_rounds
from app.demo.story.recalling import history
from app.demo.story.settling import laborers
from app.demo.story.telling import Tale, tell
from app.demo.story.watching import WATCHED
from app.kernel import clock
from app.kernel.database import transaction

CHAPTERS = (
    offices,
    organizations,
    deputyship,
    laborers,
    history,
    pasted_chain,
    survey_rounds,
    services,
    furnishing,
    ownership,
    budgets,
    orders,
    other_orders,
    menu,
    later_courses,
    plans,
    coming_plans,
    *PAST,
    *PRESENT,
    *COMING,
    *LEARNING,
    *WATCHED,
    *CHANGING,
    *PAYING,
    requests,
    homes,
)


def tell_whole_story() -> int | None:
    """Tell it into a database where nobody has an account yet; how many steps, None where somebody has one. Commits."""
    if not no_account_yet():
        return None
    tale = Tale(now=clock.now())
    with transaction():
        steps = tell(tale, (chapter(tale) for chapter in CHAPTERS))
    _put_away(tale)
    return steps


def _put_away(tale: Tale) -> None:
    """The paid class is archived, its certificates handed over, those revoked listed; the rest is the worker's."""
    row, by = tale.classes["excavators-1"], tale.who("school")
    with transaction(), clock.at(tale.at(-2, 10)):
        certifying.correct_one(tale, row)
    for batch in batches_of(row.id):
        certificates.print_batch(batch.id)
    with transaction(), clock.at(tale.at(-1, 17)):
        certifying.hand_over(tale, row)
        certifying.keep_stock(row, by)
        certifying.know_skill(row, by)
        certificates.archive(row, by=by)
    with transaction():
        list_revocations()
