"""The page of one claim: where it stands, its lines, what is missing, what is next."""

from typing import Any

from flask import render_template, url_for

from app.funding import queries
from app.funding.forms import (
    ContestForm,
    FurtherForm,
    InvoiceForm,
    NoteForm,
    PaperForm,
    ReasonForm,
    WithdrawForm,
    prefixed,
)
from app.funding.models import Claim
from app.funding.queries.meter import Gap, Point, meter
from app.funding.queries.recoveries import recoveries_of_claim
from app.funding.rules import CLAIM_FLOW, ClaimStatus, ClaimStep, LineStatus
from app.funding.service.answering import is_over
from app.funding.service.invoices import INVOICED
from app.funding.views.wording import history, next_words, road
from app.kernel import clock
from app.kernel.access import Actor, Can, actor
from app.kernel.forms import Form
from app.people.queries import row_ids
from app.policies.queries import text

CLAIMANTS = (Can.CLAIM_COMPILE, Can.CLAIM_OWN)
PAGES = {
    "roster": "classes.show_roster",
    "attendance": "attendance.sheet",
    "results": "assessments.marks",
    "certificates": "certificates.show_class",
    "posts": "placements.list_placements",
}
"""The page on which each point of the checklist is mended, by class."""


def page(claim: Claim, open_form: Form | None = None, opened: str = "") -> str:
    """The page of a claim; `open_form` is one that was wrong, `opened` says whose."""
    by = actor()
    given = {opened: open_form} if open_form is not None else {}
    own, classes = is_own(claim, by), queries.classes_of(claim)
    queries.read_people(claim.lines)
    return render_template(
        "funding/show_claim.html",
        claim=claim,
        lines=claim.lines,
        classes=classes,
        class_names={class_.id: class_.name for class_ in classes},
        road=road(claim),
        next_words=next_words(claim),
        history=history(claim),
        duties=queries.duties_of(claim.id),
        notices=queries.notices_of(claim.id),
        recoveries=recoveries_of_claim(claim.id) if actor().may(Can.RECOVERY_READ) else [],
        batches=queries.batches_of(claim.id),
        steps=set(CLAIM_FLOW.open_steps(claim.status)),
        Step=ClaimStep,
        own=own,
        opened=opened,
        **_money_parts(claim, by, own=own),
        **_forms(claim, given),
    )


def is_own(claim: Claim, by: Actor) -> bool:
    """Whether the reader acts for the claimant, or is it."""
    if claim.person_id is not None:
        return by.person_id is not None and by.person_id in row_ids(claim.person_id)
    return by.organization_id == claim.organization_id and any(by.may(one) for one in CLAIMANTS)


def _money_parts(claim: Claim, by: Actor, *, own: bool) -> dict[str, Any]:
    """The cuts, the meter while the claim can still be submitted, the invoice, and meetings that must decide."""
    submitting = own and ClaimStep.SUBMIT in CLAIM_FLOW.open_steps(claim.status)
    waiting = [one for one in claim.further if one["on"] is None]
    return {
        "cuts": [one for one in claim.lines if one.cut_fen and one.status == LineStatus.OPEN],
        "answer_over": claim.status == ClaimStatus.CUT_PROPOSED and is_over(claim),
        "lapsed": by.may(Can.CLAIM_FIRST_REVIEW) and claim.status == ClaimStatus.CUT_PROPOSED and is_over(claim),
        "meter": meter_rows(claim, by) if submitting else [],
        "invoices": queries.invoices_of(claim.id),
        "due_fen": queries.due_fen(claim),
        "invoicing": own and claim.status in INVOICED and claim.person_id is None,
        "further_waits": waiting if by.may(Can.CLAIM_SIGN) and claim.status == ClaimStatus.SECOND_REVIEWED else [],
    }


def _forms(claim: Claim, given: dict[str, Form]) -> dict[str, Any]:
    """The forms of the page, those that were wrong as they were filled in."""
    cuts = [one for one in claim.lines if one.cut_fen and one.status == LineStatus.OPEN]
    blank_invoice = InvoiceForm(formdata=None, amount=queries.due_fen(claim), issued_on=clock.today())
    return {
        "contests": {one.id: given.get(f"cut{one.id}") or prefixed(ContestForm, one, formdata=None) for one in cuts},
        "note_form": given.get("note") or NoteForm(formdata=None),
        "withdraw_form": given.get("withdraw") or WithdrawForm(formdata=None),
        "back_form": given.get("back") or ReasonForm(formdata=None),
        "invoice_form": given.get("invoice") or blank_invoice,
        "cancel_form": given.get("cancel-invoice") or ReasonForm(formdata=None),
        "further_form": given.get("further") or FurtherForm(formdata=None),
        "paper_forms": {key.removeprefix("paper-"): form for key, form in given.items() if key.startswith("paper-")},
        "paper_form": PaperForm(formdata=None),
    }


def meter_rows(claim: Claim, by: Actor) -> list[dict[str, object]]:
    """The meter for the page: each point with what is missing and the link to where it is mended."""
    return [
        {
            "key": point.key,
            "label": text(point.name),
            "evidence": text(point.evidence),
            "done": point.is_done,
            "by_paper": point.by_paper,
            "attached": point.attached,
            "gaps": [{"words": gap.words, "url": _mended_at(point, gap, by)} for gap in point.gaps],
        }
        for point in meter(claim)
    ]


def _mended_at(point: Point, gap: Gap, by: Actor) -> str:
    if point.key == "account":
        return url_for("schools.show_own") if by.may(Can.SCHOOL_MAINTAIN) else ""
    page = PAGES.get(point.key)
    return url_for(page, class_id=gap.class_id) if page and gap.class_id and by.may(Can.CLASS_READ) else ""
