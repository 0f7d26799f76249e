"""Every setting of the product, read from the environment once."""

import os
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent


def _flag(name: str, *, default: bool) -> bool:
    text = os.environ.get(name)
    return default if text is None else text.strip().lower() not in {"", "0", "no", "false", "off"}


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
            PAPER_STORE=Path(store).resolve() if (store := os.environ.get("SIDAN_PAPER_STORE")) else None,
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
            KEY=os.environ.get("SIDAN_KEY") or None,
        )
