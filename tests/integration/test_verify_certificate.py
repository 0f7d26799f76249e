"""`tools/verify_certificate.py` on its own: no product, no network, one library; every tampering is refused."""

import gzip
import hashlib
import io
import json
import os
import random
import runpy
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import pikepdf
import pytest
from asn1crypto import pem as armored
from flask import Flask
from pyhanko.pdf_utils.generic import StreamObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader

from app.certificates import service as certificates
from app.certificates.models import Certificate
from app.certificates.rules import RevokedBecause
from app.certificates.service.wording import canonical
from app.certificates.verifying import service as verifying
from app.certificates.verifying.models import RevocationList
from app.classes.queries import training_class
from app.kernel import clock
from app.kernel.database import db, transaction
from app.papers import archival
from app.papers import service as papers
from tests.making.classes import clerk_of, officer
from tests.making.proving import apart
from tests.making.published import certified, download, file_of, forger, signed, signed_beside
from tests.racing import committed

TOOL = Path(__file__).parents[2] / "tools" / "verify_certificate.py"
RUN = """
import runpy, socket, sys
def refuse(*given, **more):
    raise SystemExit("the network was asked")
socket.socket.connect = socket.getaddrinfo = socket.create_connection = refuse
sys.argv = sys.argv[1:]
code = 0
try:
    runpy.run_path(sys.argv[0], run_name="__main__")
except SystemExit as end:
    code = end.code
kept = {name.partition(".")[0] for name in sys.modules}
assert not kept & {"app", "flask", "sqlalchemy", "config", "wsgi", "psycopg", "pikepdf"}, kept
sys.exit(code)
"""
"""The script, in a Python that knows nothing of this project, where the network answers nobody."""
Edit = Callable[[Path], object]


@pytest.fixture(scope="module")
def folder(raced: Flask, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What an employer has: three files (one that stands, one revoked, one replaced), who signs, the list."""
    found = tmp_path_factory.mktemp("employer")

    def make() -> list[Certificate]:
        good, gone, lost = certified(3)
        for name, one in (("good", good), ("gone", gone), ("lost", lost)):
            (found / f"{name}.pdf").write_bytes(file_of(one))
            (found / f"{name}.json").write_bytes(canonical(one.facts))
        (found / "unsigned.pdf").write_bytes(
            next(archival.unsigned("completion", [(good.facts, canonical(good.facts))], name="certificate.json"))
        )
        (found / "other.pdf").write_bytes(papers.proof("completion", good.facts, canonical(good.facts), name="a.json"))
        loose = json.dumps(good.facts, indent=1).encode()
        (found / "loose.pdf").write_bytes(papers.proof("completion", good.facts, loose, name="certificate.json"))
        certificates.revoke(gone, reason="查实代考", because=RevokedBecause.IMPERSONATION, by=officer())
        certificates.reissue(lost, reason="丢了", by=clerk_of(training_class(lost.class_id)))
        return [good, gone, lost]

    committed(raced, make)
    download(raced, found)
    shutil.copy(TOOL, found / TOOL.name)
    return found


@pytest.fixture
def own(folder: Path, tmp_path: Path) -> Path:
    """A copy of all that, to tamper with."""
    return shutil.copytree(folder, tmp_path / "own")


def run(folder: Path, name: str = "good", *more: str, lists: bool = True) -> tuple[int, str]:
    """The script's exit code and what it says."""
    words = [f"{name}.pdf", "--certificate", "signing.pem", *more]
    if lists:
        words += ["--revocations", "revocations.json"]
    done = subprocess.run(
        [sys.executable, "-I", "-c", RUN, TOOL.name, *words],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={"PATH": os.environ["PATH"], "PYTHONIOENCODING": "utf-8"},
    )
    assert done.stderr == ""
    return done.returncode, done.stdout


def change(path: Path, edit: Callable[[bytes], bytes]) -> None:
    """Write a file anew."""
    path.write_bytes(edit(path.read_bytes()))


# --- what it tells --------------------------------------------------------------------------------------------------


def test_a_genuine_one_that_stands_is_told_with_its_facts_and_hashes_in_both_languages(folder: Path) -> None:
    code, said = run(folder)
    assert code == 0, said
    facts = json.loads((folder / "good.json").read_text())
    for value in ("name", "number", "course", "school", "verify_url"):
        assert str(facts[value]) in said
    for name in ("good.pdf", "good.json"):
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() in said
    assert "真实，没有撤销" in said
    assert "GENUINE, NOT REVOKED" in said


def test_without_a_list_it_says_that_revocation_was_not_checked(folder: Path) -> None:
    code, said = run(folder, "gone", lists=False)
    assert code == 0
    assert "没有核对是否已撤销" in said
    assert "revocation not checked" in said


@pytest.mark.parametrize(
    ("name", "words"),
    [("gone", ("已撤销", "参加培训的不是持证人", "revoked")), ("lost", ("已换发", "遗失补发", "replaced"))],
)
def test_one_that_stands_no_more_is_genuine_and_still_refused(folder: Path, name: str, words: tuple[str, ...]) -> None:
    code, said = run(folder, name)
    assert code == 1
    for word in (*words, "NO LONGER VALID", "文件是真的"):
        assert word in said


def test_papers_of_a_key_long_changed_are_still_known(own: Path) -> None:
    code, _said = run(own, lists=False)
    old = (own / "signing.pem").read_bytes()
    newer = forger(old).signing_cert
    assert newer is not None

    (own / "signing.pem").write_bytes(armored.armor("CERTIFICATE", newer.dump()) + old)
    assert (code, run(own, lists=False)[0]) == (0, 0)


# --- what it refuses ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "word"),
    [("unsigned", "没有数字签名"), ("other", "没有附上 certificate.json"), ("loose", "不是一张证书")],
)
def test_a_file_that_is_no_certificate_is_refused(folder: Path, name: str, word: str) -> None:
    code, said = run(folder, name)
    assert (code, word in said) == (1, True), said


def test_wherever_one_byte_is_flipped_the_file_is_refused(folder: Path) -> None:

    tool = SimpleNamespace(**runpy.run_path(str(TOOL)))
    published = tool.Published.of((folder / "signing.pem").read_bytes())
    pdf = (folder / "good.pdf").read_bytes()
    apart(lambda: tool.check_signature(pdf, published))
    (signature,) = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
    _first, start, end, _rest = signature.byte_range
    chance = random.Random(6)
    places = {0, 5, start, start + 1, end - 2, end - 1, end, len(pdf) - 2, *chance.sample(range(len(pdf)), 60)}
    assert signature.signed_data is not None
    places |= set(chance.sample(range(start, start + 2 * len(signature.signed_data.dump())), 60))
    signer = signature.signer_info["sid"].dump()
    named_at = start + 1 + 2 * bytes(signature.pkcs7_content).rindex(signer)
    places |= {named_at + 2 * place + chance.randrange(2) for place in range(len(signer))}
    for place in sorted(places):
        edited = bytearray(pdf)
        edited[place] ^= 1 << chance.randrange(8)
        with pytest.raises(tool.Stop) as stopped:
            apart(partial(tool.check_signature, bytes(edited), published))
        assert stopped.value.code == 1, place


def exchange(path: Path) -> None:
    """Other facts in the attachment, the file saved anew."""
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        attached = pdf.attachments["certificate.json"]
        facts = json.loads(attached.get_file().read_bytes())
        attached.get_file().obj.write(canonical({**facts, "name": "冒名者"}))
        pdf.save(path)


def append(path: Path) -> None:
    """Other facts in the attachment, as an update behind the signature."""
    writer = IncrementalPdfFileWriter(io.BytesIO(path.read_bytes()))
    names = writer.root["/Names"]["/EmbeddedFiles"]["/Names"]
    embedded = names[1]["/EF"].raw_get("/F")
    facts = canonical({"number": "1", "name": "冒名者"})
    writer.objects[embedded.generation, embedded.idnum] = StreamObject(stream_data=facts)
    out = io.BytesIO()
    writer.write(out)  # type: ignore[no-untyped-call]  # the library's own omission
    path.write_bytes(out.getvalue())


def by_another(path: Path) -> None:
    """The same paper, signed by a key whose certificate says what ours says."""
    pem = (path.parent / "signing.pem").read_bytes()
    path.write_bytes(signed((path.parent / "unsigned.pdf").read_bytes(), forger(pem), "Signature"))


def twice(path: Path) -> None:
    """A second signature over ours."""
    change(path, lambda pdf: signed(pdf, forger((path.parent / "signing.pem").read_bytes())))


TAMPERED: dict[str, tuple[Edit, str]] = {
    "a byte flipped": (lambda path: change(path, lambda pdf: pdf[:900] + bytes([pdf[900] ^ 1]) + pdf[901:]), "改过"),
    "bytes added": (lambda path: change(path, lambda pdf: pdf + b"\n% more\n"), "签名以后又加了东西"),
    "cut short": (lambda path: change(path, lambda pdf: pdf[:-40]), ""),
    "attachment exchanged": (exchange, ""),
    "attachment updated after signing": (append, "签名以后又加了东西"),
    "signed by another key": (by_another, "不是这个签名证书签的"),
    "signed twice": (twice, ""),
    "no pdf": (lambda path: path.write_bytes(b"hello"), "不是 PDF"),
    "empty": (lambda path: path.write_bytes(b""), "不是 PDF"),
}


@pytest.mark.parametrize("how", TAMPERED)
def test_a_tampered_file_is_refused(own: Path, how: str) -> None:
    edit, word = TAMPERED[how]
    edit(own / "good.pdf")
    code, said = run(own)
    assert code == 1, said
    assert word in said
    assert "不可信 NOT GENUINE" in said


# --- the list -------------------------------------------------------------------------------------------------------


def forged_list(folder: Path) -> None:
    """The list without its entries, signed by another key."""
    listed = json.loads((folder / "revocations.json").read_bytes())
    content = json.dumps({**listed, "entries": []}).encode()
    signer = forger((folder / "signing.pem").read_bytes())
    (folder / "revocations.json").write_bytes(content)
    (folder / "revocations.p7s").write_bytes(signed_beside(content, signer))


LISTS: dict[str, tuple[Edit, str]] = {
    "an entry taken out": (
        lambda folder: change(folder / "revocations.json", lambda text: text.replace(b"revoked", b"valid", 1)),
        "撤销名单被改过",
    ),
    "signed by another key": (forged_list, "撤销名单不是这个签名证书签的"),
    "signature cut": (lambda folder: change(folder / "revocations.p7s", lambda der: der[:-3]), "撤销名单被改过"),
    "no signature": (lambda folder: (folder / "revocations.p7s").unlink(), "打不开文件"),
    "still packed": (lambda folder: change(folder / "revocations.json", gzip.compress), "撤销名单被改过"),
}


@pytest.mark.parametrize("how", LISTS)
def test_a_list_that_is_not_as_signed_checks_nothing(own: Path, how: str) -> None:
    edit, word = LISTS[how]
    edit(own)
    code, said = run(own, "gone")
    assert code == 2, said
    assert word in said


@pytest.mark.parametrize(("ago", "word"), [(8, "撤销名单太旧"), (-1, "日期在将来")])
def test_a_list_out_of_date_is_said_to_be(raced: Flask, own: Path, ago: int, word: str) -> None:
    with raced.app_context():
        number = db.session.scalar(db.select(db.func.max(RevocationList.number)))
    with clock.at(clock.now() - timedelta(days=ago)), raced.app_context(), transaction():
        row = verifying._signed((number or 0) + 1, "")
        (own / "revocations.json").write_bytes(gzip.decompress(row.packed))
        (own / "revocations.p7s").write_bytes(row.signature)
    code, said = run(own)
    assert code == 2, said
    assert word in said


@pytest.mark.parametrize(
    ("name", "content"), [("signing.pem", b""), ("signing.pem", b"no certificate"), ("good.pdf", None)]
)
def test_what_is_missing_can_not_be_checked(own: Path, name: str, content: bytes | None) -> None:
    if content is None:
        (own / name).unlink()
    else:
        (own / name).write_bytes(content)
    code, said = run(own)
    assert code == 2
    assert "无法核对" in said
