"""Who signs: keys from files, from a token, of a test authority; what other people's tools say of the signatures."""

import asyncio
import os
import subprocess
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from asn1crypto import keys as asn1_keys
from asn1crypto import tsp
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper

from app.papers.service import SigningKeyAway, proof, proofs, sign_detached, signing_certificate
from app.papers.signing import FOLDER
from app.papers.signing_keys import TEST_FILE, demonstration_pair
from tests.making.proving import (
    Keys,
    attached_in,
    canonical,
    desk,
    holds,
    person,
    sample,
    signed_range,
    status_of,
    told_by_pdfsig,
)

SOFTHSM = Path("/usr/lib/softhsm/libsofthsm2.so")
PIN = "2468"
FLIPS = 40


@pytest.fixture(scope="module")
def var(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("var")


@pytest.fixture(scope="module")
def signed(var: Path) -> Iterator[tuple[bytes, bytes]]:
    """A certificate of the demonstration, and who signed it."""
    with desk(var):
        yield proof("completion", sample(), canonical(sample()), name="certificate.json"), signing_certificate()


def test_pyhanko_and_pdfsig_accept_a_certificate(signed: tuple[bytes, bytes], tmp_path: Path) -> None:
    pdf, chain = signed
    assert holds(pdf, chain)
    (tmp_path / "a.pdf").write_bytes(pdf)
    told = told_by_pdfsig(tmp_path / "a.pdf")
    assert "Signature is Valid" in told
    assert "Total document signed" in told
    assert "ETSI.CAdES.detached" in told


def test_one_flipped_byte_anywhere_in_the_signed_range_is_refused(signed: tuple[bytes, bytes]) -> None:
    pdf, chain = signed
    _start, before, after, rest = signed_range(pdf)
    places = [*range(0, before, before // FLIPS), before - 1, after, after + rest // 2, after + rest - 1]
    for place in places:
        changed = bytearray(pdf)
        changed[place] ^= 1
        assert not holds(bytes(changed), chain), place


def test_pdfsig_refuses_a_changed_file(signed: tuple[bytes, bytes], tmp_path: Path) -> None:
    pdf, _chain = signed
    at = signed_range(pdf)[1] // 2
    (tmp_path / "a.pdf").write_bytes(pdf[:at] + bytes([pdf[at] ^ 1]) + pdf[at + 1 :])
    assert "Signature is Valid" not in told_by_pdfsig(tmp_path / "a.pdf")


def test_what_is_added_after_the_signature_shows(signed: tuple[bytes, bytes]) -> None:
    pdf, chain = signed
    assert not holds(pdf + b"\n% more\n", chain)


def test_another_authority_is_not_trusted(signed: tuple[bytes, bytes], tmp_path: Path) -> None:
    other = Keys(tmp_path)
    assert not holds(signed[0], other.chain.read_bytes())


def test_the_test_signer_says_that_it_is_worthless_and_only_its_owner_may_read_the_key(
    var: Path, signed: object
) -> None:
    leaf, root = x509.load_pem_x509_certificates((var / FOLDER / TEST_FILE).read_bytes())
    assert "TEST" in leaf.subject.rfc4514_string()
    assert "TEST CA" in root.subject.rfc4514_string()
    assert leaf.issuer == root.subject
    leaf.verify_directly_issued_by(root)
    assert (var / FOLDER / TEST_FILE).stat().st_mode & 0o777 == 0o600
    assert signed


def test_many_that_start_at_once_make_one_test_signer(tmp_path: Path) -> None:
    found: list[bytes] = []

    def begin() -> None:
        found.append(demonstration_pair(tmp_path).chain[0].public_bytes(Encoding.DER))

    threads = [threading.Thread(target=begin) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert len(set(found)) == 1


def test_an_installation_that_is_no_demonstration_signs_nothing_without_a_key(tmp_path: Path) -> None:
    with desk(tmp_path, DEMO=False), pytest.raises(SigningKeyAway, match="还没有设置签名密钥"):
        proof("completion", sample(), b"{}")
    assert not (tmp_path / FOLDER).exists()


def test_a_key_is_taken_from_pem_and_from_pkcs12(tmp_path: Path) -> None:
    keys = Keys(tmp_path / "keys")
    store, secret = keys.packed("a long word")
    with desk(tmp_path, DEMO=False, SIGNING_KEY=keys.pem, SIGNING_CERTIFICATE=keys.chain):
        pdf = proof("completion", sample(), b"{}")
        assert signing_certificate() == keys.chain.read_bytes()
    assert holds(pdf, keys.chain.read_bytes())
    with desk(tmp_path, DEMO=False, SIGNING_KEY=store, SIGNING_PASSWORD_FILE=secret):
        assert signing_certificate() == keys.chain.read_bytes()
        assert sign_detached(b"list")


def test_a_wrong_password_a_strange_certificate_and_a_missing_file_are_told_in_words(tmp_path: Path) -> None:
    keys, others = Keys(tmp_path / "one"), Keys(tmp_path / "two")
    store, secret = keys.packed("right")
    secret.write_text("wrong")
    cases = {
        "口令不对": {"SIGNING_KEY": store, "SIGNING_PASSWORD_FILE": secret},
        "不是一对": {"SIGNING_KEY": keys.pem, "SIGNING_CERTIFICATE": others.chain},
        "没有 PEM": {"SIGNING_KEY": keys.pem, "SIGNING_CERTIFICATE": store},
        "没有设置签名证书": {"PKCS11_MODULE": SOFTHSM},
    }
    for words, settings in cases.items():
        with desk(tmp_path, DEMO=False, **settings), pytest.raises(SigningKeyAway, match=words):
            signing_certificate()


def test_a_certificate_that_has_run_out_signs_nothing(tmp_path: Path) -> None:
    keys = Keys(tmp_path, until=datetime.now(UTC) - timedelta(days=1))
    settings = {"SIGNING_KEY": keys.pem, "SIGNING_CERTIFICATE": keys.chain}
    with desk(tmp_path, DEMO=False, **settings), pytest.raises(SigningKeyAway, match="有效期"):
        sign_detached(b"list")


def test_a_key_that_goes_away_stops_the_work_and_a_key_that_is_back_goes_on(tmp_path: Path) -> None:
    keys = Keys(tmp_path)
    items = [person(number, "周禾苗") for number in range(3)]
    away = keys.pem.with_suffix(".away")
    with desk(tmp_path, DEMO=False, SIGNING_KEY=keys.pem, SIGNING_CERTIFICATE=keys.chain):
        made = proofs("completion", items)
        first = next(made)
        keys.pem.rename(away)
        with pytest.raises(SigningKeyAway):
            next(made)
        away.rename(keys.pem)
        rest = list(proofs("completion", items[1:]))
    assert [attached_in(pdf)["certificate.json"] for pdf in [first, *rest]] == [payload for _facts, payload in items]


def test_after_a_rotation_old_certificates_hold_by_the_old_chain(tmp_path: Path) -> None:
    old, new = Keys(tmp_path / "old"), Keys(tmp_path / "new")
    with desk(tmp_path, DEMO=False, SIGNING_KEY=old.pem, SIGNING_CERTIFICATE=old.chain):
        before = proof("completion", sample(), b"{}")
        published = signing_certificate()
        old.pem.write_bytes(new.pem.read_bytes())
        old.chain.write_bytes(new.chain.read_bytes())
        after = proof("completion", sample(), b"{}")
        assert holds(after, signing_certificate())
    assert holds(before, published)
    assert not holds(before, new.chain.read_bytes())


def test_a_detached_signature_is_taken_by_openssl(var: Path, tmp_path: Path) -> None:
    with desk(var):
        (tmp_path / "signature").write_bytes(sign_detached(b"number,day\n"))
        (tmp_path / "chain").write_bytes(signing_certificate())
    command = ["openssl", "cms", "-verify", "-inform", "DER", "-binary", "-purpose", "any", "-in", "signature"]
    for content, code in ((b"number,day\n", 0), (b"number,dax\n", 4)):
        (tmp_path / "list").write_bytes(content)
        command_with = [*command, "-content", "list", "-CAfile", "chain", "-out", "out"]
        assert subprocess.run(command_with, cwd=tmp_path, capture_output=True, check=False).returncode == code


@pytest.fixture
def authority(tmp_path: Path) -> Iterator[tuple[str, Keys]]:
    """Somebody who says what time it is, over HTTP."""
    keys = Keys(tmp_path / "authority", of_rsa=True)
    private = keys.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    own = asn1.Certificate.load(keys.certificate.public_bytes(Encoding.DER))
    stamper = DummyTimeStamper(own, asn1_keys.PrivateKeyInfo.load(private))

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = tsp.TimeStampReq.load(self.rfile.read(int(self.headers["Content-Length"])))
            said = asyncio.run(stamper.async_request_tsa_response(asked)).dump()
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *_words: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/", keys
        server.shutdown()
        thread.join()


def test_with_an_authority_for_time_a_certificate_says_when_it_was_signed(
    var: Path, authority: tuple[str, Keys]
) -> None:
    url, _keys = authority
    with desk(var, TIMESTAMP_URL=url):
        status = status_of(proof("completion", sample(), b"{}"), signing_certificate())
    assert status.intact
    assert status.valid
    assert status.timestamp_validity is not None
    assert status.timestamp_validity.intact


def test_an_authority_for_time_that_is_away_stops_the_work(var: Path) -> None:
    with desk(var, TIMESTAMP_URL="http://127.0.0.1:9/"), pytest.raises(SigningKeyAway):
        proof("completion", sample(), b"{}")


def test_a_key_on_a_token_signs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tokens = tmp_path / "tokens"
    tokens.mkdir()
    (tmp_path / "softhsm2.conf").write_text(f"directories.tokendir = {tokens}\nobjectstore.backend = file\n")
    monkeypatch.setenv("SOFTHSM2_CONF", str(tmp_path / "softhsm2.conf"))
    (tmp_path / "pin").write_text(f"{PIN}\n")
    (tmp_path / "wrong").write_text("0000")
    start = ["--init-token", "--free", "--label", "county", "--so-pin", "1357", "--pin", PIN]
    subprocess.run(["softhsm2-util", *start], check=True, capture_output=True, env=os.environ)
    on = {"PKCS11_MODULE": SOFTHSM, "PKCS11_TOKEN": "county", "DEMO": False}
    for number, of_rsa in enumerate((False, True), start=1):
        keys, label = Keys(tmp_path / f"keys{number}", of_rsa=of_rsa), f"signer{number}"
        put = ["--import", str(keys.pem), "--token", "county", "--label", label, "--id", f"0{number}", "--pin", PIN]
        subprocess.run(["softhsm2-util", *put], check=True, capture_output=True, env=os.environ)
        on |= {"PKCS11_KEY": label, "SIGNING_CERTIFICATE": keys.chain}
        with desk(tmp_path, **on, PKCS11_PIN_FILE=tmp_path / "pin"):
            pdfs = list(proofs("completion", [person(1, "周禾苗"), person(2, "王小明")]))
            assert [holds(pdf, signing_certificate()) for pdf in pdfs] == [True, True]
    with desk(tmp_path, **on, PKCS11_PIN_FILE=tmp_path / "wrong"), pytest.raises(SigningKeyAway):
        proof("completion", sample(), b"{}")
