"""An employer at a phone compares a certificate's file: in the browser, with nothing sent, and without script."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from app.certificates import service as certificates
from app.certificates.models import Certificate
from app.certificates.rules import CertificateStatus
from app.kernel.database import db
from app.papers import service as papers
from tests.browser.conftest import DESK, PHONE, OpenPage, check_page, take

SIZES = (1, 55, 56, 63, 64, 65, 119, 120, 1000, 100_003)
"""Bytes, about where SHA-256 begins another block."""
NO_CRYPTO = "Object.defineProperty(Crypto.prototype, 'subtle', { get: () => undefined })"


@dataclass(frozen=True)
class Held:
    """A certificate's page, and its file as its holder has it."""

    path: str
    file: Path


@pytest.fixture(scope="module")
def held(demo_app: Flask, tmp_path_factory: pytest.TempPathFactory) -> dict[CertificateStatus, Held]:
    """One that stands and one that was revoked, out of the demo story, both printed."""
    found, folder = {}, tmp_path_factory.mktemp("held")
    with demo_app.app_context():
        for status in (CertificateStatus.VALID, CertificateStatus.REVOKED):
            one = db.session.scalars(db.select(Certificate).where(Certificate.status == status)).first()
            assert one is not None
            certificates.print_batch(one.batch_id)
            db.session.refresh(one)
            assert one.paper is not None
            file = folder / f"{status}.pdf"
            file.write_bytes(papers.open_paper(one.paper))
            found[status] = Held(f"/verify/{one.token}", file)
        db.session.remove()
    return found


def told(page: Page) -> str:
    """What the comparison says."""
    expect(page.locator("[data-answer]:not([data-answer=working]):visible")).to_have_count(1)
    return page.locator("[data-answer]:visible").inner_text()


def choose(page: Page, file: Path) -> str:
    """Pick a file; what is said of it."""
    page.set_input_files("#compare-file", file)
    return told(page)


def drop(page: Page, content: bytes) -> str:
    """Drop a file on the place for it; what is said of it."""
    page.evaluate(
        """bytes => {
          const carried = new DataTransfer();
          carried.items.add(new File([new Uint8Array(bytes)], "a.pdf", { type: "application/pdf" }));
          const place = document.querySelector(".compare-drop");
          place.dispatchEvent(new DragEvent("drop", { dataTransfer: carried, bubbles: true, cancelable: true }));
        }""",
        list(content),
    )
    return told(page)


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_a_file_is_compared_without_the_network(
    open_page: OpenPage, held: dict[CertificateStatus, Held], tmp_path: Path, size: dict[str, int]
) -> None:
    one, edited = held[CertificateStatus.VALID], tmp_path / "edited.pdf"
    content = bytearray(one.file.read_bytes())
    content[len(content) // 2] ^= 1
    edited.write_bytes(content)
    page = open_page(size=size)
    page.goto(one.path, wait_until="networkidle")
    check_page(page)
    page.context.set_offline(offline=True)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    assert "是同一个文件" in choose(page, one.file)
    check_page(page)
    take(page, f"compare-same-{'phone' if size is PHONE else 'desk'}")
    assert "不是同一个文件" in choose(page, edited)
    check_page(page)
    assert "不是同一个文件" in choose(page, held[CertificateStatus.REVOKED].file)
    assert "是同一个文件" in drop(page, one.file.read_bytes())
    (tmp_path / "empty.pdf").write_bytes(b"")
    assert "读不出来" in choose(page, tmp_path / "empty.pdf")
    assert asked == []


def test_the_file_of_a_revoked_one_is_the_same_and_worth_nothing(
    open_page: OpenPage, held: dict[CertificateStatus, Held]
) -> None:
    one, page = held[CertificateStatus.REVOKED], open_page(size=PHONE)
    page.goto(one.path)
    expect(page.get_by_text("这张证书已撤销")).to_be_visible()
    assert "是原来的文件，但证书已撤销" in choose(page, one.file)
    check_page(page)
    take(page, "compare-revoked-phone")


def test_over_a_plain_line_the_hash_is_taken_by_hand_and_is_the_same(
    open_page: OpenPage, held: dict[CertificateStatus, Held], tmp_path: Path
) -> None:
    one, page = held[CertificateStatus.VALID], open_page(size=PHONE)
    page.add_init_script(NO_CRYPTO)
    page.goto(one.path)
    assert page.evaluate("crypto.subtle === undefined")
    assert "是同一个文件" in choose(page, one.file)
    for size in SIZES:
        content = hashlib.shake_128(str(size).encode()).digest(size)
        page.evaluate(
            "hash => { document.querySelector('[data-compare]').dataset.compare = hash; }",
            hashlib.sha256(content).hexdigest(),
        )
        (tmp_path / "any.pdf").write_bytes(content)
        assert "是同一个文件" in choose(page, tmp_path / "any.pdf"), size
        (tmp_path / "any.pdf").write_bytes(bytes([content[0] ^ 1]) + content[1:])
        assert "不是同一个文件" in choose(page, tmp_path / "any.pdf"), size


def test_without_script_the_page_names_the_script_that_checks(
    open_page: OpenPage, held: dict[CertificateStatus, Held]
) -> None:
    page = open_page(size=PHONE, script=False)
    page.goto(held[CertificateStatus.VALID].path)
    expect(page.get_by_text("verify_certificate.py")).to_be_visible()
    expect(page.locator("#compare-file")).to_be_hidden()
    expect(page.get_by_text("不会上传")).to_be_visible()


def test_the_birth_date_shows_the_name_and_stands_in_no_address(
    open_page: OpenPage, held: dict[CertificateStatus, Held], demo_app: Flask
) -> None:
    one, page = held[CertificateStatus.VALID], open_page(size=PHONE)
    with demo_app.app_context():
        token = one.path.rpartition("/")[2]
        row = db.session.scalars(db.select(Certificate).where(Certificate.token == token)).one()
        name, born = row.facts["name"], row.person.birth_on.isoformat()
        db.session.remove()
    page.goto(one.path)
    assert name not in page.content()
    page.fill("[name=birth_on]", born)
    page.get_by_role("button", name="显示完整姓名").click()
    expect(page.locator(".verify-name")).to_have_text(name)
    assert born not in page.url
    check_page(page)
