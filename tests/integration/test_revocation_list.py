"""The signed list of certificates that stand no more, and the certificates that signed: what anyone may download."""

import gzip
import hashlib
import json
import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import cms
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, update
from sqlalchemy.exc import DBAPIError

from app.certificates import queries
from app.certificates import service as certificates
from app.certificates.models import Certificate
from app.certificates.rules import RevokedBecause
from app.certificates.verifying import service
from app.certificates.verifying.models import RevocationList, SigningCertificate
from app.certificates.verifying.rules import AGAIN, LASTS, token_hash
from app.certificates.verifying.service import KEPT, list_revocations
from app.certificates.views import published
from app.classes.queries import training_class
from app.kernel import clock
from app.kernel.database import db, transaction
from app.kernel.tasks import tasks
from app.papers import service as papers
from app.papers.signing import Signatory
from tests.making.classes import clerk_of, officer
from tests.making.results import issue, make_assessed_class

pytestmark = pytest.mark.usefixtures("session")
LIST, SIGNATURE, SIGNERS = "/verify/revocations.json", "/verify/revocations.p7s", "/verify/certificate.pem"
PLAIN = {"Accept-Encoding": "identity"}


def three() -> list[Certificate]:
    class_ = make_assessed_class(3)
    issue(class_)
    return list(queries.certificates_of(class_.id))


def revoke(one: Certificate, because: RevokedBecause = RevokedBecause.FRAUD) -> None:
    certificates.revoke(one, reason="查实造假", because=because, by=officer())


def content(row: RevocationList | None) -> dict[str, Any]:
    assert row is not None
    found: dict[str, Any] = json.loads(gzip.decompress(row.packed))
    return found


def test_the_list_says_what_ended_when_and_why_and_neither_numbers_nor_names() -> None:
    with transaction():
        valid, gone, lost = three()
        with clock.at(clock.moment_of(date(2027, 3, 9), 23)):
            revoke(gone)
        with clock.at(clock.moment_of(date(2027, 3, 10), 9)):
            new = certificates.reissue(lost, reason="搬家时丢了", by=clerk_of(training_class(lost.class_id)))
    with transaction():
        row = list_revocations()
    told = content(row)
    assert row is not None
    assert told["entries"] == sorted(
        (
            {"token_sha256": token_hash(gone.token), "status": "revoked", "because": "fraud", "on": "2027-03-09"},
            {"token_sha256": token_hash(lost.token), "status": "replaced", "because": "lost", "on": "2027-03-10"},
        ),
        key=lambda entry: entry["token_sha256"],
    )
    assert (told["format"], told["number"], row.entries) == ("sidan-revocations/1", 1, 2)
    words = gzip.decompress(row.packed).decode()
    for one in (valid, gone, lost, new):
        for secret in (one.number, one.token, one.facts["name"], one.facts_sha256, "丢了", "造假"):
            assert secret not in words


def test_a_list_is_numbered_on_signed_anew_after_a_change_or_a_day_and_else_left_alone() -> None:
    start = clock.moment_of(date(2027, 5, 1), 9)
    with transaction():
        one, other, _third = three()
        revoke(one)
    with clock.at(start), transaction():
        first = list_revocations()
        assert list_revocations() is None
    with clock.at(start + timedelta(minutes=1)), transaction():
        revoke(other)
        second = list_revocations()
    with clock.at(start + AGAIN), transaction():
        assert list_revocations() is None
    with clock.at(start + timedelta(minutes=1) + AGAIN), transaction():
        third = list_revocations()
    told = [content(row) for row in (first, second, third)]
    assert [one["number"] for one in told] == [1, 2, 3]
    assert [len(one["entries"]) for one in told] == [1, 2, 2]
    assert told[0]["issued_at"] == start.isoformat()
    assert told[0]["next_update"] == (start + LASTS).isoformat()


def test_a_revocation_asks_for_a_new_list_at_once_and_ten_ask_for_one() -> None:
    with transaction():
        issued = three()
    with transaction():
        for one in issued:
            revoke(one)
    tasks.run_pending()
    lists = db.session.scalars(db.select(RevocationList)).all()
    assert [row.entries for row in lists] == [3]


def test_old_lists_go_and_the_number_still_rises() -> None:
    with transaction():
        one, *_others = three()
        revoke(one)
    start = clock.moment_of(date(2027, 5, 1), 9)
    for day in range(KEPT + 3):
        with clock.at(start + timedelta(days=day, minutes=day)), transaction():
            list_revocations()
    numbers = [row.number for row in db.session.scalars(db.select(RevocationList).order_by(RevocationList.number))]
    assert numbers == list(range(4, KEPT + 4))


@pytest.mark.parametrize(
    "edit",
    [
        update(RevocationList).values(entries=7),
        delete(RevocationList),
        db.insert(RevocationList).values(number=9, issued_at=clock.now(), next_update_at=clock.now() + LASTS, entries=0,
                                         entries_sha256="0" * 64, sha256="0" * 64, packed=b"", signature=b""),
    ],
    ids=["edited", "newest dropped", "number skipped"],
)  # fmt: skip
def test_the_database_keeps_lists_as_they_were_signed(edit: Any) -> None:
    with transaction():
        list_revocations()
    with pytest.raises(DBAPIError, match="numbered one by one"), db.session.begin_nested():
        db.session.execute(edit)


def test_the_signature_is_of_the_very_bytes_that_are_served(client: FlaskClient) -> None:
    with transaction():
        list_revocations()
    served, signature = client.get(LIST, headers=PLAIN), client.get(SIGNATURE)
    assert (served.mimetype, signature.mimetype) == ("application/json", "application/pkcs7-signature")
    info = cms.ContentInfo.load(signature.data)
    (signer,) = info["content"]["signer_infos"]
    digest = next(a["values"][0].native for a in signer["signed_attrs"] if a["type"].native == "message_digest")
    assert digest == hashlib.sha256(served.data).digest()
    present = x509.load_pem_x509_certificates(client.get(SIGNERS).data)[0]
    assert present.serial_number == signer["sid"].chosen["serial_number"].native


def test_it_is_served_cached_packed_and_not_sent_twice(client: FlaskClient) -> None:
    with transaction():
        list_revocations()
    plain = client.get(LIST, headers=PLAIN)
    packed = client.get(LIST, headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(packed.data) == plain.data
    assert (packed.headers["Content-Encoding"], plain.headers.get("Content-Encoding")) == ("gzip", None)
    assert packed.headers["ETag"] != plain.headers["ETag"]
    for answer in (plain, packed, client.get(SIGNATURE)):
        assert answer.headers["Cache-Control"] == f"public, max-age={published.FRESH}"
        assert "Last-Modified" in answer.headers
        assert "Set-Cookie" not in answer.headers
        assert int(answer.headers["Content-Length"]) == len(answer.data) > 0
    for headers in (
        {"If-None-Match": plain.headers["ETag"], **PLAIN},
        {"If-Modified-Since": plain.headers["Last-Modified"]},
    ):
        again = client.get(LIST, headers=headers)
        assert (again.status_code, again.data) == (304, b"")
    head = client.head(LIST, headers=PLAIN)
    assert (head.data, head.headers["Content-Length"]) == (b"", str(len(plain.data)))
    with transaction():
        one, *_others = three()
        revoke(one)
        list_revocations()
    assert client.get(LIST, headers={"If-None-Match": plain.headers["ETag"], **PLAIN}).status_code == 200


def test_whoever_asks_first_has_the_first_list_signed_and_later_ones_get_the_same(client: FlaskClient) -> None:
    first = client.get(LIST, headers=PLAIN)
    assert first.status_code == 200
    assert json.loads(first.data)["number"] == 1
    assert json.loads(first.data)["entries"] == []
    assert client.get(LIST, headers=PLAIN).data == first.data
    assert client.get(SIGNATURE).status_code == 200
    assert [row.number for row in db.session.scalars(db.select(RevocationList))] == [1]


def test_without_a_list_and_without_a_key_it_is_said_plainly(
    app: Flask, client: FlaskClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "zh"
    lost = Signatory(replace(app.config["SETTINGS"], SIGNING_KEY=tmp_path / "key.pem"))
    monkeypatch.setitem(app.extensions, "papers.signatory", lost)
    for address in (LIST, SIGNATURE):
        answer = client.get(address)
        assert answer.status_code == 503
        assert "撤销名单还没有生成" in answer.text


def test_signers_of_old_stay_published_and_the_page_tells_their_fingerprints(client: FlaskClient) -> None:
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "zh"
    chain = papers.signing_certificate()
    present = x509.load_pem_x509_certificates(chain)[0].fingerprint(SHA256()).hex()
    old = SigningCertificate(fingerprint="ab" * 32, chain="-----OLD-----\n", since_at=clock.now() - timedelta(days=900))
    db.session.add(old)
    with transaction():
        list_revocations()
    assert client.get(SIGNERS).data == chain + b"-----OLD-----\n"
    page = client.get("/verify").text
    shown = [hex_.replace(" ", "").lower() for hex_ in fingerprints(page)]
    assert shown == [present, "ab" * 32]


def fingerprints(page: str) -> list[str]:
    return re.findall(r"((?:[0-9A-F]{4} ){15}[0-9A-F]{4})", page)


def test_while_nobody_can_sign_the_last_list_holds_on(monkeypatch: pytest.MonkeyPatch) -> None:
    with transaction():
        list_revocations()
        one, *_others = three()
        revoke(one)

    def away(_data: bytes) -> bytes:
        raise papers.SigningKeyAway("the token was pulled out")

    monkeypatch.setattr(papers, "sign_detached", away)
    service.list_soon()
    assert [row.entries for row in db.session.scalars(db.select(RevocationList))] == [0]
