"""Check a training certificate (PDF) without a network: 不联网、不登录，核对一张电子培训合格证书.

Needs Python 3.11 or newer and one library, which brings its own:   pip install "pyhanko>=0.31,<1"
Nothing else: no product, no account, no network.

    python verify_certificate.py 证书.pdf --certificate sidan-signing.pem
    python verify_certificate.py 证书.pdf --certificate sidan-signing.pem \
        --revocations revocations.json --signature revocations.p7s

The signing certificate and the list of revocations are published at /verify. Compare the fingerprint that this script
prints with the one the issuing bureau tells by telephone: whoever trusts a wrong certificate trusts a forger.

Exit code: 0 genuine (and, with a list, not revoked) / 1 not genuine, or revoked / 2 can't be checked.
退出码：0 真实有效；1 不真实或已撤销；2 无法核对。
"""

import argparse
import asyncio
import binascii
import hashlib
import json
import logging
import sys
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

try:
    from asn1crypto import cms, pem, x509
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.diff_analysis import ModificationLevel
    from pyhanko.sign.general import CMSExtractionError
    from pyhanko.sign.validation import async_validate_detached_cms, async_validate_pdf_signature
    from pyhanko.sign.validation.errors import SignatureValidationError
    from pyhanko.sign.validation.status import SignatureCoverageLevel
    from pyhanko_certvalidator import ValidationContext
except ImportError as error:
    print(f"缺少程序库 pyhanko：pip install pyhanko　／　The library pyhanko is missing: {error}", file=sys.stderr)
    sys.exit(2)

GENUINE, FALSE, UNCHECKED = 0, 1, 2
ATTACHED = "certificate.json"
LIST_FORMAT = "sidan-revocations/1"
MOST = 64 * 1024 * 1024
SKEW = timedelta(hours=1)
"""How far ahead of this machine's clock a list may have been signed."""
DIGESTS = {"sha256", "sha384", "sha512"}
BROKEN = (
    *(PdfError, SignatureValidationError, CMSExtractionError, ValueError, TypeError, KeyError, IndexError),
    *(AttributeError, AssertionError, OverflowError, RecursionError, NotImplementedError, zlib.error, OSError),
)
"""What reading a file that somebody tampered with may raise."""
LABELS = {
    "number": "证书编号 number",
    "name": "姓名 name",
    "sex": "性别 sex",
    "identity": "身份证号码 identity number",
    "course": "课程 course",
    "occupation": "职业（工种） occupation",
    "level": "等级 level",
    "starts_on": "开始 from",
    "ends_on": "结束 to",
    "hours": "学时 hours",
    "result": "成绩 result",
    "mode_note": "培训方式 mode",
    "school": "培训机构 school",
    "authority": "监制 authority",
    "issued_on": "发证日期 issued on",
    "note": "备注 note",
    "back": "背面印培训记录 record of the training on the back",
    "bilingual": "印有英文 with a sentence in English",
    "verify_url": "查验地址 page",
}
REASONS = {
    "error": "发证有误 issued in error",
    "fraud": "培训或考核情况不实 training or assessment was not genuine",
    "impersonation": "参加培训的不是持证人 somebody else was trained",
    "result_annulled": "考核结果作废 the result was annulled",
    "other": "其他原因 other",
    "correction": "内容更正 replaced by a corrected paper",
    "lost": "遗失补发 replaced after a loss",
    None: "没有写明 not stated",
}


class Stop(Exception):
    """The check ends here, with a code and the words for it in both languages."""

    def __init__(self, code: int, chinese: str, english: str) -> None:
        super().__init__(f"{chinese}\n        {english}")
        self.code = code


def main(words: list[str] | None = None) -> int:
    """Check what is asked for, and say it; the exit code."""
    given = _arguments(words)
    logging.disable(logging.CRITICAL)
    try:
        check(given)
    except Stop as stop:
        head = {GENUINE: "真实", FALSE: "不可信 NOT GENUINE", UNCHECKED: "无法核对 CAN'T BE CHECKED"}[stop.code]
        if stop.code == FALSE and isinstance(stop, Ended):
            head = "不再有效 NO LONGER VALID"
        print(f"\n结论：  {head}\n        {stop}")
        return stop.code
    return GENUINE


class Ended(Stop):
    """The paper is genuine, and stands no more."""


def _arguments(words: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="核对电子培训合格证书 Check a training certificate without a network.")
    parser.add_argument("pdf", type=Path, help="证书文件 the certificate's PDF")
    parser.add_argument("--certificate", type=Path, required=True, help="签名证书 who signs, as published (PEM)")
    parser.add_argument("--revocations", type=Path, help="撤销名单 the list of revocations (JSON)")
    parser.add_argument("--signature", type=Path, help="名单的签名 the list's signature (default: same name, .p7s)")
    return parser.parse_args(words)


def check(given: argparse.Namespace) -> None:
    """Check one certificate; raises `Stop` where it is not genuine, stands no more, or can't be checked."""
    published = Published.of(_read(given.certificate))
    pdf = _read(given.pdf)
    signed_at, signer = check_signature(pdf, published)
    attached = attachment(pdf)
    facts = facts_of(attached)
    print(f"文件：  {given.pdf.name}　SHA-256 {hashlib.sha256(pdf).hexdigest()}")
    print("签名：  有效，覆盖整个文件，签名以后没有改过\n        Valid; it covers the whole file; unchanged since.")
    print(f"签名人：{signer.subject.human_friendly}\n        SHA-256 {signer.sha256.hex(' ', 2).upper()}")
    print(f"签名时间（签名人自述）signing time as claimed: {signed_at.isoformat() if signed_at else '—'}")
    print(f"内容：  {ATTACHED}　SHA-256 {hashlib.sha256(attached).hexdigest()}")
    for key in [*(key for key in LABELS if key in facts), *(key for key in sorted(facts) if key not in LABELS)]:
        if facts[key] not in ("", None):
            print(f"        {LABELS.get(key, key)}: {_plain(facts[key])}")
    if given.revocations is None:
        print("\n撤销：  没有给出撤销名单，没有核对是否已撤销\n        No list of revocations was given: not checked.")
        print("\n结论：  真实 GENUINE（文件没有改过；有没有撤销没有查 revocation not checked）")
        return
    check_standing(facts, given.revocations, given.signature or given.revocations.with_suffix(".p7s"), published)
    print("\n结论：  真实，没有撤销 GENUINE, NOT REVOKED")


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > MOST:
            raise Stop(UNCHECKED, f"文件太大：{path}", "The file is too large.")
        return path.read_bytes()
    except OSError as error:
        raise Stop(UNCHECKED, f"打不开文件：{path}", f"The file can't be opened: {error.strerror}") from error


def _plain(value: Any) -> str:
    """A value without characters that could rewrite what stands on the screen."""
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in str(value))


# --- who signs ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Published:
    """The published certificates: those that sign, and those that stand behind them."""

    signers: dict[bytes, x509.Certificate]
    behind: dict[bytes, x509.Certificate]

    @classmethod
    def of(cls, content: bytes) -> "Published":
        """Read them; raises `Stop`."""
        signers: dict[bytes, x509.Certificate] = {}
        behind: dict[bytes, x509.Certificate] = {}
        try:
            for _name, _headers, der in pem.unarmor(content, multiple=True):
                found = x509.Certificate.load(der, strict=True)
                (behind if found.ca else signers)[found.sha256] = found
        except BROKEN as error:
            raise Stop(UNCHECKED, "签名证书读不出来", "The signing certificate can't be read.") from error
        if not signers:
            raise Stop(UNCHECKED, "里面没有签名证书", "There is no signing certificate in that file.")
        return cls(signers, behind)

    def knows(self, one: x509.Certificate) -> bool:
        """Whether a certificate is, byte for byte, one of them."""
        known = self.signers.get(one.sha256) or self.behind.get(one.sha256)
        return known is not None and bool(known.dump() == one.dump())

    def context(self) -> ValidationContext:
        """Trust in these alone, and no asking anywhere."""
        roots = [*self.signers.values(), *self.behind.values()]
        return ValidationContext(trust_roots=roots, allow_fetching=False)


def checked_cms(content: bytes, published: Published) -> cms.SignedData:
    """A signature's envelope, strictly read: nothing in it may differ from what a signer of ours writes."""
    info = cms.ContentInfo.load(content, strict=True)
    signed = info["content"]
    if info["content_type"].native != "signed_data" or info.copy().dump(force=True) != content:
        raise ValueError("the envelope is not in its one form")
    (signer,) = signed["signer_infos"]
    told = [one.dump() for one in signed["digest_algorithms"]]
    if told != [signer["digest_algorithm"].dump()] or signer["digest_algorithm"]["algorithm"].native not in DIGESTS:
        raise ValueError("the digest is another than the signer's")
    if (signed["version"].native, signer["version"].native) != ("v1", "v1") or signed["crls"].native:
        raise ValueError("the envelope is of another kind")
    if signed["encap_content_info"]["content_type"].native != "data":
        raise ValueError("the envelope holds something else")
    for choice in signed["certificates"]:
        if not isinstance(choice.chosen, x509.Certificate) or not published.knows(choice.chosen):
            raise Stop(
                FALSE,
                "不是这个签名证书签的：签名人不在公布的签名证书里",
                "It was signed by another key: the signer is not the published one.",
            )
    if signer["sid"].dump() not in [_named_by(choice.chosen) for choice in signed["certificates"]]:
        raise ValueError("the envelope names another signer than it holds")
    return signed


def _named_by(one: x509.Certificate) -> bytes:
    """How an envelope names the signer with this certificate."""
    named = cms.IssuerAndSerialNumber({"issuer": one.issuer, "serial_number": one.serial_number})
    told: bytes = cms.SignerIdentifier("issuer_and_serial_number", named).dump()
    return told


def known_signer(status: Any, published: Published) -> x509.Certificate:
    """Whoever signed, if it is one of the published; raises `Stop`."""
    found = published.signers.get(status.signing_cert.sha256)
    if found is None or found.dump() != status.signing_cert.dump():
        raise Stop(
            FALSE,
            "不是这个签名证书签的：签名人不在公布的签名证书里",
            "It was signed by another key: the signer is not the published one.",
        )
    return found


# --- the file -------------------------------------------------------------------------------------------------------


def check_signature(pdf: bytes, published: Published) -> tuple[datetime | None, x509.Certificate]:
    """When and by whom a file was signed, as a whole and as it is; raises `Stop`."""
    if not pdf.startswith(b"%PDF-"):
        raise Stop(FALSE, "不是 PDF 文件", "This is no PDF.")
    try:
        return _signature(pdf, published)
    except BROKEN as error:
        raise Stop(
            FALSE,
            "文件损坏或被改过，签名对不上",
            f"The file is damaged or was changed; its signature does not fit ({type(error).__name__}).",
        ) from error


def _signature(pdf: bytes, published: Published) -> tuple[datetime | None, x509.Certificate]:
    one = _only_signature(PdfFileReader(BytesIO(pdf)), len(pdf))
    checked_cms(_envelope(pdf, one), published)
    status = asyncio.run(async_validate_pdf_signature(one, signer_validation_context=published.context()))
    signer = known_signer(status, published)
    whole = status.coverage is SignatureCoverageLevel.ENTIRE_FILE
    unchanged = status.modification_level in (None, ModificationLevel.NONE)
    if not (status.intact and status.valid and whole and unchanged):
        raise ValueError("the signature does not fit")
    return _signed_at(status, signer), signer


def _only_signature(reader: PdfFileReader, size: int) -> Any:
    """The one signature of a file, over all of it; raises `Stop`."""
    if reader.encrypted:
        raise Stop(FALSE, "文件加了密码，不是原件", "The file is encrypted: not the original.")
    signatures = list(reader.embedded_signatures)
    if not signatures:
        raise Stop(FALSE, "文件没有数字签名", "The file carries no signature.")
    first, _length, second, rest = signatures[0].byte_range
    if len(signatures) != 1 or first != 0 or second + rest != size:
        raise Stop(FALSE, "文件在签名以后又加了东西", "Something was added after the file was signed.")
    return signatures[0]


def _envelope(pdf: bytes, one: Any) -> bytes:
    """The signature's envelope; raises `ValueError` where a byte around it is another than a signer writes."""
    content = bytes(one.pkcs7_content)
    told = b"<" + binascii.hexlify(content) + b">"
    if pdf[one.byte_range[1] : one.byte_range[2]] not in (told, told.upper()):
        raise ValueError("the signature is written in another way")
    envelope: bytes = cms.ContentInfo.load(content).dump()
    if content[len(envelope) :].strip(b"\0"):
        raise ValueError("something hides behind the signature")
    return envelope


def _signed_at(status: Any, signer: x509.Certificate) -> datetime | None:
    """When it was signed, as the signer says; raises `ValueError` where it can't have been.

    A time stamp must fit; whose it is nobody here can tell, so that its time is not taken for true.
    """
    stamp = status.timestamp_validity
    if stamp is not None and not (stamp.intact and stamp.valid):
        raise ValueError("the time stamp does not fit")
    at: datetime | None = status.signer_reported_dt
    if at is not None and not signer.not_valid_before <= at <= signer.not_valid_after:
        raise ValueError("signed when the certificate was not valid")
    return at


def attachment(pdf: bytes) -> bytes:
    """The facts that hang on the file, as bytes; raises `Stop`."""
    try:
        found = [content for name, content in _attached(PdfFileReader(BytesIO(pdf))) if name == ATTACHED]
    except BROKEN as error:
        raise Stop(FALSE, "附件读不出来", "What is attached can't be read.") from error
    if len(found) != 1:
        raise Stop(FALSE, f"文件里没有附上 {ATTACHED}，不是电子证书", "The facts are not attached: no certificate.")
    return found[0]


def _attached(reader: PdfFileReader) -> Iterator[tuple[str, bytes]]:
    """Every attached file with its name."""
    names = _under(_under(reader.root, "/Names", {}), "/EmbeddedFiles", None)
    waiting = [names] if names is not None else []
    while waiting:
        node = waiting.pop().get_object()
        waiting.extend(_under(node, "/Kids", ()))
        for entry in list(_under(node, "/Names", ()))[1::2]:
            spec = entry.get_object()
            yield str(_under(spec, "/UF", _under(spec, "/F", ""))), bytes(spec["/EF"]["/F"].data)


def _under(node: Any, key: str, default: Any) -> Any:
    """What a dictionary of a PDF holds under a key, looked up."""
    return node[key] if key in node else default  # noqa: SIM401  # its `get` does not look up


def facts_of(attached: bytes) -> dict[str, Any]:
    """The attached facts, if they are written in their one form; raises `Stop`."""
    try:
        facts = json.loads(attached.decode())
        again = json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    except (ValueError, RecursionError) as error:
        raise Stop(FALSE, "附上的内容读不出来", "The attached facts can't be read.") from error
    if not isinstance(facts, dict) or again != attached or not facts.get("number") or not facts.get("name"):
        raise Stop(FALSE, "附上的内容不是一张证书", "The attached facts are no certificate.")
    return facts


# --- the list of revocations ----------------------------------------------------------------------------------------


def check_standing(facts: dict[str, Any], listed: Path, signature: Path, published: Published) -> None:
    """Whether the certificate is on the list, once the list itself is checked; raises `Stop`."""
    found = revocations(_read(listed), _read(signature), published)
    told = f"第 {found['number']} 号名单，{found['issued_at']} 签发，{found['next_update']} 前有效"
    print(f"\n撤销：  {told}，{len(found['entries'])} 条\n        List {found['number']} of revocations: signed by us.")
    token = urlsplit(str(facts.get("verify_url", ""))).path.rsplit("/", 1)[-1]
    if not token:
        raise Stop(UNCHECKED, "证书上没有查验地址，不能和名单核对", "The facts name no page: they can't be looked up.")
    key = hashlib.sha256(token.encode()).hexdigest()
    for entry in found["entries"]:
        if entry["token_sha256"] == key:
            reason = REASONS.get(entry["because"], "其他原因 other")
            word = "已撤销" if entry["status"] == "revoked" else "已换发"
            raise Ended(
                FALSE,
                f"文件是真的，但证书{word}，不能再用。日期：{entry['on']}；原因：{reason}",
                f"The file is genuine, but the certificate was {entry['status']} on {entry['on']}.",
            )


def revocations(content: bytes, signature: bytes, published: Published) -> dict[str, Any]:
    """The list, if it is signed by the published key and not out of date; raises `Stop`."""
    try:
        signed = checked_cms(signature, published)
        context = published.context()
        status = asyncio.run(async_validate_detached_cms(content, signed, signer_validation_context=context))
        known_signer(status, published)
        if not (status.intact and status.valid):
            raise ValueError("the signature does not fit")
        found: dict[str, Any] = json.loads(content)
        if found["format"] != LIST_FORMAT:
            raise ValueError("another format")
        issued_at = datetime.fromisoformat(found["issued_at"])
        next_update = datetime.fromisoformat(found["next_update"])
    except Stop as stop:
        raise Stop(UNCHECKED, "撤销名单不是这个签名证书签的", "The list was signed by another key.") from stop
    except BROKEN as error:
        raise Stop(
            UNCHECKED,
            "撤销名单被改过，或者和签名不是一对（名单每天更新，两个文件要一起重新下载）",
            "The list was changed, or list and signature are not a pair: download both again.",
        ) from error
    now = datetime.now(UTC)
    if now > next_update:
        raise Stop(
            UNCHECKED, f"撤销名单太旧，{next_update} 到期，请重新下载", "The list is too old: download it again."
        )
    if issued_at > now + SKEW:
        raise Stop(UNCHECKED, "撤销名单的日期在将来，请检查本机时钟", "The list is of the future: check this clock.")
    return found


if __name__ == "__main__":
    sys.exit(main())
