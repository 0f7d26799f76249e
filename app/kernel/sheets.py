"""One small style sheet for every page: the parts of Bootstrap that are used, then our own sheets, without comments.

Bootstrap's whole sheet is 31 KB compressed, more than half of what a first page may weigh; what pages use of it is a
tenth. The rest is cut away here, at the first request, from the file in the Bootstrap-Flask wheel.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from flask import Blueprint, Response, request, url_for

from app.kernel.access import PUBLIC, needs
from app.kernel.wire import version_of
from config import ROOT

SOURCES = ("tokens", "base", "layout", "forms", "components", "elder")
OWN = tuple(ROOT / "static" / "css" / f"{name}.css" for name in SOURCES)
KEPT = frozenset(
    (
        *("btn", "btn-primary", "btn-secondary", "btn-danger", "btn-outline-danger"),
        *("form-control", "form-select", "form-check-input", "input-group", "input-group-text"),
        *("table", "form-label", "visually-hidden", "text-break", "text-nowrap"),
        *("mt-2", "mt-3", "mt-4", "mb-0", "mb-1", "d-block", "d-none", "d-lg-block", "d-lg-none"),
    )
)
"""Bootstrap's classes that pages use; its rules for plain elements are kept as well. A house test compares."""
_LAWS = "/*! Bootstrap, MIT License, (c) The Bootstrap Authors */\n"
_CLASS = re.compile(r"\.(-?[_a-zA-Z][\w-]*)")
_OPEN_OR_CLOSE = re.compile(r"[{}]")
bp = Blueprint("sheets", __name__)


@dataclass(frozen=True, slots=True)
class Sheet:
    """The sheet and what stands in its address, so that it may be kept for a year."""

    text: str
    version: str


def sheet() -> Sheet:
    """The sheet as its sources stand now."""
    return _made(tuple(path.stat().st_mtime_ns for path in OWN))


def sheet_url() -> str:
    """Where pages find the sheet."""
    return url_for("sheets.show_sheet", v=sheet().version)


def pictures() -> list[str]:
    """The addresses of the pictures that the sheet draws with."""
    return sorted({f"/{address}" for address in re.findall(r'url\("(static/[^"]+)"\)', sheet().text)})


@bp.get("/sheet.css")
@needs(PUBLIC)
def show_sheet() -> Response:
    """The style sheet of every page."""
    response = Response(sheet().text, mimetype="text/css")
    response.set_etag(sheet().version)
    response.make_conditional(request)
    return response


@cache
def _made(_changed: tuple[int, ...]) -> Sheet:
    own = "".join(plain(path.read_text("utf-8")) for path in OWN)
    own = re.sub(r'url\("\.\./([^"]+)"\)', _picture, own)
    text = _LAWS + unused_cut(cut(bootstrap().read_text("utf-8")), own) + own
    return Sheet(text, hashlib.sha256(text.encode()).hexdigest()[:12])


def _picture(named: re.Match[str]) -> str:
    """A picture of our own as the address of the sheet wants it, with the version that lets it be kept."""
    return f'url("static/{named[1]}?v={version_of(ROOT / "static" / named[1])}")'


def bootstrap() -> Path:
    """Bootstrap's sheet in the wheel."""
    found = find_spec("flask_bootstrap")
    if found is None or found.origin is None:
        raise FileNotFoundError("bootstrap-flask is not installed")
    return Path(found.origin).parent / "static/bootstrap5/css/bootstrap.min.css"


def plain(text: str) -> str:
    """Without comments and needless space."""
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    text = re.sub(r"\s+", " ", text)
    return re.sub(r" ?([{};,]) ?|(?<=:) ", lambda found: found[1] or "", text).replace(";}", "}").strip()


def cut(text: str) -> str:
    """Only the rules whose selectors name nothing but elements and kept classes."""
    return "".join(_kept(plain(text)))


def _kept(text: str) -> Iterator[str]:
    for head, body in _blocks(text):
        if head.startswith("@media"):
            inside = "".join(_kept(body))
            if inside:
                yield f"{head}{{{inside}}}"
        elif not head.startswith("@"):
            selectors = [part for part in head.split(",") if _is_kept(part)]
            if selectors:
                yield f"{','.join(selectors)}{{{body}}}"


def _is_kept(selector: str) -> bool:
    return KEPT.issuperset(_CLASS.findall(selector)) and "data-bs-theme=dark" not in selector


def _blocks(text: str) -> Iterator[tuple[str, str]]:
    """Each outermost block: what stands before its brace, and what inside."""
    depth = start = inside = 0
    for brace in _OPEN_OR_CLOSE.finditer(text):
        if brace[0] == "{":
            inside = brace.end() if depth == 0 else inside
            depth += 1
            continue
        depth -= 1
        if depth == 0:
            yield text[start : inside - 1].strip().rpartition(";")[2], text[inside : brace.start()]
            start = brace.end()


def unused_cut(text: str, own: str) -> str:
    """Without the definitions of Bootstrap's properties that nothing asks for."""
    used = set(re.findall(r"var\((--bs-[\w-]+)", text + own))
    return re.sub(r"(--bs-[\w-]+):[^;}]*;?", lambda found: found[0] if found[1] in used else "", text)
