"""Every setting of the product, read from the environment once."""

import os
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent


def _flag(name: str, *, default: bool) -> bool:
    text = os.environ.get(name)
    return default if text is None else text.strip().lower() not in {"", "0", "no", "false", "off"}


def _path(name: str) -> Path | None:
    text = os.environ.get(name)
    return Path(text).resolve() if text else None


@dataclass(frozen=True, slots=True)
class Config:
    """What differs between one installation and another."""

    DATABASE_URL: str | None = None
    VAR: Path = ROOT / "var"
    PAPER_STORE: Path | None = None
    """Where printed and uploaded files are kept; without it `papers` under VAR."""
    FONTS: Path | None = None
    """Where converted fonts are kept for reuse; without it `fonts` under VAR."""
    HOST: str = "127.0.0.1"
    PORT: int = 8000
    WEB_PROCESSES: int = 1
    DEMO: bool = True
    PUBLIC_URL: str = "http://127.0.0.1:8000"
    """The address printed on papers; QR codes lead there."""
    SECURE_COOKIES: bool = False
    """True where the product is served over HTTPS; PUBLIC_URL says so."""
    TRUSTED_PROXY: str | None = None
    """Address of the one reverse proxy whose word is taken for the visitor's address and the scheme."""
    PHOTO_MEGABYTES: int = 15
    """How large a photo of a lesson may be."""
    FILM_MEGABYTES: int = 200
    RECORDINGS_A_SESSION: int = 60
    """How many photos and films one half-day may have."""
    LONG_FROM_LINES: int = 300
    """From so many lines on, steps of a claim are done in the background, with a progress bar."""
    SIGNING_KEY: Path | None = None
    """The key that signs certificates: PKCS#12 with its certificates, or PEM."""
    SIGNING_CERTIFICATE: Path | None = None
    """The signer's certificate and those above it, PEM; needed unless the key is PKCS#12."""
    SIGNING_PASSWORD_FILE: Path | None = None
    """Holds the password of the key's file."""
    PKCS11_MODULE: Path | None = None
    """The library of a token that keeps the key; the key is then not in a file."""
    PKCS11_TOKEN: str = ""
    PKCS11_KEY: str = ""
    """Labels of the token and of the key on it."""
    PKCS11_PIN_FILE: Path | None = None
    TIMESTAMP_URL: str | None = None
    """An authority (RFC 3161) that says when each certificate was signed."""
    KEY: str | None = field(default=None, repr=False)
    """Base64 of 32 bytes; without it a file under VAR is made on first start."""

    @classmethod
    def from_environment(cls) -> "Config":
        """Read the settings; nothing set gives a demo on this machine."""
        var = Path(os.environ.get("SIDAN_VAR", str(ROOT / "var"))).resolve()
        host = os.environ.get("HOST", "127.0.0.1")
        port = int(os.environ.get("PORT", "8000"))
        public_url = os.environ.get("SIDAN_PUBLIC_URL", f"http://{host}:{port}").rstrip("/")
        return cls(
            DATABASE_URL=os.environ.get("DATABASE_URL") or None,
            VAR=var,
            PAPER_STORE=_path("SIDAN_PAPER_STORE"),
            HOST=host,
            PORT=port,
            WEB_PROCESSES=int(os.environ.get("WEB_PROCESSES", "1")),
            DEMO=_flag("SIDAN_DEMO", default=True),
            PUBLIC_URL=public_url,
            SECURE_COOKIES=public_url.startswith("https://"),
            TRUSTED_PROXY=os.environ.get("SIDAN_TRUSTED_PROXY") or None,
            PHOTO_MEGABYTES=int(os.environ.get("SIDAN_PHOTO_MB", "15")),
            FILM_MEGABYTES=int(os.environ.get("SIDAN_FILM_MB", "200")),
            RECORDINGS_A_SESSION=int(os.environ.get("SIDAN_RECORDINGS_A_SESSION", "60")),
            LONG_FROM_LINES=int(os.environ.get("SIDAN_LONG_FROM_LINES", "300")),
            SIGNING_KEY=_path("SIDAN_SIGNING_KEY"),
            SIGNING_CERTIFICATE=_path("SIDAN_SIGNING_CERTIFICATE"),
            SIGNING_PASSWORD_FILE=_path("SIDAN_SIGNING_PASSWORD_FILE"),
            PKCS11_MODULE=_path("SIDAN_PKCS11_MODULE"),
            PKCS11_TOKEN=os.environ.get("SIDAN_PKCS11_TOKEN", ""),
            PKCS11_KEY=os.environ.get("SIDAN_PKCS11_KEY", ""),
            PKCS11_PIN_FILE=_path("SIDAN_PKCS11_PIN_FILE"),
            TIMESTAMP_URL=os.environ.get("SIDAN_TIMESTAMP_URL") or None,
            KEY=os.environ.get("SIDAN_KEY") or None,
        )
