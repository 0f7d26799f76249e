"""The pages and the command of imports."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.audit.models import Event
from app.kernel.access import Role
from app.kernel.database import db, transaction
from app.kernel.tasks import tasks
from app.people.imports.models import ImportProgress, ImportStatus, RosterImport
from app.people.models import Person
from app.people.queries import person_by_number
from tests.makers import COUNTY, OTHER_COUNTY, VILLAGE, SignIn, make_user
from tests.making.roster_files import DATA, HEAD, numbers, workbook

PLACE = "弼时镇湄江村"
Page = Any


def upload(client: Page, content: bytes, name: str = "名册.xlsx", **more: str) -> Page:
    data = {"file": (io.BytesIO(content), name), **more}
    return client.post("/people/imports", data=data, content_type="multipart/form-data")


def newest() -> RosterImport:
    return db.session.scalars(select(RosterImport).order_by(RosterImport.id.desc()).limit(1)).one()


@pytest.fixture
def client_of_officer(sign_in: SignIn) -> Page:
    with transaction():
        officer = make_user(Role.TOWNSHIP_OFFICER, area=(COUNTY,))
    return sign_in(officer)


def test_a_roster_goes_from_upload_to_register(client_of_officer: Page) -> None:
    page, one = client_of_officer, list(numbers(3))
    rows = [(name, "女", one[n], "13800000001", PLACE) for n, name in enumerate(("王小花", "王", "李小花"))]
    assert upload(page, workbook(HEAD, *rows)).status_code == 303
    address = f"/people/imports/{newest().id}"
    waiting = page.get(address).text
    assert "正在打开文件" in waiting
    assert '<noscript><meta http-equiv="refresh" content="3"></noscript>' in waiting
    tasks.run_pending()
    found = page.get(address).text
    assert "姓名应当是 2 到 40 个字" in found
    assert "导入 2 人" in found
    assert one[1] not in found
    assert one[1][:6] + "********" + one[1][-4:] in found
    assert page.post(f"{address}/run", data={"take": "good"}).status_code == 303
    tasks.run_pending()
    assert "新登记了 2 人" in page.get(address).text
    assert person_by_number(one[2]) is not None
    assert "已导入" in page.get("/people/imports").text


def test_the_progress_of_the_worker_is_shown(client_of_officer: Page) -> None:
    upload(client_of_officer, workbook(HEAD))
    row = newest()
    progress = db.session.get_one(ImportProgress, row.id)
    progress.stage, progress.done, progress.total = 2, 4000, 100_000
    db.session.flush()
    text = client_of_officer.get(f"/people/imports/{row.id}").text
    assert "4000 / 100000" in text
    assert '<progress class="bar" max="100000" value="4000"' in text


def test_a_pasted_chain_is_judged_for_the_chosen_village(sign_in: SignIn) -> None:
    page, one = sign_in(make_user(Role.VILLAGE_OFFICER, area=(VILLAGE,))), next(numbers(1))
    assert f'<option selected value="{VILLAGE}">' in page.get("/people/imports").text
    text = f"#接龙\r\n1. 王小花 {one} 13800000001\r\n2. 李小花 13800000002\r\n"
    assert page.post("/people/imports", data={"text": text, "default_village": VILLAGE}).status_code == 303
    tasks.run_pending()
    row = newest()
    assert (row.pasted, row.counts["ok"], row.counts["error"]) == (True, 1, 1)
    assert "没有写身份证号码" in page.get(f"/people/imports/{row.id}").text


def test_nothing_chosen_and_what_is_no_roster_are_told_on_the_form(client_of_officer: Page) -> None:
    answer = client_of_officer.post("/people/imports", data={"text": " "})
    assert answer.status_code == 422
    assert "请选择一个文件，或者粘贴接龙。" in answer.text
    answer = upload(client_of_officer, b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "名册.xlsx")
    assert answer.status_code == 422
    assert "这种文件不能上传" in answer.text


def test_columns_can_be_put_right(client_of_officer: Page) -> None:
    page, one = client_of_officer, next(numbers(1))
    upload(page, workbook(("甲", "乙", "丙"), ("王小花", one, PLACE)))
    tasks.run_pending()
    row = newest()
    assert row.status == ImportStatus.MAPPING
    address = f"/people/imports/{row.id}"
    assert page.get(address).location.endswith("/columns")
    shown = page.get(f"{address}/columns").text
    assert "没有找到表头" in shown
    assert one not in shown
    answer = page.post(f"{address}/columns", data={"name": "0"})
    assert answer.status_code == 422
    assert "请指出哪一列是姓名、哪一列是身份证号码。" in answer.text
    answer = page.post(f"{address}/columns", data={"name": "0", "id_number": "0", "village": "2"})
    assert "同一列不能当作两样内容" in answer.text
    answer = page.post(f"{address}/columns", data={"name": "0", "id_number": "1"})
    assert "请指出哪一列是村" in answer.text
    assert page.post(f"{address}/columns", data={"name": "0", "id_number": "1", "village": "2"}).status_code == 303
    tasks.run_pending()
    assert (row.status, row.counts["ok"]) == (ImportStatus.CHECKED, 1)


def test_the_answers_are_handed_out_by_post_on_the_record(client_of_officer: Page) -> None:
    upload(client_of_officer, workbook(HEAD, ("王", "女", next(numbers(1)), "", PLACE)))
    tasks.run_pending()
    row = newest()
    assert client_of_officer.get(f"/people/imports/{row.id}/answers").status_code == 405
    answer = client_of_officer.post(f"/people/imports/{row.id}/answers")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.data.startswith(b"PK")
    told = select(func.count(Event.id)).where(Event.subject_type == "roster_imports", Event.action == "export")
    assert db.session.scalar(told) == 1


def test_an_import_can_be_given_up(client_of_officer: Page) -> None:
    upload(client_of_officer, workbook(HEAD, ("王小花", "女", next(numbers(1)), "", PLACE)))
    tasks.run_pending()
    row = newest()
    assert client_of_officer.post(f"/people/imports/{row.id}/discard").status_code == 303
    assert row.status == ImportStatus.DISCARDED
    assert client_of_officer.post(f"/people/imports/{row.id}/run", data={"take": "good"}).status_code == 422


def test_an_import_is_seen_by_who_answers_for_its_whole_area_only(sign_in: SignIn) -> None:
    village, township = (
        make_user(Role.VILLAGE_OFFICER, area=(VILLAGE,)),
        make_user(Role.TOWNSHIP_OFFICER, area=(COUNTY,)),
    )
    stranger = make_user(Role.TOWNSHIP_OFFICER, area=(OTHER_COUNTY,))
    upload(sign_in(village), workbook(HEAD))
    address = f"/people/imports/{newest().id}"
    assert [sign_in(user).get(address).status_code for user in (village, township, stranger)] == [200, 200, 404]
    upload(sign_in(township), workbook(HEAD))
    assert sign_in(village).get(f"/people/imports/{newest().id}").status_code == 404


@pytest.fixture
def runner(app: Flask, session: Any) -> Any:  # noqa: ARG001  # inside the test's transaction
    return app.test_cli_runner()


def test_the_command_previews_and_tells_every_row_as_json(runner: Any, tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    before = db.session.scalar(select(func.count(Event.id)))
    done = runner.invoke(args=["import-roster", str(DATA / "roster_messy.xlsx"), "--preview", "--json", str(out)])
    assert done.exit_code == 0, done.output
    entries = json.loads(out.read_text("utf-8"))
    assert len(entries) == 206
    assert all(set(entry) == {"row", "outcome", "fields", "id_number", "messages"} for entry in entries)
    assert entries[0] == {"row": 4, "outcome": "ok", "fields": [], "id_number": "430603200501100009", "messages": []}
    assert out.stat().st_mode & 0o077 == 0
    assert db.session.scalar(select(func.count(Event.id))) == before
    assert person_by_number("430603200501100009") is None


def test_the_command_registers_once(runner: Any) -> None:
    first = runner.invoke(args=["import-roster", str(DATA / "roster_messy.xlsx")])
    assert "161 people registered" in first.output
    people = db.session.scalar(select(func.count(Person.id)))
    events = db.session.scalar(select(func.count(Event.id)))
    second = runner.invoke(args=["import-roster", str(DATA / "roster_messy.xlsx")])
    assert "0 people registered" in second.output
    assert db.session.scalar(select(func.count(Person.id))) == people
    assert db.session.scalar(select(func.count(Event.id))) == events


def test_the_command_takes_all_or_none_on_request(runner: Any) -> None:
    done = runner.invoke(args=["import-roster", str(DATA / "roster_messy.xlsx"), "--all-or-none"])
    assert done.exit_code == 1
    assert person_by_number("430603200501100009") is None


def test_the_command_says_plainly_what_it_cannot_read(runner: Any, tmp_path: Path) -> None:
    file = tmp_path / "名册.xlsx"
    file.write_bytes(b"PK\x03\x04 no")
    assert "这个文件已损坏" in runner.invoke(args=["import-roster", str(file)]).output
    file.write_bytes(workbook(("甲", "乙"), (1, 2)))
    assert "没有找到表头" in runner.invoke(args=["import-roster", str(file)]).output
