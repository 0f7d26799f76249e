"""From "passed" to signed files in one click; pixels, QR, page and script agree; revoked, everything says so."""

import io
import json
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pikepdf
import pypdfium2
import pytest
import zxingcpp
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.certificates import queries
from app.certificates.models import Certificate
from app.certificates.rules import CertificateStatus
from app.certificates.service.wording import facts_hash
from app.funding import service as funding
from app.funding.queries.recoveries import recoveries_of_seat
from app.kernel import clock
from app.kernel.access import Role
from app.kernel.database import transaction
from app.kernel.tasks import tasks
from app.papers import service as papers
from app.people.models import Group
from tests.makers import make_user
from tests.making import funding as made
from tests.making.results import make_assessed_class

TOOL = Path(__file__).parents[2] / "tools" / "verify_certificate.py"
SignIn = Callable[..., FlaskClient]


@pytest.fixture(autouse=True)
def chinese(client: FlaskClient) -> None:
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "zh"


def qr_of(pdf: bytes) -> str:
    """What a reader reads off the certificate's first page, as it looks."""
    document = pypdfium2.PdfDocument(pdf)
    picture = document[0].render(scale=2).to_pil().convert("L")
    document.close()
    found = zxingcpp.read_barcodes(picture)
    assert len(found) == 1
    return str(found[0].text)


def checked_by_script(pdf: bytes, folder: Path) -> subprocess.CompletedProcess[str]:
    """The file, judged by the script alone."""
    (folder / "paper.pdf").write_bytes(pdf)
    (folder / "who.pem").write_bytes(papers.signing_certificate())
    asked = [sys.executable, str(TOOL), str(folder / "paper.pdf"), "--certificate", str(folder / "who.pem")]
    return subprocess.run(asked, capture_output=True, text=True, check=False, cwd=folder)


def attached(pdf: bytes) -> dict[str, str]:
    """The facts that the file carries."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        facts = json.loads(document.attachments["certificate.json"].get_file().read_bytes())
    return dict(facts)


def test_one_click_gives_signed_files_that_pixels_page_and_script_agree_on(
    client: FlaskClient, sign_in: SignIn, tmp_path: Path
) -> None:
    with transaction():
        class_ = make_assessed_class(3)
        school = sign_in(make_user(Role.SCHOOL_CLERK, organization=class_.course.organization))
    address = f"/certificates/classes/{class_.id}"
    with clock.at(clock.moment_of(class_.end_on + timedelta(days=1), 9)):
        pressed = school.post(f"{address}/issue", follow_redirects=True).text
    assert "0 / 3" in pressed
    tasks.run_pending()
    assert "3 / 3" in school.get(address).text
    for one in queries.certificates_of(class_.id):
        pdf = school.get(f"/certificates/{one.id}.pdf").data
        told = attached(pdf)
        assert facts_hash(told) == one.facts_sha256
        assert qr_of(pdf) == told["verify_url"]
        page = client.get(urlsplit(qr_of(pdf)).path).text
        script = checked_by_script(pdf, tmp_path)
        assert script.returncode == 0, script.stdout + script.stderr
        for said in (page, script.stdout):
            assert one.number in said.replace(" ", "")
            assert one.facts["course"] in said
    whole = school.get(f"{address}/all.pdf?by=name")
    assert len(pypdfium2.PdfDocument(whole.data)) == 3
    archive = school.get(f"{address}/all.zip")
    assert archive.data.startswith(b"PK")
    assert one.number.encode() in archive.data


def paid(session: Session) -> tuple[made.Story, Certificate]:
    """A class whose claim was paid to the last fen, and the first trainee's certificate."""
    assert session
    story = made.make_class_story(people_count=2, absent=0, group=Group.DISABLED)
    batch = made.requested(story)
    with clock.at(made.day(made.paying_day(story) + timedelta(days=1))):
        for one in batch.transfers:
            funding.confirm_transfer(
                one, receipt_number=f"H{one.id}", amount_fen=one.amount_fen, paid_on=clock.today(),
                by=story.treasury.as_actor(),
            )  # fmt: skip
    certificate = queries.certificate_of_seat(story.seats[0].id)
    assert certificate is not None
    return story, certificate


def test_revoked_the_page_the_list_the_public_page_and_the_recovery_say_so(
    session: Session, client: FlaskClient, sign_in: SignIn
) -> None:
    with transaction():
        _story, one = paid(session)
        officer = make_user(Role.TRAINING_OFFICER, area=("430681",))
        desk = sign_in(officer)
    tasks.run_pending()
    page = f"/certificates/{one.id}"
    assert "补贴正在追回" not in desk.get(page).text
    given = {"because": "impersonation", "reason": "查实冒名顶替"}
    done = desk.post(f"{page}/revoke", data=given, follow_redirects=True).text
    assert one.status is CertificateStatus.REVOKED
    assert "这张证书已经撤销" in done
    assert "查实冒名顶替" in done
    found = recoveries_of_seat(officer.as_actor(), one.seat_id)
    assert found
    for recovery in found:
        assert f"/recoveries/{recovery.id}" in done
        assert recovery.number in done
        told = desk.get(f"/recoveries/{recovery.id}").text
        assert one.number in told
    assert "已撤销" in desk.get(f"/certificates?word={one.number}").text
    assert "已撤销" in client.get(f"/verify/{one.token}").text
