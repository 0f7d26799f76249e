import hashlib
import io
import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import func, select, text

from app.kernel.access import Actor
from app.kernel.errors import DomainError
from app.papers import service
from app.papers.designs import FactsRefused
from app.papers.models import Paper, Upload
from app.papers.printing import missing_glyphs, render, render_many
from app.papers.store import MARK, FolderStore
from config import ROOT
from tests.pdf_text import pages_of

BY = Actor(key="user:7", name="傅映雪")
OTHER = Actor(key="user:8", name="罗江平")
NUMBER = "430681198804120006"


def sample(design: str, /, **more: Any) -> dict[str, Any]:
    facts: dict[str, Any] = json.loads((ROOT / "certificates" / design / "sample.json").read_text())
    return facts | more


def picture() -> bytes:
    file = io.BytesIO()
    Image.effect_noise((40, 30), 60).save(file, "PNG")
    return file.getvalue()


@pytest.fixture
def folder(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty store of this test's own."""
    monkeypatch.setitem(app.extensions, "papers.store", FolderStore(tmp_path / "papers"))
    return tmp_path / "papers"


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and path.name != MARK]


def kept(**more: Any) -> Paper:
    facts = sample("completion", identity=NUMBER, **more)
    return service.keep("certificate", "completion", facts, render("completion", facts), by=BY)


@pytest.mark.usefixtures("folder")
def test_a_paper_is_kept_with_its_facts_its_design_and_its_hash(session: Any) -> None:
    facts = sample("completion", identity=NUMBER)
    pdf = render("completion", facts)
    paper = service.keep("certificate", "completion", facts, pdf, by=BY)
    session.expire_all()
    assert (paper.kind, paper.design, paper.design_version) == ("certificate", "completion", "2")
    assert paper.sha256 == hashlib.sha256(pdf).hexdigest()
    assert (paper.size, paper.media_type, paper.created_by) == (len(pdf), "application/pdf", "user:7")
    assert service.open_paper(paper) == pdf


@pytest.mark.usefixtures("folder")
def test_a_paper_prints_again_from_its_stored_facts_to_the_same_bytes(session: Any) -> None:
    paper = kept()
    session.expire_all()
    assert service.facts_of(paper)["identity"] == NUMBER
    assert render(paper.design, service.facts_of(paper)) == service.open_paper(paper)


@pytest.mark.usefixtures("folder")
def test_many_papers_in_one_file_keep_the_facts_of_each(session: Any) -> None:
    all_facts = [sample("completion", name=name, identity=NUMBER) for name in ("周禾苗", "欧阳䶮")]
    pdf = render_many("completion", all_facts)
    paper = service.keep("certificates", "completion", all_facts, pdf, by=BY)
    session.expire_all()
    assert [facts["name"] for facts in service.facts_of(paper)] == ["周禾苗", "欧阳䶮"]
    assert len(pages_of(service.open_paper(paper))) == 2


def test_personal_values_lie_sealed_in_the_database_and_in_the_store(session: Any, folder: Path) -> None:
    facts = sample("roster")
    person = facts["rows"][0]
    paper = service.keep("roster", "roster", facts, render("roster", facts), by=BY)
    stored = session.execute(text("SELECT facts::text FROM papers WHERE id = :id"), {"id": paper.id}).scalar_one()
    for value in (person["identity"], person["phone"], person["address"]):
        assert value not in stored
    assert person["name"] in stored
    assert service.facts_of(paper)["rows"][0] | person == service.facts_of(paper)["rows"][0]
    assert [path.read_bytes()[:4] == b"%PDF" for path in files(folder)] == [False]


@pytest.mark.usefixtures("folder", "session")
def test_sealed_facts_moved_to_another_paper_do_not_open() -> None:
    one, other = kept(), kept(name="柳春桃")
    mine, theirs = one.facts, other.facts
    assert isinstance(mine, dict)
    assert isinstance(theirs, dict)
    other.facts = theirs | {"identity": mine["identity"]}
    with pytest.raises(service.Damaged):
        service.facts_of(other)


@pytest.mark.usefixtures("session")
def test_the_same_paper_kept_twice_is_one_file(folder: Path) -> None:
    assert kept().store_key == kept().store_key
    assert len(files(folder)) == 1


@pytest.mark.parametrize("harm", ["edit", "cut", "remove", "swap"])
@pytest.mark.usefixtures("session")
def test_a_file_that_is_no_longer_what_was_kept_is_not_given_out(folder: Path, harm: str) -> None:
    paper, other = kept(), kept(name="柳春桃")
    path = folder / paper.store_key[:2] / paper.store_key
    content = path.read_bytes()
    if harm == "edit":
        path.write_bytes(content[:500] + bytes([content[500] ^ 1]) + content[501:])
    elif harm == "cut":
        path.write_bytes(content[:10])
    elif harm == "remove":
        path.unlink()
    else:
        path.write_bytes((folder / other.store_key[:2] / other.store_key).read_bytes())
    with pytest.raises(service.Damaged, match="缺失或已损坏"):
        service.open_paper(paper)


@pytest.mark.usefixtures("session")
def test_a_damaged_file_is_not_taken_for_the_same_paper_again(folder: Path) -> None:
    paper = kept()
    (folder / paper.store_key[:2] / paper.store_key).write_bytes(b"other")
    with pytest.raises(service.Damaged):
        kept()


def test_facts_a_design_would_not_print_are_not_kept(session: Any, folder: Path) -> None:
    with pytest.raises(FactsRefused):
        service.keep("certificate", "completion", {"name": "周禾苗"}, b"%PDF", by=BY)
    assert files(folder) == []
    assert session.scalar(select(func.count()).select_from(Paper)) == 0


@pytest.mark.usefixtures("folder")
def test_a_paper_and_its_hash_are_never_changed_afterwards(session: Any) -> None:
    paper = kept()
    with pytest.raises(Exception, match=r"never changed or deleted"), session.begin_nested():
        session.execute(text("UPDATE papers SET sha256 = repeat('0', 64) WHERE id = :id"), {"id": paper.id})


@pytest.mark.usefixtures("session")
def test_an_upload_is_kept_under_its_hash_and_known_by_its_content(folder: Path) -> None:
    content = picture()
    upload = service.keep_upload(io.BytesIO(content), "../../etc/cron.d/x.exe", service.IMAGES, 10_000, by=BY)
    assert upload.media_type == "image/png"
    assert upload.store_key == hashlib.sha256(content).hexdigest()
    assert [path.name for path in files(folder)] == [upload.store_key]
    assert service.open_paper(upload) == content


@pytest.mark.usefixtures("session")
def test_the_same_file_twice_is_one_row_for_each_person_and_purpose(folder: Path) -> None:
    def give(by: Actor, kind: str) -> Upload:
        return service.keep_upload(io.BytesIO(b"a,b\n"), "a.csv", service.SHEETS, 100, by=by, kind=kind)

    assert give(BY, "roster").id == give(BY, "roster").id
    rows = {give(BY, "roster").id, give(OTHER, "roster").id, give(BY, "receipt").id}
    assert len(rows) == 3
    assert len(files(folder)) == 1


@pytest.mark.parametrize(
    ("content", "words"),
    [(picture() * 20, "文件太大"), (b"", "是空的"), (b"MZ" + b"\0" * 90, "不能上传"), (picture()[:300], "已损坏")],
)
def test_a_refused_upload_leaves_nothing_behind(session: Any, folder: Path, content: bytes, words: str) -> None:
    with pytest.raises(DomainError, match=words) as refused:
        service.keep_upload(io.BytesIO(content), "照片.png", service.IMAGES, 9_000, by=BY, field="photo")
    assert refused.value.field == "photo"
    assert files(folder) == []
    assert session.scalar(select(func.count()).select_from(Upload)) == 0


@pytest.mark.usefixtures("folder", "session")
def test_a_paper_is_served_to_be_read_and_cached_nowhere() -> None:
    response = service.serve(kept(), filename="证书 周禾苗.pdf")
    assert response.mimetype == "application/pdf"
    disposition = response.headers["Content-Disposition"]
    assert disposition.startswith("inline; filename=\"file.pdf\"; filename*=UTF-8''%E8%AF%81")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Cache-Control"] == "private, no-store"
    assert service.serve(kept(), filename="a.pdf", inline=False).headers["Content-Disposition"].startswith("attach")


@pytest.mark.usefixtures("session", "folder")
def test_an_upload_is_served_in_a_sandbox_and_only_pictures_are_shown() -> None:
    sheet = service.keep_upload(io.BytesIO(b"a,b\n"), "a.csv", service.SHEETS, 100, by=BY)
    photo = service.keep_upload(io.BytesIO(picture()), "a.png", service.IMAGES, 9_000, by=BY)
    for upload, how in ((sheet, "attachment"), (photo, "inline")):
        response = service.serve(upload, filename='a"\r\nX-Evil: 1')
        assert response.headers["Content-Disposition"].startswith(f"{how}; ")
        assert "X-Evil" not in response.headers
        assert response.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"


@pytest.mark.usefixtures("session")
def test_a_name_can_be_checked_before_anything_is_printed() -> None:
    assert missing_glyphs("阿依古丽·买买提") == []
    assert missing_glyphs("\U0010fffd") == ["\U0010fffd"]


def test_the_check_of_designs_passes_and_says_so(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=["design", "check"])
    assert result.exit_code == 0, result.output
    designs = list((ROOT / "certificates").glob("*/design.toml"))
    assert len(designs) >= 12
    assert len([line for line in result.output.splitlines() if line.startswith("ok  ")]) == len(designs)


def test_the_fonts_can_be_made_before_the_first_paper(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=["design", "fonts"])
    assert result.exit_code == 0, result.output
    assert "Sidan Song  sidan-song-" in result.output
