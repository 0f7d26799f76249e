"""Rosters from the upload to the register: nothing half done, nothing twice, nothing revealed."""

import io
import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import func, select

from app.audit.models import Event
from app.kernel import clock
from app.kernel.access import SYSTEM, Role
from app.kernel.database import db, transaction
from app.kernel.errors import DomainError, Refused
from app.kernel.tasks import tasks
from app.papers.models import Upload
from app.papers.service import open_paper
from app.people import service as people
from app.people.imports import queries, service
from app.people.imports.models import ImportFinding, ImportStatus, RosterImport
from app.people.imports.rules.kinds import Field
from app.people.imports.service.forgetting import KEPT_DAYS
from app.people.models import Person, PhoneClaim
from app.people.queries import person_by_number
from tests.makers import COUNTY, OTHER_COUNTY, VILLAGE, make_user
from tests.making.people import new_person
from tests.making.roster_files import DATA, HEAD, numbers, saved, workbook

PLACE = "弼时镇湄江村"


def received(content: bytes, by: Any, name: str = "roster.xlsx", **more: Any) -> RosterImport:
    row = service.receive(io.BytesIO(content), name, by=by.as_actor(), **more)
    db.session.flush()
    tasks.run_pending()
    return row


def ran(row: RosterImport, by: Any, *, whole: bool = False) -> RosterImport:
    service.start(row, by=by.as_actor(), whole=whole)
    db.session.flush()
    tasks.run_pending()
    return row


def three(*names: str) -> list[tuple[str, ...]]:
    return [
        (name or "王小花", "女", one, "", PLACE) for name, one in zip(names or ("", "", ""), numbers(3), strict=True)
    ]


def known(rows: Sequence[tuple[str, ...]]) -> list[Person | None]:
    return [person_by_number(row[2]) for row in rows]


@pytest.fixture
def officer(session: Any) -> Any:  # noqa: ARG001  # inside the test's transaction
    return make_user(Role.TOWNSHIP_OFFICER, area=(COUNTY,))


def test_checking_changes_nothing_in_the_register(officer: Any) -> None:
    rows = three()
    row = received(workbook(HEAD, *rows), officer)
    assert (row.status, row.counts["ok"]) == (ImportStatus.CHECKED, 3)
    assert known(rows) == [None, None, None]


def test_good_rows_are_taken_and_the_others_wait(officer: Any) -> None:
    rows = three("王小花", "王", "李小花")
    row = ran(received(workbook(HEAD, *rows), officer), officer)
    assert (row.status, row.counts["registered"], row.counts["error"]) == (ImportStatus.DONE, 2, 1)
    assert [person is not None for person in known(rows)] == [True, False, True]


def test_where_all_or_none_was_wanted_one_bad_row_holds_up_all(officer: Any) -> None:
    rows = three("王小花", "王", "李小花")
    row = ran(received(workbook(HEAD, *rows), officer), officer, whole=True)
    assert row.status == ImportStatus.CHECKED
    assert row.trouble
    assert known(rows) == [None, None, None]


def test_who_came_by_the_wide_door_is_as_who_came_by_the_narrow_one(officer: Any) -> None:
    wide, narrow = numbers(2)
    cells = ("王小花", wide, "13900000011", "汉", "初中毕业", PLACE, "汨罗示例鞋厂")
    head = ("姓名", "身份证号码", "手机号", "民族", "文化程度", "家庭住址", "工作单位")
    ran(received(workbook(head, cells), officer), officer)
    facts = people.NewPerson(
        name="王小花",
        id_number=narrow,
        region_code=VILLAGE,
        phone="13900000011",
        address=PLACE,
        employer_name="汨罗示例鞋厂",
    )
    one, other = person_by_number(wide), people.find_or_register(facts, by=officer.as_actor())
    assert one is not None
    differ = {"id", "seal_id", "id_number_sealed", "id_number_index", "phone_sealed", "address_sealed", "birth_on",
              "last_four_index", "created_at", "updated_at"}  # fmt: skip
    for column in set(Person.__table__.columns.keys()) - differ:
        assert getattr(one, column) == getattr(other, column), column
    assert (one.id_number, one.phone, one.address) == (wide, "13900000011", PLACE)
    told = [db.session.scalars(select(Event).where(Event.subject_type == "people", Event.subject_id == person.id)).one()
            for person in (one, other)]  # fmt: skip
    assert told[0].action == told[1].action == "registered"
    assert told[0].actor_key == told[1].actor_key == officer.as_actor().key
    assert (told[0].region_code, told[1].region_code) == (VILLAGE, VILLAGE)


def test_the_same_file_twice_changes_nothing(officer: Any) -> None:
    content = workbook(HEAD, *three())
    ran(received(content, officer), officer)
    before = db.session.scalar(select(func.count(Event.id)).where(Event.subject_type == "people"))
    second = received(content, officer)
    assert (second.counts["ok"], second.counts["skip"]) == (0, 3)
    assert queries.same_file(second) is not None
    ran(second, officer)
    assert second.counts["registered"] == 0
    assert db.session.scalar(select(func.count(Event.id)).where(Event.subject_type == "people")) == before


def test_a_known_number_with_another_name_is_an_error(officer: Any) -> None:
    rows = three()
    people.find_or_register(new_person(name="李别人", id_number=rows[0][2]), by=SYSTEM)
    row = received(workbook(HEAD, *rows), officer)
    finding = db.session.get_one(ImportFinding, (row.id, 2))
    assert finding.faults == [["id_number", "other_name", None]]


def test_a_known_number_with_another_phone_reveals_nothing_and_waits_for_a_call(officer: Any) -> None:
    rows = [(name, sex, one, phone, place) for (name, sex, one, _none, place), phone in
            zip(three(), ("13900000021", "13900000022", ""), strict=True)]  # fmt: skip
    for number, phone in ((rows[0][2], "13900000021"), (rows[1][2], "13900000099")):
        people.find_or_register(new_person(name="王小花", id_number=number, phone=phone), by=SYSTEM)
    row = received(workbook(HEAD, *rows), officer)
    same, other = (db.session.get_one(ImportFinding, (row.id, number)) for number in (2, 3))
    assert (same.outcome, same.faults, same.mends) == (other.outcome, other.faults, other.mends)
    ran(row, officer)
    person = person_by_number(rows[1][2])
    assert person is not None
    assert person.phone == "13900000099"
    claims = db.session.scalars(select(PhoneClaim).where(PhoneClaim.person_id == person.id)).all()
    assert [claim.phone for claim in claims] == ["13900000022"]


def test_a_person_of_another_area_is_refused_in_words_that_say_nothing(officer: Any) -> None:
    rows = three()
    elsewhere = next(code for code in queries.village_codes(make_user(area=(OTHER_COUNTY,)).as_actor()))
    people.find_or_register(new_person(name="王小花", id_number=rows[0][2], region_code=elsewhere), by=SYSTEM)
    row = received(workbook(HEAD, *rows), officer)
    assert db.session.get_one(ImportFinding, (row.id, 2)).faults == [["id_number", "elsewhere", None]]


def test_villages_outside_the_officers_area_are_errors(session: Any) -> None:  # noqa: ARG001
    officer = make_user(Role.VILLAGE_OFFICER, area=(VILLAGE,))
    mine, other, none = numbers(3)
    rows = [("王小花", "", mine, "", PLACE), ("李小花", "", other, "", "加义镇东山村"), ("陈小花", "", none, "", "")]
    row = received(workbook(HEAD, *rows), officer, default_village=VILLAGE)
    assert (row.counts["ok"], row.counts["error"]) == (2, 1)
    assert db.session.get_one(ImportFinding, (row.id, 3)).faults == [["village", "outside", None]]
    with pytest.raises(DomainError, match="范围"):
        service.receive(io.BytesIO(b"x"), "x.csv", by=officer.as_actor(), default_village="430626103223")


def test_who_was_registered_meanwhile_is_left_as_they_are(officer: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = three()
    row = received(workbook(HEAD, *rows), officer)
    first = people.find_or_register(new_person(name="王小花", id_number=rows[1][2], phone=""), by=SYSTEM)
    monkeypatch.setattr("app.people.imports.judging.known_numbers", lambda _indexes: {})
    with monkeypatch.context() as patch:
        patch.setattr("app.people.imports.service.writing.meet_register", lambda *_a, **_k: None)
        ran(row, officer)
    assert row.counts["registered"] == 2
    assert person_by_number(rows[1][2]) is first


def test_where_all_or_none_was_wanted_a_number_taken_meanwhile_by_another_name_holds_up_all(officer: Any) -> None:
    rows = three()
    row = received(workbook(HEAD, *rows), officer)
    people.find_or_register(new_person(name="李别人", id_number=rows[1][2]), by=SYSTEM)
    ran(row, officer, whole=True)
    assert row.status == ImportStatus.CHECKED
    assert known(rows)[0] is None


def test_a_job_that_runs_again_after_its_end_changes_nothing(officer: Any) -> None:
    row = ran(received(workbook(HEAD, *three()), officer), officer)
    counts = dict(row.counts)
    for again in (service.read_import, service.check_import, service.run_import, service.answer_import):
        again(row.id)
    assert (row.status, row.counts) == (ImportStatus.DONE, counts)


def test_a_crash_in_the_middle_of_writing_leaves_nothing_and_the_next_worker_does_it_all(
    officer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [("王小花", "女", one, "", PLACE) for one in numbers(7)]
    row = received(workbook(HEAD, *rows), officer)
    with transaction():
        service.start(row, by=officer.as_actor(), whole=False)
    monkeypatch.setattr("app.people.service.many.CHUNK", 2)

    def pulled(done: int) -> None:
        if done == 4:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("app.people.imports.service.working.teller", lambda *_about: pulled)
        with pytest.raises(KeyboardInterrupt):
            service.run_import(row.id)
    assert known(rows) == [None] * 7
    assert row.status == ImportStatus.RUNNING
    tasks.run_pending()
    assert row.status == ImportStatus.DONE
    assert None not in known(rows)


def test_an_officer_who_lost_the_right_no_longer_imports(officer: Any) -> None:
    row = received(workbook(HEAD, *three()), officer)
    service.start(row, by=officer.as_actor(), whole=False)
    officer.roles.clear()
    db.session.flush()
    tasks.run_pending()
    assert row.status == ImportStatus.FAILED


def test_only_who_uploaded_decides(officer: Any) -> None:
    row = received(workbook(HEAD, *three()), officer)
    above = make_user(Role.TRAINING_OFFICER, area=(COUNTY,)).as_actor()
    assert queries.import_for(above, row.id) is row
    with pytest.raises(Refused):
        service.start(row, by=above, whole=False)


def test_columns_that_nobody_named_are_asked_for(officer: Any) -> None:
    one = next(numbers(1))
    row = received(f"王小花,{one},{PLACE}\n".encode(), officer, "list.csv")
    assert row.status == ImportStatus.MAPPING
    service.choose_columns(row, {Field.NAME: 0, Field.ID_NUMBER: 1, Field.VILLAGE: 2}, by=officer.as_actor())
    db.session.flush()
    tasks.run_pending()
    assert (row.status, row.counts["ok"]) == (ImportStatus.CHECKED, 1)


def test_a_merged_village_holds_for_all_rows_that_the_cell_covers(officer: Any) -> None:
    book = openpyxl.Workbook()
    page: Any = book.worksheets[0]
    page.append(HEAD)
    for n, one in enumerate(numbers(4)):
        page.append(("王小花", "女", one, "", PLACE if n == 0 else None))
    page.merge_cells("E2:E4")
    row = received(saved(book), officer)
    assert (row.counts["ok"], row.counts["error"]) == (3, 1)
    assert db.session.get_one(ImportFinding, (row.id, 5)).faults == [["village", "no_village", None]]


def test_the_same_workbook_comes_back_with_a_column_of_errors(officer: Any) -> None:
    row = received((DATA / "roster_messy.xlsx").read_bytes(), officer)
    assert row.answer_id is not None
    from_store = service.open_answer(row, by=officer.as_actor())
    book = openpyxl.load_workbook(io.BytesIO(open_paper(from_store)))
    page: Any = book["花名册"]
    assert book.sheetnames == ["花名册", "填表说明"]
    assert (page.cell(3, 2).value, str(page.cell(3, 15).value)[:4]) == ("姓名", "导入结果")
    assert "存成了数字" in page.cell(13, 15).value
    assert page.cell(13, 6).fill.fgColor.rgb == "FFF6CFCF"
    assert page.cell(4, 14).value == "加义镇东山村民委员会"
    action = select(Event.action).where(Event.subject_type == "roster_imports", Event.subject_id == row.id)
    assert "export" in db.session.scalars(action).all()


def test_a_mended_answer_is_taken_as_a_roster_again(officer: Any) -> None:
    rows = three("王小花", "王", "李小花")
    first = ran(received(workbook(HEAD, *rows), officer), officer)
    book = openpyxl.load_workbook(io.BytesIO(open_paper(service.open_answer(first, by=officer.as_actor()))))
    page: Any = book.worksheets[0]
    page["A3"] = "陈小花"
    out = io.BytesIO()
    book.save(out)
    second = ran(received(out.getvalue(), officer), officer)
    assert (second.counts["registered"], second.counts["skip"]) == (1, 2)


def test_a_table_as_text_comes_back_as_text(officer: Any) -> None:
    one = next(numbers(1))
    content = f"姓名,身份证号码,村\n王,{one},{PLACE}\n".encode("gb18030")
    row = received(content, officer, "list.csv")
    text = open_paper(service.open_answer(row, by=officer.as_actor())).decode("gb18030")
    assert text.splitlines()[1].startswith(f"王,{one},{PLACE},要改正")


def test_a_large_workbook_comes_back_as_plain_cells(officer: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.people.imports.answers.MOST_STYLED", 1)
    row = received(workbook(HEAD, *three("=1+1", "王小花", "李小花")), officer)
    page: Any = openpyxl.load_workbook(io.BytesIO(open_paper(service.open_answer(row, by=officer.as_actor()))))
    assert page.worksheets[0].cell(3, 6).value == "可以导入"


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"\x89PNG\r\n\x1a\n", "a.xlsx"),
        (b"", "a.csv"),
        (b"%PDF-1.7\n", "a.xls"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a.xls"),
    ],
)
def test_what_is_no_roster_is_refused_at_the_door(officer: Any, content: bytes, name: str) -> None:
    with pytest.raises(DomainError):
        service.receive(io.BytesIO(content), name, by=officer.as_actor())


def test_a_locked_workbook_is_refused_in_words(officer: Any) -> None:
    locked = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512 + "EncryptedPackage".encode("utf-16-le")
    with pytest.raises(DomainError, match="密码"):
        service.receive(io.BytesIO(locked), "名册.xlsx", by=officer.as_actor())


def test_a_file_that_turns_out_unreadable_is_said_on_the_page(officer: Any) -> None:
    damaged = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512 + "Workbook".encode("utf-16-le")
    row = received(damaged, officer, "a.xls")
    assert row.status == ImportStatus.FAILED
    assert "损坏" in row.trouble


def test_rosters_are_forgotten_after_a_while(officer: Any, app: Flask) -> None:
    row = ran(received(workbook(HEAD, *three()), officer), officer)
    store = app.extensions["papers.store"]
    keys = [db.session.get_one(Upload, number).store_key for number in (row.upload_id, row.answer_id)]
    assert all(store.has(key) for key in keys)
    with clock.at(clock.now() + timedelta(days=KEPT_DAYS - 1)):
        service.forget_old()
    assert row.forgotten_at is None
    with clock.at(clock.now() + timedelta(days=KEPT_DAYS + 1)):
        service.forget_old()
    assert (row.forgotten_at is None, row.upload_id, row.answer_id, row.sample) == (False, None, None, None)
    left = select(func.count()).select_from(ImportFinding).where(ImportFinding.import_id == row.id)
    assert db.session.scalar(left) == 0
    assert row.counts["registered"] == 3
    assert not any(store.has(key) for key in keys)


def test_what_was_found_names_nobody_in_the_clear(officer: Any) -> None:
    rows = three("王小花", "王", "李小花")
    row = received(workbook(HEAD, *rows), officer)
    finding = db.session.get_one(ImportFinding, (row.id, 3))
    assert json.loads(finding.excerpt or "[]")[1] == rows[1][2]
    assert rows[1][2].encode() not in (finding.excerpt_sealed or b"")
    raw = json.dumps([finding.faults, finding.mends, row.layout, row.counts], ensure_ascii=False)
    assert "王" not in raw
    assert rows[1][2] not in raw
