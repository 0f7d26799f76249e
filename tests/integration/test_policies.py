"""Policy packs in the database: imported once, never changed, chosen by region and day, shown to everybody."""

import re
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from flask_babel import force_locale
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from app.audit.models import Event
from app.kernel import clock
from app.kernel.access import SYSTEM
from app.kernel.errors import NotFound
from app.kernel.labels import has_label, label
from app.policies import queries, service
from app.policies.models import PolicyPack
from app.policies.rules.modes import CertificateKind, ClaimKind, Direction, Fix, OrderKind, PlacementProof, PostKind
from app.policies.rules.said import Named, Said
from tests.packs import DEMO

TOWNSHIP = "430681107"
VILLAGE = "430681107225"
DAY = date(2026, 11, 22)
pytestmark = pytest.mark.usefixtures("session")


def folder(tmp_path: Path, name: str, **changes: str) -> Path:
    """A copy of the example pack with lines of pack.toml replaced."""
    made = tmp_path / name
    made.mkdir()
    for path in DEMO.iterdir():
        made.joinpath(path.name).write_bytes(path.read_bytes())
    toml = made / "pack.toml"
    words = toml.read_text(encoding="utf-8")
    for key, value in changes.items():
        words, found = re.subn(rf"^{key} = .*$", f"{key} = {value}", words, count=1, flags=re.MULTILINE)
        assert found
    toml.write_text(words, encoding="utf-8")
    return made


def packs(session: Any) -> int:
    found: int = session.scalar(select(func.count()).select_from(PolicyPack))
    return found


def test_an_import_keeps_a_version_with_its_hash_and_says_who_did_it(session: Any, tmp_path: Path) -> None:
    row, is_new = service.import_pack(folder(tmp_path, "a", key='"a"'), by=SYSTEM)
    assert is_new
    assert len(row.sha256) == 64
    assert (row.key, row.region_code, row.is_example, row.imported_by) == ("a", "430600", True, "system")
    event = session.scalar(select(Event).where(Event.subject_type == "policy_packs", Event.subject_id == row.id))
    assert event.action == "imported"
    assert event.facts["sha256"] == row.sha256


def test_the_same_content_twice_changes_nothing(session: Any, tmp_path: Path) -> None:
    first, _ = service.import_pack(folder(tmp_path, "a", key='"a"'), by=SYSTEM)
    before = packs(session)
    again, is_new = service.import_pack(folder(tmp_path, "b", key='"a"'), by=SYSTEM)
    assert (again.id, is_new, packs(session)) == (first.id, False, before)


def test_a_version_read_back_from_the_database_is_the_pack_that_was_imported(session: Any, tmp_path: Path) -> None:
    made = folder(tmp_path, "a", key='"a"')
    row, _ = service.import_pack(made, by=SYSTEM)
    session.expire_all()
    queries.forget()
    pack = queries.pack_by_id(row.id)
    assert pack == service.load_folder(made)[1]
    assert list(pack.modes)[:2] == ["order_training", "piecework"]
    assert service.fingerprint(row.content) == row.sha256


@pytest.mark.parametrize("change", ["UPDATE policy_packs SET title = 'x'", "DELETE FROM policy_packs"])
def test_the_database_refuses_to_change_a_version(session: Any, change: str) -> None:
    with pytest.raises(DBAPIError):
        session.execute(text(change))


def test_the_nearest_region_wins_then_the_newest(tmp_path: Path) -> None:
    province, _ = service.import_pack(folder(tmp_path, "a", key='"a"', region_code='"430000"'), by=SYSTEM)
    township, _ = service.import_pack(folder(tmp_path, "b", key='"b"', region_code=f'"{TOWNSHIP}"'), by=SYSTEM)
    newer, _ = service.import_pack(
        folder(tmp_path, "c", key='"b"', region_code=f'"{TOWNSHIP}"', title_zh='"修订"'), by=SYSTEM
    )
    assert queries.pack_row_for(VILLAGE, DAY).id == newer.id
    assert queries.pack_row_for("430000", DAY).id == province.id
    assert queries.pack_row_for("430602", DAY).region_code == "430600"
    assert township.id != newer.id


def test_r15_the_day_of_filing_decides_which_version(tmp_path: Path) -> None:
    region = f'"{TOWNSHIP}"'
    old = folder(tmp_path, "a", key='"a"', region_code=region, valid_from="2024-01-01", valid_to="2025-12-31")
    new = folder(tmp_path, "b", key='"b"', region_code=region, valid_from="2026-01-01")
    first, second = (service.import_pack(made, by=SYSTEM).pack for made in (old, new))
    assert queries.pack_row_for(VILLAGE, date(2025, 12, 31)).id == first.id
    assert queries.pack_row_for(VILLAGE, date(2026, 1, 1)).id == second.id
    assert queries.pack_for(VILLAGE, date(2026, 1, 1)).key == "b"


@pytest.mark.parametrize(("region", "day"), [(VILLAGE, date(2019, 1, 1)), ("000000", DAY), ("", DAY)])
def test_where_no_policy_is_in_force_that_is_said(region: str, day: date) -> None:
    with pytest.raises(NotFound):
        queries.pack_row_for(region, day)


def test_a_pack_of_a_region_that_is_not_there_yet_is_kept_and_that_is_said(app: Any, session: Any) -> None:
    found = app.test_cli_runner().invoke(args=["policy", "import", str(DEMO.parent / "guangdong-2023")])
    assert found.exit_code == 0, found.output
    assert "guangdong-2023" in found.stdout
    assert "440000" in found.stderr
    again = app.test_cli_runner().invoke(args=["policy", "import", str(DEMO.parent / "guangdong-2023")])
    assert "nothing changed" in again.stdout
    assert session.scalar(select(func.count()).select_from(PolicyPack).where(PolicyPack.key == "guangdong-2023")) == 1


def test_sentences_are_read_in_the_readers_language(app: Any) -> None:
    said = Said("%(a)s：%(b)s", {"a": Named("残疾人", "Disabled person"), "b": date(2026, 1, 2)})
    with app.app_context(), force_locale("zh_Hans_CN"):
        assert queries.text(said) == "残疾人：2026-01-02"
    with app.app_context(), force_locale("en"):
        assert queries.text(said) == "Disabled person：2026-01-02"
        assert queries.text(Named("残疾人", "Disabled person")) == "Disabled person"
        assert queries.text(Named("残疾人")) == "残疾人"
        assert queries.text("as it is") == "as it is"


def test_anybody_sees_the_policies_in_force_marked_as_examples(client: FlaskClient) -> None:
    page = client.get("/policies", headers={"Accept-Language": "zh"})
    assert page.status_code == 200
    assert "岳阳市" in page.text
    assert "示例标准" in page.text


def test_a_policys_page_shows_each_figure_with_its_source(client: FlaskClient) -> None:
    row = queries.pack_row_for(VILLAGE, clock.today())
    page = client.get(f"/policies/{row.id}", headers={"Accept-Language": "zh"})
    assert page.status_code == 200
    for words in (
        "示例标准",
        "累计最多享受次数",
        "湘人社规〔2024〕16号",
        "20%",
        "订单培训",
        "未公布",
        "1,500.00",
        "105",
    ):
        assert words in page.text
    for source in re.findall(r'href="#source-(\w+)"', page.text):
        assert f'id="source-{source}"' in page.text
    assert client.get(f"/policies/{row.id}", headers={"Accept-Language": "en"}).status_code == 200
    assert client.get("/policies/999999999").status_code == 404


@pytest.mark.parametrize("enum", [OrderKind, Direction, PostKind, CertificateKind, ClaimKind, PlacementProof, Fix])
def test_every_word_of_a_mode_is_told_in_words(app: Any, enum: type[StrEnum]) -> None:
    with app.app_context():
        assert all(has_label(member) for member in enum)
        assert all(label(member) != member.value for member in enum)


def test_check_and_import_from_the_command_line(app: Any, tmp_path: Path) -> None:
    run = app.test_cli_runner()
    good = folder(tmp_path, "good", key='"good"')
    bad = folder(tmp_path, "bad", valid_to="2023-01-01")
    checked = run.invoke(args=["policy", "check", str(good)])
    assert checked.exit_code == 0, checked.output
    failed = run.invoke(args=["policy", "check", str(bad)])
    assert failed.exit_code == 1
    assert re.search(r"pack\.toml:\d+:pack\.valid_to  结束日期", failed.output)
    assert run.invoke(args=["policy", "import", str(bad)]).exit_code == 1
    first = run.invoke(args=["policy", "import", str(good)])
    assert "imported" in first.output
    assert "nothing changed" in run.invoke(args=["policy", "import", str(good)]).output


SHIPPED = sorted(path for path in DEMO.parent.iterdir() if path.name != DEMO.name)
TRIED = sorted((DEMO.parent.parent / "tests" / "data" / "packs").iterdir())


@pytest.mark.parametrize("made", [*SHIPPED, *TRIED], ids=lambda made: made.name)
def test_every_pack_can_be_read_by_everybody_in_words(client: FlaskClient, session: Any, made: Path) -> None:
    content, pack = service.load_folder(made)
    row = PolicyPack(
        key=pack.key,
        region_code="430000",
        valid_from=pack.valid_from,
        valid_to=None,
        title=pack.title.zh,
        is_example=pack.is_example,
        content=content,
        sha256=service.fingerprint(content),
        imported_at=clock.now(),
        imported_by="system",
    )
    session.add(row)
    session.flush()
    page = client.get(f"/policies/{row.id}", headers={"Accept-Language": "zh"})
    assert page.status_code == 200
    assert all(step.name.zh in page.text for step in pack.formula)
    assert "%(" not in page.text
    assert client.get(f"/policies/{row.id}", headers={"Accept-Language": "en"}).status_code == 200


def test_a_step_is_told_in_words(client: FlaskClient) -> None:
    row, _ = service.import_pack(DEMO.parent / "hunan-2024", by=SYSTEM)
    page = client.get(f"/policies/{row.id}", headers={"Accept-Language": "zh"}).text
    for words in ("每年加 5%", "从 2024 年的标准起", "与劳务品牌优质培训项目上浮不叠加，取高的", "最多 3,500.00"):
        assert words in page
