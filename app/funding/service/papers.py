"""Print what this step puts on paper, and keep it."""

from app.funding.models import Claim, Notice, PaymentBatch
from app.funding.queries.lists import list_facts
from app.funding.queries.sheets import claim_facts, notice_facts, request_facts
from app.kernel.access import Actor
from app.papers.models import Paper
from app.papers.printing import render
from app.papers.service import keep


def print_notice(notice: Notice, *, by: Actor) -> Paper:
    """The notice on paper, for the village board."""
    facts = notice_facts(notice)
    return keep("notice", "notice", facts, render("notice", facts), by=by)


def print_request(batch: PaymentBatch, *, by: Actor) -> Paper:
    """The letter that goes to the treasury."""
    facts = request_facts(batch)
    return keep("funds-request", "funds-request", facts, render("funds-request", facts), by=by)


def funds_list(batch: PaymentBatch) -> bytes:
    """The list for the treasury 资金拨付清单 as a PDF; printed anew each time from the frozen batch."""
    return render("funds-list", list_facts(batch))


def claim_sheet(claim: Claim) -> bytes:
    """The claim sheet as it stands now, as a PDF; printed anew each time, never kept."""
    return render("claim-sheet", claim_facts(claim))
