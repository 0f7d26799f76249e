"""Facts and a design go in, the bytes of a PDF come out; the same facts give the same bytes."""

import base64
import io
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cached_property
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import segno
from flask import current_app
from jinja2 import FileSystemLoader, StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from app.kernel.errors import DomainError
from app.kernel.i18n import _l
from app.kernel.money import yuan
from app.papers.designs import SHARED, Design, DesignBroken, Facts, checked, design_of
from app.papers.fonts import Fonts
from app.papers.rules import chinese_capital

if TYPE_CHECKING:
    from app.papers.press import Press

QR_SCALE = 6
"""Pixels a module; viewers that smooth enlarged pictures still show sharp edges."""


class CannotPrint(DomainError):
    """A character has no glyph in any font of ours; the message names it."""

    def __init__(self, characters: Sequence[str]) -> None:
        shown = "、".join(f"“{character}”（U+{ord(character):04X}）" for character in characters)
        super().__init__(
            _l(
                "现有字体里没有这些字：%(characters)s。请管理员安装字体 fonts-babelstone-han 后再打印。",
                characters=shown,
            )
        )
        self.characters = list(characters)


def chinese_date(iso: str) -> str:
    """2025-03-01 → 2025年3月1日; empty stays empty."""
    if not iso:
        return ""
    day = date.fromisoformat(iso)
    return f"{day.year}年{day.month}月{day.day}日"


def short_date(iso: str) -> str:
    """2025-03-01 → 2025.03.01; empty stays empty."""
    return iso.replace("-", ".")


def qr(text: str) -> str:
    """A QR code (error correction M, with its quiet zone) as the address of a PNG picture."""
    file = io.BytesIO()
    segno.make(text, error="m", micro=False).save(file, kind="png", scale=QR_SCALE, border=4)
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()


FILTERS = {"chinese_date": chinese_date, "short_date": short_date, "qr": qr, "yuan": yuan, "capital": chinese_capital}


class Printer:
    """Prints the designs of one folder with one set of fonts."""

    def __init__(self, folder: Path, fonts: Fonts) -> None:
        self.folder = folder
        self.fonts = fonts
        self._environments: dict[str, ImmutableSandboxedEnvironment] = {}

    def design(self, name: str) -> Design:
        """The design of that name; raises `DesignBroken`."""
        return design_of(self.folder, name)

    def render(self, name: str, papers: Sequence[Mapping[str, Any]], *, strict: bool = False) -> bytes:
        """One PDF of one paper for each set of facts, each counting its own pages.

        Raises `FactsRefused`, `CannotPrint`, `TooLong` or `DesignBroken`.
        """
        design = self.design(name)
        complete = [checked(design, facts) for facts in papers]
        pages = [self.page(design, facts) for facts in complete]
        text = unescape("".join(pages))
        missing = self.fonts.missing(text)
        if missing:
            raise CannotPrint(missing)
        styles = [self.folder / SHARED / "print.css", design.folder / "style.css"]
        return self._press.print(design, pages, styles, self.fonts.faces(text), strict=strict)

    def page(self, design: Design, facts: Facts) -> str:
        """The HTML of one paper; `facts` are checked ones."""
        environment = self._environment(design)
        try:
            alt = {key: environment.from_string(text).render(facts) for key, text in design.described["alt"].items()}
            title = environment.from_string(design.described["title"]).render(facts).strip()
            own = {"alt": alt, "title": title, "design": design.name, "dated": facts[design.described["dated"]]}
            return environment.get_template("template.html").render(facts, **own)
        except TemplateError as error:
            raise DesignBroken(f"{design.name}: {error}") from error

    def _environment(self, design: Design) -> ImmutableSandboxedEnvironment:
        """Templates of the design and of the shared folder, with the few filters a paper needs, and nothing else."""
        if design.name not in self._environments:
            environment = ImmutableSandboxedEnvironment(
                loader=FileSystemLoader([design.folder, self.folder / SHARED]),
                undefined=StrictUndefined,
                autoescape=True,
                trim_blocks=True,
                lstrip_blocks=True,
            )
            environment.filters.update(FILTERS)
            self._environments[design.name] = environment
        return self._environments[design.name]

    @cached_property
    def _press(self) -> "Press":
        from app.papers.press import Press  # noqa: PLC0415  # WeasyPrint raises on import where pango is missing

        return Press()


def printer() -> Printer:
    """The printer of the running app."""
    found: Printer = current_app.extensions["papers.printer"]
    return found


def render(design: str, facts: Mapping[str, Any]) -> bytes:
    """Print one paper."""
    return printer().render(design, [facts])


def render_many(design: str, papers: Sequence[Mapping[str, Any]]) -> bytes:
    """Print a paper for each set of facts into one PDF, in the order given."""
    return printer().render(design, papers)


def missing_glyphs(text: str) -> list[str]:
    """The characters of `text` that no font of ours has, each once."""
    return printer().fonts.missing(text)
