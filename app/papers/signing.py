"""Who signs certificates: found from the settings when first needed, and again when the key's files have changed."""

import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography import x509
from flask import current_app

from app.kernel import clock
from app.kernel.i18n import _l
from app.kernel.marking import N_
from app.papers.signing_keys import (
    TEST_FILE,
    KeyPair,
    SigningKeyAway,
    chain_in,
    demonstration_pair,
    in_pem,
    key_pair,
    read_password,
)
from config import Config

if TYPE_CHECKING:
    from app.papers.signing_pades import Pen

FOLDER = "signing"
"""Under VAR: where a demonstration keeps its test signer."""

Chain = tuple[x509.Certificate, ...]


class Signatory:
    """The one signer of an installation, for all threads of a process."""

    def __init__(self, settings: Config) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._found: tuple[object, Pen, Chain] | None = None

    def sign_pdf(self, pdf: bytes, at: datetime) -> bytes:
        """The file, signed at this moment; raises `SigningKeyAway`."""
        return self._write(lambda pen: pen.sign_pdf(pdf, at))

    def sign_detached(self, data: bytes) -> bytes:
        """A signature beside the data; raises `SigningKeyAway`."""
        return self._write(lambda pen: pen.sign_detached(data, clock.now()))

    def chain(self) -> Chain:
        """The certificates of who signs now, the signer's first; raises `SigningKeyAway`."""
        with self._lock:
            return self._ready()[1]

    def close(self) -> None:
        """Let go of the key; who signs again opens it again."""
        with self._lock:
            self._let_go()

    def _let_go(self) -> None:
        found, self._found = self._found, None
        if found is not None:
            found[1].close()

    def _write(self, act: "Callable[[Pen], bytes]") -> bytes:
        from app.papers.signing_pades import FAILURES  # noqa: PLC0415  # half a second, for those who sign only

        with self._lock:
            pen, chain = self._ready()
            if not chain[0].not_valid_before_utc <= clock.now() <= chain[0].not_valid_after_utc:
                raise SigningKeyAway(N_("签名证书不在有效期内。请管理员换用新的签名证书。"))
            try:
                return act(pen)
            except FAILURES as error:
                self._found = None
                raise SigningKeyAway(
                    _l(
                        "现在签不了名（%(what)s）：密钥设备或者时间戳服务用不了。请管理员检查。",
                        what=type(error).__name__,
                    )
                ) from error

    def _ready(self) -> "tuple[Pen, Chain]":
        if self._found is None or self._found[0] != self._seen():
            self._let_go()
            opened = self._opened()
            self._found = (self._seen(), *opened)
        return self._found[1:]

    def _opened(self) -> "tuple[Pen, Chain]":
        from app.papers.signing_pades import FAILURES, pen_of_file, pen_of_token  # noqa: PLC0415  # as above

        has = self._settings
        if has.PKCS11_MODULE is None:
            pair = self._pair()
            return pen_of_file(pair, has.TIMESTAMP_URL), pair.chain
        if has.SIGNING_CERTIFICATE is None:
            raise SigningKeyAway(N_("没有设置签名证书的文件。请管理员检查。"))
        chain = chain_in(has.SIGNING_CERTIFICATE)
        pin = read_password(has.PKCS11_PIN_FILE)
        try:
            secret = pin.decode() if pin is not None else None
            pen = pen_of_token(has.PKCS11_MODULE, has.PKCS11_TOKEN, has.PKCS11_KEY, secret, chain, has.TIMESTAMP_URL)
        except FAILURES as error:
            what = type(error).__name__
            raise SigningKeyAway(_l("签名密钥所在的设备用不了（%(what)s）。请管理员检查。", what=what)) from error
        return pen, chain

    def _pair(self) -> KeyPair:
        has = self._settings
        if has.SIGNING_KEY is not None:
            return key_pair(has.SIGNING_KEY, has.SIGNING_CERTIFICATE, read_password(has.SIGNING_PASSWORD_FILE))
        if has.DEMO:
            return demonstration_pair(has.VAR / FOLDER)
        raise SigningKeyAway(N_("这套系统还没有设置签名密钥，不能签发证书。请管理员按部署说明设置。"))

    def _seen(self) -> tuple[object, ...]:
        """What tells that the key's files are still those that were read."""
        has = self._settings
        files = [has.SIGNING_KEY, has.SIGNING_CERTIFICATE, has.SIGNING_PASSWORD_FILE, has.PKCS11_PIN_FILE]
        return tuple(_state(file) for file in [*files, has.VAR / FOLDER / TEST_FILE])


def _state(path: Path | None) -> object:
    if path is None or not path.exists():
        return None
    found = path.stat()
    return found.st_mtime_ns, found.st_ino, found.st_size


def signatory() -> Signatory:
    """The signer of the running app."""
    found: Signatory = current_app.extensions["papers.signatory"]
    return found


def signing_certificate() -> bytes:
    """The certificates of who signs now as PEM, the signer's first, to be published."""
    return in_pem(signatory().chain())


def sign_detached(data: bytes) -> bytes:
    """A CMS signature (DER) that stands beside `data`, by the key that signs certificates."""
    return signatory().sign_detached(data)
