"""The auditor's pages tie every fen to a person and a post; verify compares places and lines with the postings."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.audit.queries import events_of
from app.funding import service
from app.funding.models import ClaimLine
from app.funding.queries import tracing
from app.funding.queries.tracing import trace_budget
from app.kernel import clock
from app.kernel.access import SYSTEM, Role
from app.kernel.database import transaction
from app.kernel.errors import Refused
from app.kernel.money import yuan
from app.kernel.sealing import mask_name
from app.ledger import queries as ledger
from app.ledger import service as ledger_service
from app.ledger.queries import differences
from tests.makers import OTHER_COUNTY, make_user
from tests.making import funding as made
from tests.making.funding import Story
from tests.making.ledger import make_quota

SignIn = Callable[[Any], FlaskClient]


def pay(story: Story) -> None:
    """Every transfer of the class's claim confirmed by its receipt."""
    batch = made.requested(story, made.approved(story))
    with clock.at(made.day(made.paying_day(story) + timedelta(days=1))):
        for transfer in batch.transfers:
            service.confirm_transfer(
                transfer,
                receipt_number=f"HD{transfer.id}",
                amount_fen=transfer.amount_fen,
                paid_on=clock.today(),
                by=story.treasury.as_actor(),
            )


@pytest.fixture
def paid(session: Session) -> Story:  # noqa: ARG001  # the story lives inside the test's transaction
    """A class of two, one of whom took up a post, paid in full."""
    story = made.make_class_story(people_count=2, absent=0, order=True)
    made.confirm_placements(story)
    pay(story)
    return story


def test_more_lines_are_traced_than_a_statement_has_places_for(session: Session) -> None:
    assert session
    many = [ClaimLine(id=-n, certificate_id=-n, seat_id=-n) for n in range(1, 65_537)]
    assert len(tracing._traced(many)) == len(many)


def test_every_level_agrees_with_the_ledger_down_to_the_receipt(paid: Story) -> None:
    traced = trace_budget(paid.budget.id)
    assert all(tie.holds for tie in traced.ties), traced.ties
    assert traced.got_fen > 0
    assert traced.tied_fen == traced.got_fen, "everybody has a certificate and a confirmed post"
    assert differences() == []


def test_the_auditor_walks_from_the_budget_to_the_person_the_post_and_the_receipt(paid: Story, sign_in: SignIn) -> None:
    with transaction():
        auditor, other = make_user(Role.AUDITOR), make_user(Role.AUDITOR, area=(OTHER_COUNTY,))
    browser = sign_in(auditor)
    assert f"/budgets/{paid.budget.id}/tracing" in browser.get(f"/budgets/{paid.budget.id}").text
    page = browser.get(f"/budgets/{paid.budget.id}/tracing").text
    assert f"/budgets/{paid.budget.id}/tracing/{paid.row.id}" in page
    assert "对不上" not in page
    people = browser.get(f"/budgets/{paid.budget.id}/tracing/{paid.row.id}").text
    person = paid.seats[0].person
    assert mask_name(person.name) in people
    assert f">{person.name}<" not in people
    assert person.id_number is not None
    assert person.id_number not in people
    assert "回单" in people
    stranger = sign_in(other)
    assert stranger.get(f"/budgets/{paid.budget.id}/tracing").status_code == 404
    assert stranger.get(f"/budgets/{paid.budget.id}/tracing/{paid.row.id}").status_code == 404


def test_the_workbook_is_masked_sums_up_and_is_recorded(paid: Story, sign_in: SignIn) -> None:
    answer = sign_in(make_user(Role.AUDITOR)).post(f"/budgets/{paid.budget.id}/tracing/export")
    assert answer.status_code == 200
    book = openpyxl.load_workbook(BytesIO(answer.data))
    rows: list[list[Any]] = [list(row) for row in book["明细"].iter_rows(values_only=True)]
    traced = trace_budget(paid.budget.id)
    assert round(rows[-1][8] * 100) == traced.got_fen
    assert sum(round(row[8] * 100) for row in rows[1:-1]) == traced.got_fen
    assert paid.seats[0].person.id_number not in str(rows)
    assert mask_name(paid.seats[0].person.name) in {row[3] for row in rows}
    assert all(row[9] and row[10] and row[12] for row in rows[1:-1]), "certificate, post and receipt of each line"
    assert events_of(paid.budget)[-1].action == "tracing exported"


def test_money_without_a_confirmed_post_is_told_apart(session: Session) -> None:
    story = made.make_class_story(people_count=1, absent=0)
    pay(story)
    session.expire_all()
    traced = trace_budget(story.budget.id)
    assert (traced.got_fen > 0, traced.tied_fen) == (True, 0)


CORRUPTIONS = {
    "UPDATE class_places SET reserved_fen = reserved_fen + 1 WHERE class_id = :c": {
        "reserved for class",
        "reserved for places out of budget",
    },
    "UPDATE class_places SET status = 'released' WHERE class_id = :c": {
        "reserved for class",
        "reserved for places out of budget",
    },
}


@pytest.mark.parametrize("statement", list(CORRUPTIONS))
def test_verify_finds_a_place_that_the_postings_do_not_know(session: Session, statement: str) -> None:
    story = made.make_class_story(people_count=2, absent=0)
    assert differences() == []
    session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    session.execute(text("SET LOCAL ROLE NONE"))
    session.execute(text("ALTER TABLE class_places DISABLE TRIGGER USER"))
    session.execute(text(statement), {"c": story.row.id})
    session.expire_all()
    assert {row.what for row in differences()} == CORRUPTIONS[statement]
    assert not all(tie.holds for tie in trace_budget(story.budget.id).ties)


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE claim_lines SET paid_fen = paid_fen - 1", {"paid for lines out of budget"}),
        (
            "UPDATE claim_lines SET status = 'approved', paid_fen = paid_fen - 2",
            {"owed for lines out of budget", "paid for lines out of budget"},
        ),
    ],
)
def test_verify_finds_a_line_that_the_postings_do_not_know(
    paid: Story, session: Session, statement: str, found: set[str]
) -> None:
    assert differences() == []
    session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    session.execute(text("SET LOCAL ROLE NONE"))
    session.execute(text("ALTER TABLE claim_lines DISABLE TRIGGER USER"))
    session.execute(
        text(f"{statement} WHERE class_id = :c AND paid_fen > 0"),
        {"c": paid.row.id},
    )
    session.expire_all()
    assert {row.what for row in differences()} == found


@pytest.mark.usefixtures("session")
def test_nothing_is_asked_of_the_treasury_that_only_a_quota_stands_behind() -> None:
    story = made.make_class_story(people_count=2, absent=0)
    claim = made.approved(story)
    owed = ledger.standing(story.budget).owed_fen
    make_quota(story.budget, owed)
    ledger_service.appropriate(story.budget, -ledger.standing(story.budget).in_hand_fen, by=SYSTEM)
    with pytest.raises(Refused, match=f"还差 {yuan(owed)} 元。等指标下达了再请款"):
        made.batched(story, claim)
    ledger_service.appropriate(story.budget, owed - 1, by=SYSTEM)
    with pytest.raises(Refused, match=r"还差 0\.01 元"):
        made.batched(story, claim)
    ledger_service.appropriate(story.budget, 1, by=SYSTEM)
    assert made.batched(story, claim).total_fen == owed
