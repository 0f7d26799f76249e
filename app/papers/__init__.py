"""Paper: prints designs with facts, keeps what was printed and what was uploaded.

Promise: what was printed once is stored with its facts, its design's version and its hash, and is given out again only
when it is still the same, byte for byte.
"""

from flask import Flask

from app.papers.archival_binding import Binder
from app.papers.fonts import Fonts
from app.papers.printing import Printer
from app.papers.signing import Signatory
from app.papers.store import FolderStore
from config import ROOT, Config


def init_app(app: Flask) -> None:
    """Give the app its printer, its signer and its store."""
    settings: Config = app.config["SETTINGS"]
    app.extensions["papers.printer"] = Printer(ROOT / "certificates", Fonts(settings.FONTS or settings.VAR / "fonts"))
    app.extensions["papers.binder"] = Binder(app.extensions["papers.printer"])
    app.extensions["papers.signatory"] = Signatory(settings)
    app.extensions["papers.store"] = FolderStore(settings.PAPER_STORE or settings.VAR / "papers")
