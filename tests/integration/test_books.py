"""One class, one book: one PDF with contents, page codes and a hash that is the stored one."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.accounts.rules import OrganizationKind
from app.audit.queries import events_of
from app.funding import service
from app.funding.book.binding import BOUND, about, bind, book_of, books_of, class_book
from app.funding.models import Claim
from app.kernel import clock
from app.kernel.access import Role
from app.kernel.database import db
from app.kernel.errors import NotFound
from app.papers.changes import snapshot_sha256
from app.papers.codes import codes_in, spoken
from app.papers.designs import checked
from app.papers.models import PrintedForm
from app.papers.printing import printer
from app.papers.service import facts_of, open_paper
from tests.makers import make_organization, make_user
from tests.making import funding as made
from tests.pdf_text import pages_of

PARTS = (
    *("开班申报", "四定锁定与变更", "学员花名册", "课程表", "考勤", "课堂影像目录", "考核成绩", "证书", "上岗"),
    *("补贴申领明细", "审核与决定", "公示与异议", "请款与支付"),
)


@dataclass
class Shelf:
    """A class paid to the end, committed, with its book as the bureau bound it."""

    app: Flask
    story: made.Story
    form: PrintedForm
    pages: list[str]
    claim_id: int


@pytest.fixture(scope="module")
def shelf(raced: Flask) -> Iterator[Shelf]:
    """One book for all tests that only read it; the app's context stays open, so that the rows do."""
    with raced.app_context():
        story = made.make_class_story(people_count=3, absent=1, order=True)
        made.confirm_placements(story)
        batch = made.requested(story)
        with clock.at(made.day(made.paying_day(story) + timedelta(days=1))):
            for transfer in batch.transfers:
                service.confirm_transfer(
                    transfer,
                    receipt_number=f"HD-{transfer.id}",
                    amount_fen=transfer.amount_fen,
                    paid_on=clock.today(),
                    by=story.treasury.as_actor(),
                )
        claim = db.session.scalars(select(Claim).where(Claim.class_id == story.row.id)).unique().one()
        form, pages = bound(story.row, story.first)
        db.session.commit()
        yield Shelf(raced, story, form, pages, claim.id)
        db.session.rollback()


def bound(row: Any, user: Any) -> tuple[PrintedForm, list[str]]:
    form = bind(row, by=user.as_actor())
    return form, pages_of(open_paper(form.paper))


def clerk_of(story: made.Story) -> Any:
    return make_user(Role.SCHOOL_CLERK, organization=story.at.school.organization)


def test_the_contents_name_every_part_with_the_page_on_which_it_stands(shelf: Shelf) -> None:
    contents = shelf.pages[1]
    for number, title in enumerate(PARTS, start=1):
        begins = next(n for n, text in enumerate(shelf.pages, start=1) if n > 2 and f"{number}{title}" in text)
        line = contents[contents.index(f"{number}{title}") :]
        after = line[len(f"{number}{title}") :].removeprefix("（无）").lstrip(".")
        assert after.startswith(str(begins)), f"{title} stands on page {begins}: {after[:12]}"


def test_every_part_holds_what_is_recorded(shelf: Shelf) -> None:
    whole = "".join(shelf.pages)
    claim = db.session.get_one(Claim, shelf.claim_id)
    assert claim.number in whole
    assert (claim.snapshot_sha256 or "")[:20] in whole
    for seat in shelf.story.seats:
        assert seat.person.name in whole
    for words in ("批准开班", "合格", "公示期", "HD-", "签批", "请款"):
        assert words in whole
    assert len(shelf.pages) == int(shelf.pages[0].split("共")[1].split("页")[0])


def test_a_part_without_anything_says_so(shelf: Shelf) -> None:
    photos = next(text for text in shelf.pages[2:] if "6课堂影像目录" in text)
    assert "本部分没有材料。" in photos
    assert "课堂影像目录（无）" in shelf.pages[1]


def test_the_hash_on_the_cover_is_the_stored_one_and_that_of_the_facts(shelf: Shelf) -> None:
    form = shelf.form
    assert form.snapshot_sha256 in shelf.pages[0]
    drawn = printer().design("book")
    assert snapshot_sha256(drawn, checked(drawn, facts_of(form.paper))) == form.snapshot_sha256
    event = next(one for one in events_of(shelf.story.row) if one.action == BOUND)
    assert event.facts["sha256"] == form.snapshot_sha256
    assert event.facts["code"] == form.code


def test_every_page_bears_its_own_code_and_the_qr_code_of_the_book(shelf: Shelf) -> None:
    code = spoken(shelf.form.code)
    for number, text in enumerate(shelf.pages, start=1):
        assert f"{code}-{number:02d}" in text
        assert f"第{number}页" in text
    assert codes_in(open_paper(shelf.form.paper)) == [shelf.form.code]


def test_the_bureau_has_whole_numbers_and_everybody_else_masked_ones(shelf: Shelf) -> None:
    row, number = shelf.story.row, shelf.story.seats[0].person.id_number or ""
    assert number in "".join(shelf.pages)
    clerk = clerk_of(shelf.story)
    theirs, masked = bound(row, clerk)
    assert number not in "".join(masked)
    assert number[:6] in "".join(masked)
    assert [one.id for one in books_of(row, clerk.as_actor())] == [theirs.id]
    with pytest.raises(NotFound):
        book_of(row, shelf.form.paper_id, clerk.as_actor())
    assert [one.id for one in books_of(row, make_user(Role.AUDITOR).as_actor())] == [theirs.id]
    db.session.rollback()


def test_a_claim_has_a_book_of_its_own(shelf: Shelf) -> None:
    claim = db.session.get_one(Claim, shelf.claim_id)
    form, pages = bound(claim, shelf.story.first)
    assert (form.about_table, form.about_id) == about(claim)
    assert claim.number in pages[0]
    assert pages[1].index("1补贴申领明细") < pages[1].index("5开班申报")
    whole = "".join(pages)
    for title in PARTS:
        assert title in whole
    db.session.rollback()


def test_the_same_facts_make_the_same_hash_and_a_change_another(shelf: Shelf) -> None:
    row, drawn = shelf.story.row, printer().design("book")

    def hashed(by: Any) -> str:
        return snapshot_sha256(drawn, checked(drawn, class_book(row, by=by.as_actor())))

    with clock.at(made.day(made.paying_day(shelf.story) + timedelta(days=9))):
        assert hashed(shelf.story.second) == shelf.form.snapshot_sha256
    row.name = "改了名字的班"
    assert hashed(shelf.story.first) != shelf.form.snapshot_sha256
    db.session.rollback()


def test_the_pages_bind_and_open_a_book(session: Any, sign_in: Callable[[Any], FlaskClient]) -> None:
    story = made.make_class_story(people_count=1, absent=0)
    claim = made.submitted(story)
    session.flush()
    client = sign_in(story.first)
    for page in (f"/classes/{story.row.id}", f"/claims/{claim.id}"):
        assert f'href="{page}/book"' in client.get(page).text
        assert "还没有成过册" in client.get(f"{page}/book").text
        answer = client.post(f"{page}/book", follow_redirects=True)
        assert answer.status_code == 200
        assert answer.mimetype == "application/pdf"
        assert "还没有成过册" not in client.get(f"{page}/book").text
    stranger = make_user(Role.SCHOOL_CLERK, organization=make_organization(OrganizationKind.SCHOOL))
    form = books_of(story.row, story.first.as_actor())[0]
    session.commit()
    client = sign_in(stranger)
    for path in (f"/classes/{story.row.id}/book", f"/classes/{story.row.id}/books/{form.paper_id}"):
        assert client.get(path).status_code == 404
    assert client.post(f"/claims/{claim.id}/book").status_code == 404
