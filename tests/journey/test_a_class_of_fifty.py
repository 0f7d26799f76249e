"""A class of fifty goes from "passed" to signed printable files in one click, and the bar on the page tells how far."""

import io
import json
import re
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pikepdf
import pypdfium2
import zxingcpp
from flask import Flask
from flask.testing import FlaskClient

from app.certificates import queries
from app.certificates.service.wording import facts_hash
from app.classes.queries import training_class
from app.kernel import clock
from app.kernel.access import Role
from app.kernel.tasks import tasks
from app.papers import service as papers
from tests.makers import make_user
from tests.making.proving import holds
from tests.making.results import make_assessed_class
from tests.racing import committed
from tests.worker import ended, started

PEOPLE = 50
TOOLS = Path(__file__).parents[2] / "tools"
CHECK_ALL = """
import sys
from verify_certificate import main
sys.exit(max(main([name, "--certificate", sys.argv[1]]) for name in sys.argv[2:]))
"""
BAR = re.compile(r'progress-number">(\d+) / 50<')


def signed_in(app: Flask, user_id: str) -> FlaskClient:
    """The school's clerk at the screen."""
    client = app.test_client()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "zh"
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = user_id, True
    return client


def work() -> None:
    """What the worker does with the jobs that wait."""
    tasks.run_pending()


def seen_while_working(app: Flask, school: FlaskClient, address: str) -> Iterator[int]:
    """What the bar says, from the click until the worker is through."""
    worker = started(app, work)
    while worker.poll() is None:
        yield bar_of(school.get(address).text)
        time.sleep(0.05)
    assert ended(worker) == 0
    yield bar_of(school.get(address).text)


def bar_of(page: str) -> int:
    """How many of fifty the bar says are there."""
    found = BAR.search(page)
    assert found is not None
    return int(found[1])


def read_qr(pdf: bytes) -> str:
    """What a reader reads off the picture of the page."""
    document = pypdfium2.PdfDocument(pdf)
    (found,) = zxingcpp.read_barcodes(document[0].render(scale=2).to_pil().convert("L"))
    document.close()
    return str(found.text)


def facts_in(pdf: bytes) -> dict[str, str]:
    """The facts that a file carries."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        facts: dict[str, str] = json.loads(document.attachments["certificate.json"].get_file().read_bytes())
    return facts


def checked_outside(files: dict[str, bytes], roots: bytes, folder: Path) -> subprocess.CompletedProcess[str]:
    """All the files, judged by the script in a process that knows nothing of the product."""
    (folder / "who.pem").write_bytes(roots)
    for number, pdf in enumerate(files.values()):
        (folder / f"{number}.pdf").write_bytes(pdf)
    (folder / "verify_certificate.py").write_bytes((TOOLS / "verify_certificate.py").read_bytes())
    asked = [sys.executable, "-c", CHECK_ALL, "who.pem", *(f"{number}.pdf" for number in range(len(files)))]
    return subprocess.run(asked, capture_output=True, text=True, check=False, cwd=folder, timeout=120)


def test_one_click_gives_fifty_signed_files_while_the_bar_moves(raced: Flask, tmp_path: Path) -> None:
    def make() -> tuple[int, str]:
        class_ = make_assessed_class(PEOPLE)
        clerk = make_user(Role.SCHOOL_CLERK, organization=class_.course.organization)
        return class_.id, clerk.get_id()

    class_id, clerk = committed(raced, make)
    school, address = signed_in(raced, clerk), f"/certificates/classes/{class_id}"
    with raced.app_context():
        day = training_class(class_id).end_on + timedelta(days=1)
    with clock.at(clock.moment_of(day, 9)):
        pressed = school.post(f"{address}/issue", follow_redirects=True).text
    assert bar_of(pressed) == 0
    assert 'http-equiv="refresh"' in pressed

    seen = list(seen_while_working(raced, school, address))
    assert seen == sorted(seen)
    assert seen[-1] == PEOPLE
    assert set(seen) - {0, PEOPLE}, f"nobody who waited saw the bar between its ends: {seen}"

    page = school.get(address).text
    assert 'http-equiv="refresh"' not in page
    assert len(pypdfium2.PdfDocument(school.get(f"{address}/all.pdf").data)) == PEOPLE
    with zipfile.ZipFile(io.BytesIO(school.get(f"{address}/all.zip").data)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    with raced.app_context():
        issued, roots = queries.certificates_of(class_id), papers.signing_certificate()
        assert [one.serial for one in issued] == list(range(1, PEOPLE + 1))
        assert len({one.number for one in issued}) == len(files) == PEOPLE
        for one in issued:
            (pdf,) = (content for name, content in files.items() if one.number in name)
            told = facts_in(pdf)
            assert (told["number"], facts_hash(told)) == (one.number, one.facts_sha256)
            assert read_qr(pdf) == told["verify_url"]
            assert holds(pdf, roots)
    script = checked_outside(files, roots, tmp_path)
    assert script.returncode == 0, script.stdout[-2000:] + script.stderr
    assert script.stdout.count("签名：  有效") == PEOPLE
