"""Several classes in one claim; what of the checklist is missing; cuts that lapse, invoices, meetings that decide."""

import io
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.funding import queries, service
from app.funding.models import Claim, LineDecision
from app.funding.queries.meter import meter
from app.funding.rules import ClaimStatus, CutAnswer, Duty, LineStatus
from app.kernel import clock
from app.kernel.access import Actor, Role
from app.kernel.database import transaction
from app.kernel.errors import Conflict, DomainError, Forbidden, Refused
from app.ledger import queries as ledger
from app.ledger.models import Pot
from app.policies import queries as policies
from app.policies.rules.facts_io import from_json
from app.policies.rules.said import Named
from app.policies.rules.tables import ReviewRow
from tests.makers import make_user
from tests.making import classes as class_makers
from tests.making import funding as made
from tests.making.ledger import make_budget


def photo() -> bytes:
    """A picture small enough to upload."""
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "white").save(out, "PNG")
    return out.getvalue()


def at_once(session: Session, statement: Any, **params: Any) -> None:
    """A statement whose laws are judged at once."""
    session.execute(statement, params)
    session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))


def cut_to_the_school(story: made.Story, claim: Claim) -> Any:
    """One yuan off the first line, proposed to the school."""
    line, first = claim.lines[0], story.first.as_actor()
    with clock.at(made.day(story.claimed + timedelta(days=1))):
        service.cut_line(line, amount_fen=100, reason="多算了一元", clause="第五条", by=first)
        service.pass_clean(claim, by=first)
        service.finish_first_review(claim, by=first)
    return line


@pytest.mark.usefixtures("session")
def test_two_classes_go_in_one_claim_and_each_line_keeps_its_own() -> None:
    one = made.make_class_story(people_count=2, absent=0)
    two = made.make_class_story(people_count=3, absent=1, beside=one)
    claim = made.submitted(one, two)
    assert [class_.id for class_ in queries.classes_of(claim)] == [one.row.id, two.row.id]
    assert {line.class_id for line in claim.lines} == {one.row.id, two.row.id}
    assert claim.people == 4
    assert "2 个班" in claim.name
    assert claim.snapshot is not None
    assert claim.snapshot["classes"] == [one.row.id, two.row.id]
    for story in (one, two):
        assert queries.claim_of_class(story.row.id) is claim
        with pytest.raises(Conflict, match=claim.number):
            service.compile_claim(story.row, by=one.at.by)


@pytest.mark.usefixtures("session")
def test_a_claim_of_two_classes_owes_and_releases_the_places_of_both() -> None:
    one = made.make_class_story(people_count=2, absent=0)
    two = made.make_class_story(people_count=3, absent=1, beside=one)
    claim = made.submitted(one, two)
    whole = made.Story(**{**vars(one), "ended": two.ended})
    made.approved(whole, claim)
    balances = ledger.balances(one.budget.id)
    assert balances[Pot.OWED] == claim.amount_fen == sum(line.asked_fen for line in claim.lines)
    assert balances[Pot.RESERVED] == 0
    assert {line.status for line in claim.asking} == {LineStatus.APPROVED}


@pytest.mark.usefixtures("session")
def test_classes_of_two_schools_do_not_go_together() -> None:
    one, two = made.make_class_story(people_count=1, absent=0), made.make_class_story(people_count=1, absent=0)
    with pytest.raises(Forbidden):
        service.compile_claim(one.row, two.row, by=one.at.by)
    with pytest.raises(DomainError, match="至少勾选"):
        service.compile_claim(by=one.at.by)


def test_classes_of_two_budgets_do_not_go_together(session: Session) -> None:
    one = made.make_class_story(people_count=1, absent=0)
    two = made.make_class_story(people_count=1, absent=0, beside=one)
    two.row.budget_id = make_budget(1, year=made.YEAR + 1).id
    session.flush()
    with clock.at(made.day(two.claimed)), pytest.raises(DomainError, match="预算不同"):
        service.compile_claim(one.row, two.row, by=one.at.by)


def test_a_class_in_two_claims_is_refused_by_the_database(session: Session) -> None:
    one = made.make_class_story(people_count=1, absent=0)
    two = made.make_class_story(people_count=1, absent=0, beside=one)
    with clock.at(made.day(two.claimed)):
        mine = service.compile_claim(one.row, by=one.at.by)
        service.compile_claim(two.row, by=one.at.by)
    again = text("INSERT INTO claim_classes (claim_id, class_id, whole, standing) VALUES (:c, :k, :w, true)")
    with pytest.raises(DBAPIError, match="uq_claims_class_active"), session.begin_nested():
        session.execute(again, {"c": mine.id, "k": two.row.id, "w": True})
    with pytest.raises(DBAPIError, match="does not stand as its claim"), session.begin_nested():
        at_once(session, again, c=mine.id, k=two.row.id, w=False)
    moved = text("UPDATE claim_lines SET class_id = :k WHERE claim_id = :c")
    with pytest.raises(DBAPIError, match="fk_claim_lines_claim_class"), session.begin_nested():
        session.execute(moved, {"c": mine.id, "k": two.row.id})


@pytest.mark.usefixtures("session")
def test_a_withdrawn_claim_frees_each_of_its_classes() -> None:
    one = made.make_class_story(people_count=1, absent=0)
    two = made.make_class_story(people_count=1, absent=0, beside=one)
    claim = made.submitted(one, two)
    service.withdraw_claim(claim, by=one.at.by, reason="分开申领")
    with clock.at(made.day(two.claimed)):
        assert [one.row.id] == [k.id for k in queries.classes_of(service.compile_claim(one.row, by=one.at.by))]
        assert service.compile_claim(two.row, by=one.at.by).status == ClaimStatus.DRAFT
    made.laws_hold()


@pytest.mark.usefixtures("session")
def test_a_line_keeps_every_fact_that_its_amount_came_from() -> None:
    story = made.make_class_story(people_count=2, absent=0, order=True)
    made.confirm_placements(story)
    line = made.submitted(story).lines[0]
    kept = line.quote["facts"]
    facts = from_json(kept["line"])
    assert kept["policy_sha256"] == policies.pack_row_by_id(line.claim.policy_pack_id).sha256
    assert (facts.passed, facts.employed_on is not None, facts.filed_on) == (True, True, story.row.filed_on)
    assert facts.in_class is not None
    assert (facts.in_class.trainees, facts.in_class.certified, facts.in_class.employed) == (2, 2, 2)


# --- the meter ------------------------------------------------------------------------------------------------------


def also_asking(monkeypatch: pytest.MonkeyPatch, claim: Claim) -> None:
    """A policy whose checklist also asks for a paper that nothing recorded stands in for."""
    pack = policies.pack_by_id(claim.policy_pack_id)
    letter = replace(pack.checklist[0], key="promise", name=Named("承诺书"))
    monkeypatch.setattr(policies, "pack_by_id", lambda _id: replace(pack, checklist=(*pack.checklist, letter)))


def test_an_incomplete_claim_says_what_is_missing_and_is_not_submitted(session: Session, sign_in: Any) -> None:
    with transaction():
        story = made.make_class_story(people_count=2, absent=0)
        with clock.at(made.day(story.claimed)):
            claim = service.compile_claim(story.row, by=story.at.by)
        session.execute(text("DELETE FROM placements WHERE seat_id = :s"), {"s": story.seats[0].id})
    session.expire_all()
    assert [point.key for point in meter(claim) if not point.is_done] == ["posts"]
    school = sign_in(story.at.clerk)
    page = school.get(f"/claims/{claim.id}").text
    assert "材料齐全度" in page
    assert "1 人没有岗位" in page
    assert f'href="/placements?class_id={story.row.id}"' in page
    with clock.at(made.day(story.claimed)):
        answer = school.post(f"/claims/{claim.id}/submit", data={})
    assert (answer.status_code, "材料不齐" in answer.text) == (422, True)


def test_a_paper_that_nothing_recorded_stands_in_for_is_uploaded(
    session: Session, sign_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with transaction():
        story = made.make_class_story(people_count=1, absent=0)
        other = class_makers.make_school_set()
        with clock.at(made.day(story.claimed)):
            claim = service.compile_claim(story.row, by=story.at.by)
    session.expire_all()
    also_asking(monkeypatch, claim)
    where = f"/claims/{claim.id}/papers/promise"
    stranger = sign_in(other.clerk)
    assert stranger.get(f"/claims/{claim.id}").status_code == 404
    assert stranger.post(where, data={"file": (io.BytesIO(photo()), "promise.png")}).status_code == 404
    with clock.at(made.day(story.claimed)):
        with pytest.raises(Refused, match="承诺书：还没有上传"):
            service.submit(claim, by=story.at.by)
        school = sign_in(story.at.clerk)
        assert "承诺书" in school.get(f"/claims/{claim.id}").text
        assert school.post(where, data={}).status_code == 422
        assert school.post(where, data={"file": (io.BytesIO(photo()), "promise.png")}).status_code == 303
        recorded = f"/claims/{claim.id}/papers/roster"
        assert school.post(recorded, data={"file": (io.BytesIO(photo()), "x.png")}).status_code == 404
        assert school.post(f"/claims/{claim.id}/submit", data={}).status_code == 303
    session.expire_all()
    snapshot = session.get_one(Claim, claim.id).snapshot
    assert snapshot is not None
    assert [key for key, _upload in snapshot["papers"]] == ["promise"]


# --- cuts -----------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("session")
def test_a_cut_left_unanswered_lapses_only_after_its_days() -> None:
    story = made.make_class_story(people_count=2, absent=0)
    claim = made.submitted(story)
    line, first = cut_to_the_school(story, claim), story.first.as_actor()
    assert claim.review_due_on is not None
    with clock.at(made.day(claim.review_due_on)), pytest.raises(Refused, match="期限还没有到"):
        service.lapse_cuts(claim, by=first)
    with clock.at(made.day(claim.review_due_on + timedelta(days=1))):
        with pytest.raises(Refused, match="期限已经过了"):
            service.answer_cut(line, agree=False, words="太晚了", by=story.at.by)
        with pytest.raises(Refused, match="开班申报"):
            service.lapse_cuts(claim, by=Actor(story.at.by.key, "x", first.roles, first.area))
        assert service.lapse_cuts(claim, by=first) == ClaimStatus.FIRST_REVIEWED
    assert (line.cut_answer, line.amount_fen) == (CutAnswer.LAPSED, line.asked_fen - 100)


def test_a_cut_without_its_clause_is_refused_by_service_and_database(session: Session) -> None:
    story = made.make_class_story(people_count=1, absent=0)
    line, first = made.submitted(story).lines[0], story.first.as_actor()
    with pytest.raises(DomainError, match="哪一条"):
        service.cut_line(line, amount_fen=1, reason="少一分", clause=" ", by=first)
    with pytest.raises(DomainError, match="哪一条"):
        service.return_line(line, reason="缺材料", by=first)
    with pytest.raises(DomainError, match="哪一条"):
        service.reject_line(line, reason="没来", by=first)
    bare = text("UPDATE claim_lines SET cut_fen = 1, cut_reason = 'x' WHERE id = :l")
    with pytest.raises(DBAPIError, match="cut_with_reason"), session.begin_nested():
        session.execute(bare, {"l": line.id})
    past = text("UPDATE claim_lines SET cut_fen = 1, cut_reason = 'x', cut_clause = 'y' WHERE id = :l")
    with pytest.raises(DBAPIError, match="without a decision"), session.begin_nested():
        at_once(session, past, l=line.id)
    service.cut_line(line, amount_fen=1, reason="少一分", clause="第五条", by=first)
    told = session.query(LineDecision).filter_by(line_id=line.id).one()
    assert (told.reason, told.clause, told.amount_fen, told.by_key) == ("少一分", "第五条", 1, first.key)
    for statement in ("UPDATE line_decisions SET clause = ''", "DELETE FROM line_decisions"):
        with pytest.raises(DBAPIError), session.begin_nested():
            session.execute(text(statement))


@pytest.mark.usefixtures("session")
def test_clean_lines_pass_at_once_or_only_those_that_are_named_and_a_second_click_changes_nothing() -> None:
    story = made.make_class_story(people_count=3, absent=0)
    claim, first = made.submitted(story), story.first.as_actor()
    assert service.pass_clean(claim, only={claim.lines[0].id}, by=first) == 1
    assert [line.first_passed for line in claim.lines] == [True, False, False]
    assert service.pass_clean(claim, by=first) == 2
    assert service.pass_clean(claim, by=first) == 0
    service.pass_line(claim.lines[0], by=first)
    assert service.finish_first_review(claim, by=first) == ClaimStatus.FIRST_REVIEWED
    with pytest.raises(Refused):
        service.finish_first_review(claim, by=first)


# --- invoices -------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("session")
def test_after_a_cut_nothing_goes_to_the_school_before_its_invoice() -> None:
    story = made.make_class_story(people_count=2, absent=0)
    claim, school, second = made.submitted(story), story.at.by, story.second.as_actor()
    line = cut_to_the_school(story, claim)
    with clock.at(made.day(story.claimed + timedelta(days=2))):
        service.answer_cut(line, agree=True, by=school)
        service.pass_clean(claim, by=second)
        service.finish_second_review(claim, by=second)
        service.sign(claim, by=story.signer.as_actor())
        notice = service.publish_notice(claim, by=second)
    with clock.at(made.day(notice.until_on + timedelta(days=1))):
        service.close_notice(notice, by=second)
    with pytest.raises(Refused, match="还没有开票"):
        made.batched(story, claim)
    with clock.at(made.day(made.paying_day(story))):
        left, day = queries.due_fen(claim), clock.today()
        service.record_invoice(claim, number="24432000000012345678", issued_on=day, amount_fen=left, by=school)
    assert made.batched(story, claim).total_fen == claim.amount_fen


def test_after_a_cut_the_school_invoices_what_was_left(session: Session) -> None:
    story = made.make_class_story(people_count=2, absent=0)
    claim, school = made.submitted(story), story.at.by
    line = cut_to_the_school(story, claim)
    told: dict[str, Any] = {"number": "24432000000012345678", "issued_on": story.claimed}
    with clock.at(made.day(story.claimed + timedelta(days=2))):
        service.answer_cut(line, agree=True, by=school)
        with pytest.raises(Refused, match="签批以后才开票"):
            service.record_invoice(claim, **told, amount_fen=claim.amount_fen, by=school)
        second = story.second.as_actor()
        service.pass_clean(claim, by=second)
        service.finish_second_review(claim, by=second)
        service.sign(claim, by=story.signer.as_actor())
        assert queries.missing_invoice(claim)
        with pytest.raises(DomainError, match="等于核定金额"):
            service.record_invoice(claim, **told, amount_fen=claim.asked_fen, by=school)
        with pytest.raises(Forbidden):
            service.record_invoice(claim, **told, amount_fen=claim.amount_fen, by=class_makers.make_school_set().by)
        service.record_invoice(claim, **told, amount_fen=claim.amount_fen, by=school)
        with pytest.raises(Refused, match="已经有发票"):
            service.record_invoice(claim, **told, amount_fen=claim.amount_fen, by=school)
    assert queries.missing_invoice(claim) == ""
    with pytest.raises(DBAPIError, match="never changed"), session.begin_nested():
        session.execute(text("UPDATE invoices SET amount_fen = amount_fen + 1"))
    service.cancel_invoice(claim, reason="税号写错", by=school)
    assert queries.missing_invoice(claim)
    wrong = text(
        "INSERT INTO invoices (claim_id, number, amount_fen, issued_on, cancel_reason, recorded_by, recorded_at) "
        "VALUES (:c, '1', 1, now(), '', 'user:1', now())"
    )
    with pytest.raises(DBAPIError, match="not what was signed off"), session.begin_nested():
        at_once(session, wrong, c=claim.id)


# --- meetings -------------------------------------------------------------------------------------------------------


def with_meeting(monkeypatch: pytest.MonkeyPatch, claim: Claim, from_fen: int) -> None:
    """A policy that wants a meeting from an amount on."""
    row = ReviewRow("collective", Named("集体研究"), from_fen, 3, "示例")
    pack = replace(policies.pack_by_id(claim.policy_pack_id), reviews=(row,))
    monkeypatch.setattr(policies, "pack_by_id", lambda _id: pack)


def test_from_an_amount_on_a_meeting_decides_before_the_sign_off(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = made.make_class_story(people_count=2, absent=0)
    claim = made.first_reviewed(story)
    with_meeting(monkeypatch, claim, claim.amount_fen)
    second, signer, chief = story.second.as_actor(), story.signer.as_actor(), make_user(Role.SIGNER).as_actor()
    with clock.at(made.day(story.claimed + timedelta(days=2))):
        service.pass_clean(claim, by=second)
        service.finish_second_review(claim, by=second)
        with pytest.raises(Refused, match="先集体研究"):
            service.sign(claim, by=signer)
        unsigned = text("UPDATE claims SET status = 'signed' WHERE id = :c")
        with pytest.raises(DBAPIError, match="further_before_sign"), session.begin_nested():
            session.execute(unsigned, {"c": claim.id})
        told: dict[str, Any] = {"on": clock.today(), "minutes": "〔2026〕3 号"}
        with pytest.raises(DomainError, match="不能晚于今天"):
            service.record_further(claim, "collective", on=clock.today() + timedelta(1), minutes="x", by=chief)
        service.record_further(claim, "collective", **told, by=chief)
        with pytest.raises(Refused, match="没有要登记"):
            service.record_further(claim, "collective", **told, by=signer)
        with pytest.raises(Refused, match="集体研究"):
            service.sign(claim, by=chief)
        service.sign(claim, by=signer)
    assert {row.duty for row in queries.duties_of(claim.id)} >= {Duty.FURTHER, Duty.SIGN}


@pytest.mark.usefixtures("session")
def test_below_the_amount_nobody_meets(monkeypatch: pytest.MonkeyPatch) -> None:
    story = made.make_class_story(people_count=1, absent=0)
    claim = made.first_reviewed(story)
    with_meeting(monkeypatch, claim, claim.amount_fen + 1)
    second = story.second.as_actor()
    service.pass_clean(claim, by=second)
    service.finish_second_review(claim, by=second)
    service.sign(claim, by=story.signer.as_actor())
    assert (claim.status, claim.further) == (ClaimStatus.SIGNED, [])
