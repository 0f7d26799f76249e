"""Print designs as data: what a folder under `certificates/` says, and which facts its paper needs."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from app.kernel.errors import DomainError
from app.kernel.i18n import _l
from app.papers.pictures import is_reference

Facts = dict[str, Any]

NAME = re.compile(r"[a-z]+(-[a-z]+)*")
IMAGE = re.compile(r"data:image/(png|jpeg|svg\+xml)[;,]")
SHARED = "base"
"""The folder beside the designs that all of them may use."""

COMMON: dict[str, dict[str, Any]] = {
    "specimen": {"kind": "flag", "optional": True, "about": "true prints 样张 across every page"},
    "form_code": {
        "kind": "text",
        "optional": True,
        "about": "of a paper that comes back signed: its code, as a QR code too",
    },
}


class FactsRefused(ValueError):
    """The facts are not what the design asks for: a mistake of the caller, named by key."""


class DesignBroken(Exception):
    """A design can't be printed: a file is missing, or its template, style or description is wrong."""


class TooLong(DomainError):
    """A paper of one page that its facts do not fit on."""

    def __init__(self, title: str) -> None:
        super().__init__(_l("《%(title)s》的内容太长，一页放不下。请缩短课程、单位等名称后再打印。", title=title))


@dataclass(frozen=True)
class Design:
    """One folder: template.html, style.css, design.toml, sample.json."""

    folder: Path

    @property
    def name(self) -> str:
        """The folder's name."""
        return self.folder.name

    @cached_property
    def described(self) -> dict[str, Any]:
        """What design.toml says."""
        try:
            return tomllib.loads(self.read("design.toml"))
        except tomllib.TOMLDecodeError as error:
            raise DesignBroken(f"{self.name}/design.toml: {error}") from error

    @property
    def title(self) -> str:
        """Its name in Chinese."""
        return str(self.described["name_zh"])

    @property
    def version(self) -> str:
        """Goes onto every stored paper; raised when the look or the facts change."""
        return str(self.described["version"])

    @property
    def one_page(self) -> bool:
        """Whether a paper of this design must fit on one page."""
        return bool(self.described.get("one_page", False))

    def most_pages(self, facts: Mapping[str, Any]) -> int | None:
        """How many pages a paper with these facts may have: one, two with its back, None for any number."""
        back = self.described.get("back")
        return 1 + bool(back and facts[back]) if self.one_page else None

    @property
    def binding(self) -> tuple[str, str] | None:
        """The margins at the binding and opposite, where it is printed on both sides; None where it never is."""
        found = self.described.get("duplex")
        return (str(found[0]), str(found[1])) if found else None

    @property
    def underlay(self) -> Path | None:
        """A drawing that lies under every page: rich line work, drawn once and shared by all pages of a file."""
        name = self.described.get("underlay")
        return self.folder / str(name) if name else None

    @property
    def schema(self) -> dict[str, dict[str, Any]]:
        """The facts it takes, by key."""
        return {**COMMON, **self.described["facts"]}

    def row_schema(self, key: str) -> dict[str, dict[str, Any]]:
        """What each row of a list of rows takes; `key` may be nested: sessions.rows."""
        rows: dict[str, dict[str, Any]] = self.described["rows"][key]
        return rows

    def read(self, file: str) -> str:
        """The text of one of its files."""
        try:
            return (self.folder / file).read_text(encoding="utf-8")
        except FileNotFoundError as error:
            raise DesignBroken(f"{self.name}: {file} is missing") from error


def designs(folder: Path) -> list[Design]:
    """Every design, by name."""
    return [Design(path.parent) for path in sorted(folder.glob("*/design.toml"))]


def design_of(folder: Path, name: str) -> Design:
    """The design of that name; names are words, so that none leads out of the folder."""
    if not NAME.fullmatch(name) or name == SHARED or not (folder / name / "design.toml").is_file():
        raise DesignBroken(f"no design is called {name!r}")
    return Design(folder / name)


def checked(design: Design, facts: Mapping[str, Any]) -> Facts:
    """The facts as plain data with every optional key filled; raises `FactsRefused` naming the key that is wrong.

    Dates become ISO text, so that the result is JSON and can be stored and printed again. Sums the design knows of must
    be right: a paper never shows a total that is not the sum of its lines.
    """
    found = _fields(design, design.schema, facts, "")
    for rule in design.described.get("sums", ()):
        rows, _, column = rule["of"].partition(".")
        total = sum(row[column] for row in found[rows])
        if found[rule["total"]] != total:
            raise FactsRefused(f"{design.name}: {rule['total']} is {found[rule['total']]}, its lines add up to {total}")
    return found


def _fields(design: Design, schema: Mapping[str, Mapping[str, Any]], facts: Mapping[str, Any], where: str) -> Facts:
    unknown = sorted(set(facts) - set(schema))
    if unknown:
        raise FactsRefused(f"{design.name}: unknown facts {', '.join(where + key for key in unknown)}")
    return {key: _value(design, spec, facts.get(key), where + key) for key, spec in schema.items()}


def _value(design: Design, spec: Mapping[str, Any], value: Any, where: str) -> Any:
    kind = spec["kind"]
    if value is None or value == "":
        if spec.get("optional"):
            return spec.get("default", EMPTY[kind])
        raise FactsRefused(f"{design.name}: {where} is missing ({spec['about']})")
    if kind == "rows":
        if not isinstance(value, Sequence) or isinstance(value, str):
            raise FactsRefused(f"{design.name}: {where} must be a list of rows")
        schema = design.row_schema(bare(where))
        return [_fields(design, schema, row, f"{where}[{number}].") for number, row in enumerate(value)]
    plain = value.isoformat() if isinstance(value, date) else value
    if not FITS[kind](plain):
        raise FactsRefused(f"{design.name}: {where} is not a {kind}")
    return [str(line) for line in plain] if kind == "texts" else _unwrapped(plain)


def bare(path: str) -> str:
    """A path without its row numbers: sessions[2].rows → sessions.rows."""
    return re.sub(r"\[\d+\]", "", path)


def _unwrapped(value: Any) -> Any:
    """Text of a subclass (an enumeration, safe markup) as bare text: templates escape everything they are given."""
    return str.__str__(value) if isinstance(value, str) else value


def _is_date(value: Any) -> bool:
    try:
        date.fromisoformat(value)
    except (TypeError, ValueError):
        return False
    return True


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


EMPTY: dict[str, Any] = {
    "text": "",
    "texts": [],
    "date": "",
    "count": 0,
    "fen": 0,
    "flag": False,
    "url": "",
    "image": "",
    "masked": "",
    "rows": [],
}

FITS: dict[str, Any] = {
    "text": lambda value: isinstance(value, str),
    "texts": lambda value: isinstance(value, list | tuple) and all(isinstance(line, str) for line in value),
    "date": _is_date,
    "count": _is_number,
    "fen": _is_number,
    "flag": lambda value: isinstance(value, bool),
    "url": lambda value: isinstance(value, str) and value.startswith(("https://", "http://")),
    "image": lambda value: isinstance(value, str) and (bool(IMAGE.match(value)) or is_reference(value)),
    "masked": lambda value: isinstance(value, str) and "*" in value,
}
