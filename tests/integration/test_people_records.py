"""The record of subsidies used: history of other systems, told once, counted once, never lost, never waved through."""

import io
from collections.abc import Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import Workbook
from sqlalchemy import func, select

from app.accounts.models import User
from app.audit.queries import events_of
from app.kernel import clock
from app.kernel.access import SYSTEM, Role
from app.kernel.database import db, transaction
from app.kernel.errors import DomainError, Refused
from app.people import queries, service
from app.people.models import OutsideTraining, Person, RecordImport, SubsidyUse, UseStatus
from app.people.records.rules import Fault
from tests.makers import COUNTY, OTHER_COUNTY, VILLAGE, SignIn, make_user
from tests.making.people import fresh_id_number, make_person

HEADS = ("序号", "姓名", "身份证号码", "职业（工种）", "等级", "结业日期", "补贴金额（元）", "结果", "培训机构")
UNTIL = date(2026, 6, 30)
NOW = clock.moment_of(date(2026, 11, 20), 9)
WELDER = "6-18-02-04"
Row = Sequence[object]


@pytest.fixture(autouse=True)
def in_november(session: object) -> Any:  # noqa: ARG001  # inside the test's transaction
    with clock.at(NOW):
        yield


@cache
def sheet(*rows: Row) -> bytes:
    """A workbook as another system exports it: a title, a heading, numbered rows, a total; the same file every time."""
    book = Workbook(write_only=True)
    page = book.create_sheet("享受补贴记录")
    page.append(["职业培训补贴享受人员名册"])
    page.append(list(HEADS))
    for number, row in enumerate(rows, 1):
        page.append([number, *row])
    page.append(["合计", len(rows)])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def row(number: str, job: str = "焊工", day: object = "2025-05-20", **more: object) -> Row:
    facts = {"name": "张示例", "level": "五级", "amount": 1500, "outcome": "", "school": "长沙示例学校", **more}
    return (facts["name"], number, job, facts["level"], day, facts["amount"], facts["outcome"], facts["school"])


def take(*rows: Row, system: str = "省培训系统", until: date = UNTIL, region: str = COUNTY) -> RecordImport:
    with transaction():
        return service.import_records(
            sheet(*rows), file_name="记录.xlsx", system=system, until_on=until, region_code=region, by=SYSTEM
        )


def slots(person: Person) -> list[int]:
    return sorted(use.slot for use in queries.uses_of(person.id))


class TestHistory:
    def test_a_training_of_another_system_takes_a_use_and_says_where_it_comes_from(self) -> None:
        person = make_person()
        done = take(row(person.id_number))
        assert (done.rows, done.added, done.known, done.faults, done.others) == (1, 1, 0, [], [])
        [use] = queries.uses_of(person.id)
        assert (use.status, use.occupation_code, use.level, use.amount_fen) == (UseStatus.USED, WELDER, 5, 150_000)
        assert (use.year, use.taken_on, use.slot, use.slots) == (2025, date(2025, 5, 20), 1, 3)
        [told] = queries.told_of(person.id)[use.id]
        assert (told.system, told.school) == ("省培训系统", "长沙示例学校")
        assert [event.action for event in events_of(use)] == ["created", "settle"]
        assert (queries.standing_of(person).taken, queries.standing_of(person).left) == (1, 2)

    def test_the_same_file_twice_changes_nothing_and_a_longer_one_adds_only_what_is_new(self) -> None:
        person = make_person()
        first = take(row(person.id_number))
        assert take(row(person.id_number)).id == first.id
        longer = take(row(person.id_number), row(person.id_number, "保育员", "2026-03-01"), until=date(2026, 9, 30))
        assert (longer.added, longer.known) == (1, 1)
        assert slots(person) == [1, 2]

    def test_one_training_told_by_two_systems_and_by_us_counts_once(self) -> None:
        person = make_person()
        with transaction():
            service.reserve_use(
                person.id, occupation_code=WELDER, level=5, slots=3, year=2026, reference="enrollment:7", by=SYSTEM
            )
        take(row(person.id_number, day="2026-04-01"))
        take(row(person.id_number, day="2026-04-02"), system="失业保险系统")
        [use] = queries.uses_of(person.id)
        assert use.reference == "enrollment:7"
        assert [told.system for told in queries.told_of(person.id)[use.id]] == ["省培训系统", "失业保险系统"]

    def test_one_system_that_paid_the_same_training_twice_is_believed(self) -> None:
        person = make_person()
        take(row(person.id_number, day="2025-03-01"), row(person.id_number, day="2025-09-01"))
        take(row(person.id_number, day="2026-02-01"), until=date(2026, 7, 1))
        assert slots(person) == [1, 2, 3]

    def test_history_beyond_the_cap_is_kept_and_shown_and_nothing_new_is_granted(self) -> None:
        person = make_person()
        take(*(row(person.id_number, f"工种{number}") for number in range(5)))
        assert slots(person) == [1, 2, 3, 4, 5]
        assert queries.standing_of(person).left == 0
        with pytest.raises(Refused, match="次数已满"):
            service.reserve_use(
                person.id, occupation_code="new", level=5, slots=3, year=2026, reference="enrollment:8", by=SYSTEM
            )

    def test_history_makes_the_same_training_ineligible_here(self) -> None:
        person = make_person()
        take(row(person.id_number))
        with pytest.raises(Refused, match="同一职业同一等级只补一次"):
            service.reserve_use(
                person.id, occupation_code=WELDER, level=5, slots=3, year=2026, reference="enrollment:9", by=SYSTEM
            )

    def test_what_was_before_the_policy_counts_is_kept_without_taking_a_use(self) -> None:
        person = make_person()
        take(row(person.id_number, day="2019-08-01"))
        standing = queries.standing_of(person)
        assert (standing.taken, standing.left, len(queries.uses_of(person.id))) == (0, 3, 1)

    def test_a_place_taken_and_not_finished_is_lost_and_counts(self) -> None:
        person = make_person()
        take(row(person.id_number, outcome="中途退出"))
        [use] = queries.uses_of(person.id)
        assert use.status == UseStatus.LOST
        assert [event.action for event in events_of(use)] == ["created", "lose"]
        assert queries.standing_of(person).left == 2

    def test_the_day_counts_even_where_the_year_began_before_the_policy_did(self) -> None:
        person = make_person()
        take(row(person.id_number, day="2025-12-31"), row(person.id_number, "保育员", "2024年度"))
        assert [use.taken_on for use in queries.record_of(person.id).uses] == [date(2024, 1, 1), date(2025, 12, 31)]


class TestPeople:
    def test_a_record_waits_until_its_person_is_registered(self) -> None:
        number = fresh_id_number()
        done = take(row(number), row(number, "保育员"))
        assert queries.waiting_of(done.id) == 2
        with transaction():
            person = make_person(id_number=number)
        assert queries.waiting_of(done.id) == 0
        assert slots(person) == [1, 2]

    def test_a_record_under_an_old_number_finds_the_person_and_a_new_number_brings_what_waited(self) -> None:
        old, new = fresh_id_number(), fresh_id_number()
        person = make_person(id_number=old)
        waiting = take(row(new, "保育员"))
        with transaction():
            service.change_number(person, new, by=SYSTEM, reason="公安更正", document="户口簿")
        assert queries.waiting_of(waiting.id) == 0
        take(row(old), until=date(2026, 8, 1))
        assert slots(person) == [1, 2]

    def test_the_record_of_two_rows_that_are_one_person_is_one(self) -> None:
        kept, dropped = make_person(), make_person()
        take(row(dropped.id_number))
        with transaction():
            service.merge(kept, dropped, by=SYSTEM, reason="同一个人")
        take(row(dropped.id_number, "保育员"), until=date(2026, 8, 1))
        assert [use.slot for use in queries.uses_of(kept.id)] == [2, 1]
        assert queries.standing_of(kept).left == 1

    def test_another_name_is_told_but_the_number_decides(self) -> None:
        person = make_person()
        done = take(row(person.id_number), row(person.id_number, "保育员", name="李别人"))
        assert (done.added, done.others) == (2, [4])

    def test_numbers_and_names_of_the_sheet_are_sealed(self) -> None:
        number = fresh_id_number()
        take(row(number, name="匿名人"))
        line = db.session.scalars(select(OutsideTraining).order_by(OutsideTraining.id.desc())).first()
        assert line is not None
        assert (line.id_number, line.name) == (number, "匿名人")
        assert number.encode() not in bytes(line.id_number_sealed or b"")


class TestBadRows:
    def test_every_bad_row_is_told_with_every_reason_and_the_good_ones_are_taken(self) -> None:
        person = make_person()
        number = person.id_number
        wrong = number[:17] + ("0" if number[17] != "0" else "1")
        done = take(
            row(number),
            row(wrong, level="特等"),
            row("", job=""),
            ("张示例", 430681197501010000.0, "焊工", "五级", "2025-05-20", 1, "", ""),
            row(number, "保育员", "2025-02-30"),
            row(number, "保育员", "2026-07-01"),
            row(number, "保育员", "", amount="很多", outcome="说不清"),
        )
        assert queries.refused_rows(done) == [
            (4, [Fault.NUMBER, Fault.LEVEL]),
            (5, [Fault.NO_NUMBER, Fault.NO_OCCUPATION]),
            (6, [Fault.DIGITS_LOST]),
            (7, [Fault.DAY]),
            (8, [Fault.LATER]),
            (9, [Fault.NO_DAY, Fault.AMOUNT, Fault.OUTCOME]),
        ]
        assert (done.rows, done.added) == (7, 1)

    @pytest.mark.parametrize("day", ["2025-05-20", "2025年5月20日", "20250520", "2025/5/20", date(2025, 5, 20)])
    def test_days_are_read_as_people_write_them(self, day: object) -> None:
        person = make_person()
        take(row(person.id_number, day=day))
        assert [use.taken_on for use in queries.uses_of(person.id)] == [date(2025, 5, 20)]

    def test_a_sheet_without_the_columns_is_refused_and_so_is_a_day_to_come(self) -> None:
        given: dict[str, Any] = {"file_name": "x.csv", "region_code": COUNTY, "by": SYSTEM, "system": "省系统"}
        with pytest.raises(DomainError, match="没有找到表头"):
            service.import_records("姓名,电话\n张三,1".encode(), until_on=UNTIL, **given)
        with pytest.raises(DomainError, match="不能晚于今天"):
            service.import_records(sheet(), until_on=date(2026, 11, 21), **given)

    def test_text_tables_are_taken_as_well(self) -> None:
        person = make_person()
        text = f"姓名,身份证号,工种,培训时间\n张示例,{person.id_number},焊工,2025.5.20\n"
        with transaction():
            done = service.import_records(
                text.encode("gb18030"),
                file_name="x.csv",
                system="县台账",
                until_on=UNTIL,
                region_code=COUNTY,
                by=SYSTEM,
            )
        assert done.added == 1


class TestReach:
    def test_what_is_known_reaches_only_to_the_earliest_day_of_the_systems_known(self) -> None:
        person = make_person()
        assert queries.reach_of(person.region_code).until is None
        take(until=date(2026, 6, 30))
        take(system="失业保险系统", until=date(2026, 3, 31))
        reach = queries.standing_of(person).reach
        assert reach.systems == (("失业保险系统", date(2026, 3, 31)), ("省培训系统", date(2026, 6, 30)))
        assert reach.until == date(2026, 3, 31)
        take(system="失业保险系统", until=date(2026, 10, 31))
        assert queries.standing_of(person).reach.until == date(2026, 6, 30)

    def test_the_record_of_another_county_says_nothing_of_this_one(self) -> None:
        take(region=OTHER_COUNTY)
        assert queries.reach_of(VILLAGE).until is None
        take(region="430600", until=date(2026, 2, 28))
        assert queries.reach_of(VILLAGE).until == date(2026, 2, 28)

    def test_a_refusal_by_the_cap_says_by_records_up_to_when(self) -> None:
        person = make_person()
        take(row(person.id_number))
        assert queries.record_of(person.id).known_until == UNTIL
        assert queries.record_of(make_person().id).known_until == UNTIL, "also of who has used nothing"


class TestPages:
    def test_every_page_that_says_how_many_are_left_says_up_to_when(self, sign_in: SignIn) -> None:
        person = make_person()
        browser = sign_in(officer(Role.VILLAGE_OFFICER, VILLAGE))
        page = f"/people/{person.id}"
        assert "只按本系统的记录" in browser.get(page).text
        take(row(person.id_number), row(person.id_number, "保育员", outcome="未结业"))
        shown = browser.get(page).text
        for words in ("还剩 1 次，共 3 次", "按截至 2026-06-30 的记录", "省培训系统", "长沙示例学校", "已失去"):
            assert words in shown, words

    def test_the_training_officer_uploads_a_sheet_and_reads_what_came_of_it(self, sign_in: SignIn) -> None:
        person = make_person()
        browser = sign_in(officer(Role.TRAINING_OFFICER, COUNTY))
        assert "还没有导入过" in browser.get("/records").text
        shown = upload(browser, sheet(row(person.id_number), row("", day="2025-01-01"), row(fresh_id_number())))
        for words in ("省培训系统", "没有身份证号码", "人还没有登记，先留着", "第几行"):
            assert words in shown, words
        assert "省培训系统" in browser.get("/records").text

    def test_a_file_that_is_none_comes_back_with_the_reason(self, sign_in: SignIn) -> None:
        browser = sign_in(officer(Role.TRAINING_OFFICER, COUNTY))
        assert "没有找到表头" in upload(browser, b"a,b\n1,2")
        assert "导入结果" not in upload(browser, sheet(), region=OTHER_COUNTY)

    def test_nobody_else_reads_an_import_of_another_county(self, sign_in: SignIn) -> None:
        done = take()
        browser = sign_in(officer(Role.TRAINING_OFFICER, OTHER_COUNTY))
        assert browser.get(f"/records/{done.id}").status_code == 404
        assert "省培训系统" not in browser.get("/records").text


def officer(role: Role, area: str) -> User:
    with transaction():
        return make_user(role, area=(area,))


def upload(browser: FlaskClient, content: bytes, region: str = COUNTY) -> str:
    data = {
        "system": "省培训系统",
        "until_on": "2026-06-30",
        "region_code": region,
        "file": (io.BytesIO(content), "x.xlsx"),
    }
    return browser.post("/records", data=data, follow_redirects=True).text


def test_the_command_takes_a_sheet_and_tells_every_refused_row(app: Flask, tmp_path: Path) -> None:
    person = make_person()
    file = tmp_path / "history.xlsx"
    file.write_bytes(sheet(row(person.id_number), row("")))
    command = ["import-records", str(file), "--system", "省培训系统", "--until", "2026-06-30"]
    for told in ("2 rows: 1 added, 0 known before", "2 rows: 1 added, 0 known before"):
        answer = app.test_cli_runner().invoke(args=command)
        assert answer.exit_code == 0, answer.output
        assert told in answer.output
        assert "row 4 refused: 没有身份证号码" in answer.output
    uses = select(func.count()).select_from(SubsidyUse).where(SubsidyUse.person_id == person.id)
    assert db.session.scalar(uses) == 1
