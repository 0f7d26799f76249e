"""Writes the pages of archival papers and has them set: one design, many papers."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from jinja2.sandbox import ImmutableSandboxedEnvironment

from app.papers.archival_filling import Sheet
from app.papers.archival_forms import QR
from app.papers.designs import SHARED, Design, checked
from app.papers.printing import CannotPrint, Printer

if TYPE_CHECKING:
    from app.papers.archival_press import ArchivalPress


class Pages(Printer):
    """Writes pages whose QR codes are drawn when they are set."""

    def _environment(self, design: Design) -> ImmutableSandboxedEnvironment:
        environment = super()._environment(design)
        environment.filters["qr"] = later
        return environment


def later(text: str) -> str:
    """The address of a QR code that is yet to be drawn."""
    return QR + quote(text, safe="")


class Binder:
    """Makes archival files with a printer's designs and fonts."""

    def __init__(self, printer: Printer) -> None:
        self.printer = printer
        self._pages = Pages(printer.folder, printer.fonts)

    def set(self, design: Design, sheets: Sequence[Sheet]) -> Iterator[bytes]:
        """The files of sheets of one design; raises `CannotPrint`, `TooLong` or `DesignBroken`."""
        text = "".join(sorted(set().union(*(sheet.text for sheet in sheets))))
        missing = self.printer.fonts.missing(text)
        if missing:
            raise CannotPrint(missing)
        styles = [self.printer.folder / SHARED / "print.css", design.folder / "style.css"]
        return self._press.files(design, sheets, styles, self.printer.fonts.faces(text))

    def sheet(self, design: Design, facts: Mapping[str, Any], payload: bytes, attachment: str) -> Sheet:
        """A paper ready to be set; raises `FactsRefused` or `DesignBroken`."""
        complete = checked(design, facts)
        day = str(complete[design.described["dated"]])
        return Sheet(self._pages.page(design, complete), design.most_pages(complete), day, attachment, payload)

    @cached_property
    def _press(self) -> "ArchivalPress":
        from app.papers.archival_press import ArchivalPress  # noqa: PLC0415  # WeasyPrint raises where pango is missing

        return ArchivalPress()
