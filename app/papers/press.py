"""The one place that touches WeasyPrint; importing it needs pango, so `printing` waits until a paper is printed."""

import io
import logging
import mimetypes
import re
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

import pikepdf
from PIL import ImageFile
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from app.papers.designs import IMAGE, Design, DesignBroken, TooLong
from app.papers.finishing import PLAIN, Finish
from app.papers.fonts import Face

ImageFile.LOAD_TRUNCATED_IMAGES = False
"""WeasyPrint turns this on for the whole process; a picture that is cut off is refused here, printed or uploaded."""

log = logging.getLogger("weasyprint")

ROLES = {"--song": "Sidan Song", "--hei": "Sidan Hei", "--kai": "Sidan Kai"}
"""The type a style sheet asks for: `font-family: var(--song)`; what one family lacks the other gives."""

FOLDERS = re.compile(r"(file://)?/(\S+/)+")

UNDERLAY = pikepdf.Name("/Underlay")


class Fetcher(URLFetcher):  # type: ignore[misc]  # the library has no types
    """Serves files of the given folders and pictures written into the address; refuses all else and stops the paper."""

    def __init__(self, folders: Sequence[Path]) -> None:
        super().__init__(allowed_protocols=("file", "data"), allow_redirects=False, fail_on_errors=True)
        self._folders = [folder.resolve() for folder in folders]

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        """The content behind an address; raises `PermissionError` for one outside, which the library makes fatal."""
        parts = urlsplit(url)
        if parts.scheme == "data" and IMAGE.match(url):
            return super().fetch(url, headers)
        if parts.scheme != "file" or parts.netloc:
            raise PermissionError(f"a design may not fetch {url[:80]}")
        path = Path(url2pathname(parts.path)).resolve(strict=True)
        if not any(path.is_relative_to(folder) for folder in self._folders):
            raise PermissionError(f"a design may not read {path.name} from outside its folder")
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": kind})


class _Complaints(logging.Handler):
    """Collects what the library only writes to its log."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a record."""
        self.records.append(record)


class Press:
    """Prints one paper at a time: the text library is not made for threads. Fonts and styles are read once and kept."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._fonts = FontConfiguration()
        self._styles: dict[tuple[object, ...], Any] = {}

    def print(
        self,
        design: Design,
        papers: Sequence[str],
        styles: Sequence[Path],
        faces: Sequence[Face],
        *,
        strict: bool = False,
        most: Sequence[int | None] = (),
        finish: Finish = PLAIN,
        look: Callable[[Sequence[Any]], object] | None = None,
    ) -> bytes:
        """Set the papers (HTML) of a design with its style sheets into one PDF; each paper counts its own pages.

        `strict` refuses what the library merely warns of, for the check of designs; `most` says how many pages each
        paper may have; `finish` asks for crop marks and for both sides of the sheet. Raises `DesignBroken` when a file
        is missing or may not be read, `TooLong` when a paper outgrows its page.
        """
        fetcher = Fetcher([*(style.parent for style in styles), *{face.path.parent for face in faces}])
        complaints = _Complaints()
        with self._lock:
            log.addHandler(complaints)
            try:
                sheets = [self._face_sheet(faces, fetcher), *(self._sheet(style, fetcher) for style in styles)]
                sheets += self._finishing(finish.style(design))
                images: dict[str, Any] = {}
                documents = self._laid_out(design, papers, sheets, fetcher, images, most)
                if look:
                    look([page for document in documents for page in document.pages])
                pdf = self._set(design, documents, images, finish)
                if design.underlay:
                    pdf = lay_under(pdf, self._underlay(design.underlay, fetcher))
            except FatalURLFetchingError as error:
                raise unread(error) from error
            finally:
                log.removeHandler(complaints)
        grave = [_short(r.getMessage()) for r in complaints.records if strict or r.levelno >= logging.ERROR]
        if grave:
            raise DesignBroken("; ".join(grave))
        return pdf

    def _laid_out(
        self,
        design: Design,
        papers: Sequence[str],
        sheets: list[Any],
        fetcher: Fetcher,
        images: dict[str, Any],
        most: Sequence[int | None] = (),
    ) -> list[Any]:
        documents = [
            HTML(string=paper, base_url=f"{design.folder.as_uri()}/", url_fetcher=fetcher).render(
                font_config=self._fonts, stylesheets=sheets, cache=images
            )
            for paper in papers
        ]
        if any(limit and len(document.pages) > limit for document, limit in zip(documents, most, strict=False)):
            raise TooLong(design.title)
        return documents

    def _set(self, design: Design, documents: list[Any], images: dict[str, Any], finish: Finish) -> bytes:
        pages = []
        for document in documents:
            pages += document.pages
            if finish.duplex and design.binding and len(document.pages) % 2:
                pages.append(self._blank(document.pages[-1]))
        pdf: bytes = documents[0].copy(pages).write_pdf(pdf_tags=True, cache=images)
        return pdf

    def _blank(self, like: Any) -> Any:
        """An empty back of the same size, so that the next paper begins on a new sheet."""
        size = CSS(string=f"@page {{ size: {like.width}px {like.height}px; margin: 0 }}", font_config=self._fonts)
        empty = '<html lang="zh-CN"><title>空白</title><body></body>'
        return HTML(string=empty).render(font_config=self._fonts, stylesheets=[size]).pages[0]

    def _finishing(self, rules: str) -> list[Any]:
        return [CSS(string=rules, font_config=self._fonts)] if rules else []

    def _sheet(self, path: Path, fetcher: Fetcher) -> Any:
        if not path.is_file():
            raise DesignBroken(f"no {path.parent.name}/{path.name}")
        key = (path, path.stat().st_mtime_ns)
        if key not in self._styles:
            self._styles[key] = CSS(filename=path, url_fetcher=fetcher, font_config=self._fonts)
        return self._styles[key]

    def _face_sheet(self, faces: Sequence[Face], fetcher: Fetcher) -> Any:
        key = tuple(face.path for face in faces)
        if key not in self._styles:
            rules = [
                f'@font-face {{ font-family: "{face.name}"; src: url("{face.path.as_uri()}"); }}' for face in faces
            ]
            rules += [f"html {{ {name}: {_stack(faces, family)}; }}" for name, family in ROLES.items()]
            self._styles[key] = CSS(string="\n".join(rules), url_fetcher=fetcher, font_config=self._fonts)
        return self._styles[key]

    def _underlay(self, drawing: Path, fetcher: Fetcher) -> bytes:
        """One page with the drawing in its own size, set once."""
        if not drawing.is_file():
            raise DesignBroken(f"no {drawing.parent.name}/{drawing.name}")
        key = ("underlay", drawing, drawing.stat().st_mtime_ns)
        if key not in self._styles:
            page = f'<img src="{drawing.name}" alt="" style="display: block">'
            size = CSS(string="@page { size: A3 landscape; margin: 0 } body { margin: 0 }", font_config=self._fonts)
            document = HTML(string=page, base_url=f"{drawing.parent.as_uri()}/", url_fetcher=fetcher)
            self._styles[key] = document.write_pdf(stylesheets=[size], font_config=self._fonts)
        found: bytes = self._styles[key]
        return found


def _stack(faces: Sequence[Face], family: str) -> str:
    """The names of all slices, those of this family first."""
    ordered = sorted(faces, key=lambda face: face.family != family)
    return ", ".join(f'"{face.name}"' for face in ordered)


def unread(error: FatalURLFetchingError) -> DesignBroken:
    """What a design asks for and may not have or can't find, without the folders of this machine."""
    return DesignBroken(FOLDERS.sub("", f"{error}: {error.__cause__}"))


def _short(message: str) -> str:
    """A complaint without the pictures it quotes."""
    return re.sub(r"(data:[^;,]*)[^\s\"]*", r"\1…", message)


def lay_under(pdf: bytes, drawing: bytes) -> bytes:
    """Put the drawing's page beneath every page, once in the file; screen readers skip it."""
    with pikepdf.open(io.BytesIO(pdf)) as document, pikepdf.open(io.BytesIO(drawing)) as source:
        form = document.copy_foreign(source.pages[0].as_form_xobject())
        rise = float(source.pages[0].mediabox[3])
        for page in document.pages:
            page.add_resource(form, pikepdf.Name.XObject, UNDERLAY, replace_existing=True)
            drop = float(page.trimbox[3]) - rise
            page.contents_add(f"/Artifact BMC q 1 0 0 1 0 {drop:.4f} cm {UNDERLAY} Do Q EMC".encode(), prepend=True)
        file = io.BytesIO()
        document.save(file, deterministic_id=True)
    return file.getvalue()
