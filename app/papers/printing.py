"""Facts and a design go in, the bytes of a PDF come out; the same facts give the same bytes."""

import base64
import io
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cached_property
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import segno
from flask import current_app
from jinja2 import FileSystemLoader, StrictUndefined, Template, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from app.kernel.errors import DomainError
from app.kernel.i18n import _l
from app.kernel.money import yuan
from app.papers.designs import SHARED, Design, DesignBroken, Facts, checked, design_of
from app.papers.finishing import PLAIN, Finish
from app.papers.fonts import Fonts
from app.papers.helping import advice, shown
from app.papers.pictures import is_reference, kept_picture
from app.papers.rules import chinese_capital

if TYPE_CHECKING:
    from app.papers.press import Press

QR_SCALE = 6
"""Pixels a module; viewers that smooth enlarged pictures still show sharp edges."""


class CannotPrint(DomainError):
    """A character has no glyph in any font of ours; the message names it."""

    def __init__(self, characters: Sequence[str], field: str | None = None) -> None:
        told = {"characters": shown(characters), "advice": advice(characters)}
        super().__init__(_l("现有字体里没有这些字，印不出来：%(characters)s。%(advice)s", **told), field)
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


Look = Callable[[Sequence[Any]], object]
"""Somebody who wants to see the pages as they are laid out."""


class Printer:
    """Prints the designs of one folder with one set of fonts."""

    def __init__(self, folder: Path, fonts: Fonts, pictures: Callable[[str], str] = kept_picture) -> None:
        self.folder = folder
        self.fonts = fonts
        self._pictures = pictures
        self._environments: dict[str, ImmutableSandboxedEnvironment] = {}
        self._compiled: dict[tuple[str, str], Template] = {}

    def design(self, name: str) -> Design:
        """The design of that name; raises `DesignBroken`."""
        return design_of(self.folder, name)

    def render(
        self,
        name: str,
        papers: Sequence[Mapping[str, Any]],
        *,
        strict: bool = False,
        finish: Finish = PLAIN,
        look: Look | None = None,
    ) -> bytes:
        """One PDF of one paper for each set of facts, each counting its own pages; `look` is shown the pages as set.

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
        most = [design.most_pages(facts) for facts in complete]
        faces = self.fonts.faces(text)
        return self._press.print(design, pages, styles, faces, strict=strict, most=most, finish=finish, look=look)

    def checked(self, design: Design, facts: Mapping[str, Any]) -> Facts:
        """The facts as the design takes them; raises `FactsRefused`."""
        return checked(design, facts)

    def page(self, design: Design, facts: Facts) -> str:
        """The HTML of one paper; `facts` are checked ones."""
        environment = self._environment(design)
        facts = self._shown(design, facts)
        try:
            alt = {key: self._small(design, text).render(facts) for key, text in design.described["alt"].items()}
            title = self._small(design, design.described["title"]).render(facts).strip()
            own = {"alt": alt, "title": title, "design": design.name, "dated": facts[design.described["dated"]]}
            return environment.get_template("template.html").render(facts, **own)
        except TemplateError as error:
            raise DesignBroken(f"{design.name}: {error}") from error

    def _small(self, design: Design, text: str) -> Template:
        """A template of a few words, compiled once."""
        key = (design.name, text)
        if key not in self._compiled:
            self._compiled[key] = self._environment(design).from_string(text)
        return self._compiled[key]

    def _shown(self, design: Design, facts: Facts) -> Facts:
        """The facts with the pictures themselves in place of what names them; raises `PictureLost`."""
        named = [key for key, spec in design.schema.items() if spec["kind"] == "image" and is_reference(facts[key])]
        return facts | {key: self._pictures(facts[key]) for key in named} if named else facts

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
