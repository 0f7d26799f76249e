"""Sets papers as PDF/A-3 with tags and attaches to each the facts it was printed from, many of them at once.

What takes the time is laying out; papers that are alike are laid out once, as a form (see `archival_forms`).
"""

import gc
import io
import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcherResponse

from app.papers.archival_filling import Form, Sheet, qr_picture
from app.papers.archival_fonts import Cut, cut, is_everyday
from app.papers.archival_forms import QR, Alike, slotted
from app.papers.designs import Design, DesignBroken, TooLong
from app.papers.fonts import Face
from app.papers.press import ROLES, Fetcher, Press, _Complaints, _short, _stack, log, unread

VARIANT = "pdf/a-3a"
"""PDF/A-3 with tags and alternative text: files may be attached, nothing depends on the machine that shows it."""

FONT = "font:"


class BatchFetcher(Fetcher):
    """Serves also the fonts of a batch, from memory, and draws QR codes."""

    def __init__(self, folders: Sequence[Path], cuts: Sequence[Cut]) -> None:
        super().__init__(folders)
        self._cuts = {f"{FONT}{number}": each.data for number, each in enumerate(cuts)}

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        """The content behind an address."""
        if url in self._cuts:
            return URLFetcherResponse(url, self._cuts[url], {"Content-Type": "font/ttf"})
        if url.startswith(QR):
            file = io.BytesIO()
            qr_picture(unquote(url.removeprefix(QR))).save(file, "PNG")
            return URLFetcherResponse(url, file.getvalue(), {"Content-Type": "image/png"})
        return super().fetch(url, headers)


@dataclass(frozen=True)
class Setting:
    """What all papers of a batch are set with."""

    design: Design
    cuts: Sequence[Cut]
    fetcher: BatchFetcher
    fonts: FontConfiguration
    styles: Sequence[CSS]
    drawing: bytes | None


class ArchivalPress(Press):
    """Sets one file a paper."""

    def files(
        self, design: Design, sheets: Sequence[Sheet], styles: Sequence[Path], faces: Sequence[Face]
    ) -> Iterator[bytes]:
        """A file for each sheet of a batch, in order; raises `DesignBroken` or `TooLong`."""
        yield from self._batch(self._setting(design, sheets, styles, faces), sheets)

    def _setting(
        self, design: Design, sheets: Sequence[Sheet], styles: Sequence[Path], faces: Sequence[Face]
    ) -> Setting:
        cuts = cut(faces, set().union(*(sheet.text for sheet in sheets)))
        folders = {face.path.parent for face in faces}
        fetcher = BatchFetcher([*(style.parent for style in styles), *folders], cuts)
        fonts = FontConfiguration()
        with self._lock:
            css = [_faces(faces, fetcher, fonts), *(self._sheet(style, fetcher) for style in styles)]
            drawing = self._underlay(design.underlay, fetcher) if design.underlay else None
        return Setting(design, cuts, fetcher, fonts, css, drawing)

    def _batch(self, setting: Setting, sheets: Sequence[Sheet]) -> Iterator[bytes]:
        alike = Alike(common(setting.cuts))
        shapes = [alike.shape(sheet.html) for sheet in sheets]
        many = Counter(shapes)
        forms: dict[str, Iterator[bytes] | None] = {}
        for sheet, shape in zip(sheets, shapes, strict=True):
            if many[shape] == 1:
                yield self._alone(setting, sheet)
                continue
            if shape not in forms:
                forms[shape] = self._form(
                    setting, [each for each, its in zip(sheets, shapes, strict=True) if its == shape]
                )
            form = forms[shape]
            yield next(form) if form else self._alone(setting, sheet)

    def _alone(self, setting: Setting, sheet: Sheet) -> bytes:
        return Form(self._set_one(setting, sheet.html, sheet.most), setting.drawing, sheet, setting.cuts).filled(
            sheet, {}
        )

    def _form(self, setting: Setting, sheets: Sequence[Sheet]) -> Iterator[bytes] | None:
        """The files of alike papers, laid out once; None where they differ in too many places."""
        found = slotted([sheet.html for sheet in sheets])
        if found is None:
            return None
        html, fillings = found
        form = Form(self._set_one(setting, html, sheets[0].most), setting.drawing, sheets[0], setting.cuts)
        return (form.filled(sheet, filling) for sheet, filling in zip(sheets, fillings, strict=True))

    def _set_one(self, setting: Setting, html: str, most: int | None) -> bytes:
        complaints = _Complaints()
        with self._lock, unswept():
            log.addHandler(complaints)
            try:
                base, images = f"{setting.design.folder.as_uri()}/", dict[str, Any]()
                document = HTML(string=html, base_url=base, url_fetcher=setting.fetcher).render(
                    font_config=setting.fonts, stylesheets=setting.styles, cache=images
                )
                if most and len(document.pages) > most:
                    raise TooLong(setting.design.title)
                pdf: bytes = document.write_pdf(pdf_variant=VARIANT, cache=images, uncompressed_pdf=True)
            except FatalURLFetchingError as error:
                raise unread(error) from error
            finally:
                log.removeHandler(complaints)
        grave = [_short(record.getMessage()) for record in complaints.records if record.levelno >= logging.ERROR]
        if grave:
            raise DesignBroken("; ".join(grave))
        return pdf


def common(cuts: Sequence[Cut]) -> frozenset[str]:
    """The Han characters that stand in every font of a batch in one width."""
    return frozenset.intersection(*(each.full_width for each in cuts)) if cuts else frozenset()


def _faces(faces: Sequence[Face], fetcher: BatchFetcher, fonts: FontConfiguration) -> CSS:
    """The fonts of a batch: cut ones from memory, those of rare characters from their files."""
    numbers = iter(range(len(faces)))
    places = [f"{FONT}{next(numbers)}" if is_everyday(face) else face.path.as_uri() for face in faces]
    rules = [
        f'@font-face {{ font-family: "{face.name}"; src: url("{place}"); }}'
        for face, place in zip(faces, places, strict=True)
    ]
    rules += [f"html {{ {name}: {_stack(faces, family)}; }}" for name, family in ROLES.items()]
    return CSS(string="\n".join(rules), url_fetcher=fetcher, font_config=fonts)


@contextmanager
def unswept() -> Iterator[None]:
    """Look for no garbage while a paper is laid out: it is one big tree, which would be walked time and again."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
