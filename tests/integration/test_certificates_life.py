"""What becomes of a certificate: corrected, reissued after a loss, handed over; each only once, and told truthfully."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert, text
from sqlalchemy.exc import DBAPIError

from app.audit.queries import events_of
from app.certificates import queries
from app.certificates import service as certificates
from app.certificates.handovers import queries as handovers
from app.certificates.handovers import service as handing
from app.certificates.handovers.rules import Way
from app.certificates.models import Certificate
from app.certificates.rules import Because, CertificateStatus, RevokedBecause
from app.certificates.service.wording import facts_hash
from app.classes.queries import training_class
from app.kernel import clock
from app.kernel.access import Actor, Role
from app.kernel.database import db
from app.kernel.errors import DomainError, Forbidden, Refused
from app.kernel.tasks import tasks
from tests.makers import make_organization, make_user
from tests.making.classes import clerk_of, officer
from tests.making.results import issue, make_assessed_class
from tests.pdf_text import pages_of
from tests.racing import committed, race


def issued(people: int = 1) -> Certificate:
    class_ = make_assessed_class(people)
    issue(class_)
    return queries.certificates_of(class_.id)[0]


def school_of(certificate: Certificate) -> Actor:
    return clerk_of(training_class(certificate.class_id))


def renamed(certificate: Certificate, name: str = "周改正") -> Certificate:
    certificate.person.name = name
    db.session.flush()
    return certificate


def law(statement: Any, name: str, **given: Any) -> None:
    """No SQL gets past the law of this name, at the latest when the transaction ends."""
    with pytest.raises(DBAPIError) as broken, db.session.begin_nested():
        _to_the_end(text(statement) if isinstance(statement, str) else statement, given)
    assert name in str(getattr(broken.value.orig, "diag").constraint_name), str(broken.value)  # noqa: B009  # psycopg's


def _to_the_end(statement: Any, given: dict[str, Any]) -> None:
    db.session.execute(statement, given)
    db.session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    db.session.execute(text("SET CONSTRAINTS ALL DEFERRED"))


def twin(certificate: Certificate, **changes: Any) -> Any:
    """An insert of a revoked row like this certificate, with a number and token of its own."""
    row = {column.key: getattr(certificate, column.key) for column in Certificate.__table__.columns}
    del row["id"]
    fresh = {"number": "x1", "token": "x1", "serial": 90, "status": CertificateStatus.REVOKED, "paper_id": None}
    return insert(Certificate).values({**row, **fresh, **changes})


@pytest.mark.usefixtures("session")
class TestCorrection:
    """Nothing is typed: the register and the results say what the new paper says."""

    def test_it_is_the_next_number_tied_both_ways_and_says_what_is_recorded_now(self) -> None:
        old = renamed(issued(2))
        named = old.facts["name"]
        assert [(one.key, one.old, one.new) for one in certificates.differences(old)] == [("name", named, "周改正")]
        new = certificates.correct(old, reason="姓名登记有误", by=school_of(old))
        db.session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
        assert (new.serial, new.replaces_id, new.seat_id) == (3, old.id, old.seat_id)
        assert (old.status, old.replaced_because) == (CertificateStatus.REPLACED, Because.CORRECTION)
        assert (old.facts["name"], new.facts["name"]) == (named, "周改正")
        assert new.facts["note"] == "本证为更正换发，原第 001 号证书作废。"
        assert new.facts_sha256 == facts_hash(new.facts)
        assert new.token != old.token
        assert old.number not in str(new.facts)
        assert list(queries.chain_of(old)) == [old, new]
        assert queries.certificate_of_seat(old.seat_id) is new
        told = next(event for event in events_of(old) if event.action == "replace")
        assert (told.note, told.facts["replaced_by"]) == ("姓名登记有误", new.number)

    def test_it_is_printed_like_any_other_and_the_old_paper_stays_as_it_was(self) -> None:
        old = issued()
        tasks.run_pending()
        paper = old.paper_id
        new = certificates.correct(renamed(old), reason="姓名登记有误", by=school_of(old))
        tasks.run_pending()
        assert new.paper_id not in (None, paper)
        assert old.paper_id == paper
        assert all(progress.is_ready for progress in queries.progress_of(old.class_id))

    def test_a_paper_that_says_what_is_recorded_is_not_corrected(self) -> None:
        old = issued()
        with pytest.raises(Refused, match="和现在登记的一样"), db.session.begin_nested():
            certificates.correct(old, reason="再来一张", by=school_of(old))
        assert old.status is CertificateStatus.VALID
        assert len(queries.chain_of(old)) == 1

    def test_a_reason_is_asked_and_only_the_class_s_school_does_it(self) -> None:
        old = renamed(issued())
        with pytest.raises(DomainError) as asked:
            certificates.correct(old, reason=" ", by=school_of(old))
        assert asked.value.field == "reason"
        for by in (officer(), make_user(Role.SCHOOL_CLERK, organization=make_organization()).as_actor()):
            with pytest.raises(Forbidden):
                certificates.correct(old, reason="姓名登记有误", by=by)

    def test_a_name_that_no_font_can_print_takes_no_number(self) -> None:
        old = renamed(issued(), "李\U0003134f")
        with pytest.raises(Refused, match=r"U\+3134F"), db.session.begin_nested():
            certificates.correct(old, reason="姓名登记有误", by=school_of(old))
        new = certificates.correct(renamed(old), reason="姓名登记有误", by=school_of(old))
        assert new.serial == 2

    def test_one_that_was_replaced_or_revoked_is_not_replaced_again(self) -> None:
        old = renamed(issued())
        new = certificates.correct(old, reason="姓名登记有误", by=school_of(old))
        with pytest.raises(Refused):
            certificates.reissue(old, reason="丢了", by=school_of(old))
        kind = RevokedBecause.FRAUD
        certificates.revoke(new, reason="考勤造假", because=kind, by=officer())
        with pytest.raises(Refused):
            certificates.reissue(new, reason="丢了", by=school_of(old))


@pytest.mark.usefixtures("session")
class TestReissue:
    """The same facts after a loss."""

    def test_it_says_the_same_with_a_number_a_day_and_a_note_of_its_own(self) -> None:
        old = renamed(issued())
        with clock.at(clock.moment_of(old.issued_on + timedelta(days=40), 9)):
            new = certificates.reissue(old, reason="搬家时遗失", by=school_of(old))
        own = {"number", "issued_on", "verify_url", "note"}
        assert {key: value for key, value in new.facts.items() if key not in own} == {
            key: value for key, value in old.facts.items() if key not in own
        }
        assert new.issued_on > old.issued_on
        assert new.facts["issued_on"] == new.issued_on.isoformat()
        assert new.facts["note"] == "本证为遗失补发，原第 001 号证书作废。"
        assert (old.status, old.replaced_because, old.reason) == (
            CertificateStatus.REPLACED,
            Because.LOST,
            "搬家时遗失",
        )

    def test_a_lost_correction_is_a_chain_of_three(self) -> None:
        first = renamed(issued())
        by = school_of(first)
        second = certificates.correct(first, reason="姓名登记有误", by=by)
        third = certificates.reissue(second, reason="遗失", by=by)
        db.session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
        assert list(queries.chain_of(third)) == [first, second, third]
        assert third.facts["name"] == "周改正"
        assert third.facts["note"] == "本证为遗失补发，原第 002 号证书作废。"


@pytest.mark.usefixtures("session")
def test_no_sql_breaks_the_chain() -> None:
    old = renamed(issued(2))
    other = queries.certificates_of(old.class_id)[1]
    by = school_of(old)
    new = certificates.correct(old, reason="姓名登记有误", by=by)
    db.session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    ended = "law_certificates_ended"
    back = "UPDATE certificates SET status = 'valid', replaced_because = NULL, reason = '' WHERE id = :id"
    law(back, ended, id=old.id)
    law("UPDATE certificates SET reason = '别的' WHERE id = :id", ended, id=old.id)
    law("UPDATE certificates SET replaced_because = 'lost' WHERE id = :id", ended, id=old.id)
    revoke = "UPDATE certificates SET status = 'revoked', replaced_because = NULL WHERE id = :id"
    law(revoke, ended, id=old.id)
    moved = "UPDATE certificates SET replaces_id = :id WHERE id = :other"
    law(moved, "law_certificates_frozen", id=new.id, other=other.id)
    law("UPDATE certificates SET status = 'replaced' WHERE id = :id", "replaced_for_a_reason", id=other.id)
    alone = "UPDATE certificates SET status = 'replaced', replaced_because = 'lost' WHERE id = :id"
    law(alone, "law_certificates_chain", id=other.id)
    law(twin(new), "uq_certificates_replaces")
    law(twin(new, replaces_id=None), "law_certificates_chain")
    law(twin(new, replaces_id=other.id), "law_certificates_chain")


def test_a_correction_a_reissue_and_a_revocation_at_once_leave_one_outcome(raced: Flask) -> None:
    def ready() -> tuple[int, list[Actor]]:
        old = renamed(issued())
        tasks.run_pending()
        return old.id, [school_of(old) for _number in range(3)]

    number, clerks = committed(raced, ready)

    def act(kind: str, by: Actor) -> object:
        row = queries.certificate(number)
        if kind == "revoke":
            certificates.revoke(row, reason="造假", because=RevokedBecause.FRAUD, by=officer())
            return row
        return getattr(certificates, kind)(row, reason="换发", by=by)

    kinds = ("correct", "reissue", "correct", "revoke")
    people = [*clerks, clerks[0]]
    got = race(raced, [lambda kind=kind, by=by: act(kind, by) for kind, by in zip(kinds, people, strict=True)])  # type: ignore[misc]  # lambda
    assert len([one for one in got if isinstance(one, Refused)]) == 3
    with raced.app_context():
        chain = queries.chain_of(queries.certificate(number))
        standing = [one for one in chain if one.status is CertificateStatus.VALID]
        revoked = [one for one in chain if one.status is CertificateStatus.REVOKED]
        assert len(standing) + len(revoked) == 1
        assert [one.serial for one in chain] == list(range(1, len(chain) + 1))


# --- handing over -------------------------------------------------------------------------------------------------


def hand(
    certificate: Certificate, way: Way = Way.SIGNATURE, given: Mapping[str, str] | None = None, days: int = 0
) -> int:
    class_ = training_class(certificate.class_id)
    day = certificate.issued_on + timedelta(days=days)
    with clock.at(clock.moment_of(certificate.issued_on + timedelta(days=3), 9)):
        return handing.hand_over(class_, [certificate.id], way, given or {}, day, by=clerk_of(class_))


@pytest.mark.usefixtures("session")
class TestHandingOver:
    """Written down once for each paper."""

    @pytest.mark.parametrize(
        ("way", "given"),
        [
            (Way.SIGNATURE, {}),
            (Way.WITNESS, {"name": "易远山", "relation": "村支书"}),
            (Way.POST, {"tracking": "EX123"}),
            (Way.PROXY, {"name": "周大田", "relation": "儿子", "reason": "本人在外务工"}),
        ],
    )
    def test_each_way_asks_for_its_own_and_keeps_nothing_else(self, way: Way, given: dict[str, str]) -> None:
        one = issued()
        tasks.run_pending()
        for missing in given:
            with pytest.raises(DomainError) as asked:
                hand(one, way, {**given, missing: " "})
            assert asked.value.field == missing
        extra = {"name": "多余", "relation": "多余", "reason": "多余", "tracking": "多余"}
        assert hand(one, way, {**extra, **given}) == 1
        row = handovers.handover_of(one.id)
        assert row is not None
        kept = {name: getattr(row, name) for name in extra if getattr(row, name)}
        assert kept == given
        assert handovers.waiting_in(one.class_id) == []
        with pytest.raises(Refused, match="已经领过"):
            hand(one, way, given)

    def test_nothing_unprinted_revoked_or_of_another_day_is_handed_over(self) -> None:
        one = issued()
        with pytest.raises(Refused, match="现在不能领"):
            hand(one)
        tasks.run_pending()
        for days in (-1, 4):
            with pytest.raises(DomainError) as asked:
                hand(one, days=days)
            assert asked.value.field == "handed_on"
        certificates.revoke(one, reason="造假", because=RevokedBecause.FRAUD, by=officer())
        with pytest.raises(Refused, match="现在不能领"):
            hand(one)
        with pytest.raises(Forbidden):
            handing.hand_over(training_class(one.class_id), [one.id], Way.SIGNATURE, {}, one.issued_on, by=officer())

    def test_no_sql_edits_the_register_or_hands_over_what_does_not_stand(self) -> None:
        one = issued()
        insert = (
            "INSERT INTO certificate_handovers (certificate_id, class_id, way, handed_on, name, relation, reason,"
            " tracking, recorded_by, recorded_name, recorded_at)"
            " SELECT id, class_id, 'signature', :day, '', '', '', '', 'x', 'x', now() FROM certificates WHERE id = :id"
        )
        law(insert, "law_handovers_printed", id=one.id, day=one.issued_on)
        tasks.run_pending()
        law(insert, "law_handovers_printed", id=one.id, day=one.issued_on - timedelta(days=1))
        hand(one)
        law(insert, "pk_certificate_handovers", id=one.id, day=one.issued_on)
        for change in ("UPDATE certificate_handovers SET name = 'x'", "DELETE FROM certificate_handovers"):
            law(change, "law_handovers_frozen")

    def test_the_list_to_sign_shows_what_is_known_and_leaves_room_for_the_rest(self) -> None:
        one = issued(2)
        tasks.run_pending()
        hand(one, Way.POST, {"tracking": "EX123"})
        class_ = training_class(one.class_id)
        words = "".join(pages_of(handing.list_to_sign(class_, by=clerk_of(class_)))).replace("\n", "")
        for row in queries.certificates_of(class_.id):
            assert row.facts["name"] in words
            assert row.person.id_number not in words
        assert "EX123" in words


def test_a_paper_is_handed_over_once_however_many_write_it_down_at_once(raced: Flask) -> None:
    def ready() -> tuple[int, int, Any, list[Actor]]:
        one = issued()
        tasks.run_pending()
        return one.id, one.class_id, one.issued_on, [school_of(one) for _number in range(3)]

    number, class_id, day, clerks = committed(raced, ready)

    def act(by: Actor) -> int:
        with clock.at(clock.moment_of(day, 12)):
            return handing.hand_over(training_class(class_id), [number], Way.SIGNATURE, {}, day, by=by)

    got = race(raced, [lambda by=by: act(by) for by in clerks])  # type: ignore[misc]  # lambda
    assert sorted(1 if one == 1 else 0 for one in got) == [0, 0, 1]
