"""Look at every design as it prints: with its sample, long names, rare characters, in English."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from flask import Response, render_template, request

from app.designs import queries
from app.designs.queries import Owner
from app.designs.views.blueprint import bp
from app.kernel.access import Can, actor, needs
from app.kernel.errors import DomainError, NotFound
from app.kernel.i18n import _
from app.papers.designs import Design, DesignBroken, designs
from app.papers.finishing import Finish
from app.papers.helping import advice, shown
from app.papers.looks import Look, look_at, page_count, picture
from app.papers.printing import printer
from app.papers.samples import ENGLISH, LONG, RARE, SAMPLE, variants_of


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants to see."""

    name: str
    variant: str
    finish: Finish
    owner: Owner | None

    @property
    def arguments(self) -> dict[str, Any]:
        """The same as arguments of an address."""
        finish = {key: 1 for key in ("marks", "duplex") if getattr(self.finish, key)}
        where = {"region": self.owner.region_code} if self.owner and self.owner.region_code else {}
        return {"design": self.name, "facts": self.variant, **finish, **where}


def design_named(name: str) -> Design:
    """The design of that name; raises `NotFound`."""
    try:
        return printer().design(name)
    except DesignBroken as error:
        raise NotFound from error


def asked_of(design: Design) -> Asked:
    """What the address asks for, as far as this design offers it."""
    variant = request.args.get("facts", SAMPLE)
    finish = Finish(marks=bool(request.args.get("marks")), duplex=bool(request.args.get("duplex") and design.binding))
    owners = queries.owners_for(actor())
    asked = request.args.get("region", "")
    owner = next((one for one in owners if not asked or one.region_code == asked), None)
    return Asked(design.name, variant if variant in variants_of(design) else SAMPLE, finish, owner)


def words_of(owner: Owner | None, name: str) -> dict[str, Any]:
    """The words and seals that hold for whoever looks."""
    if owner is None:
        return {}
    if owner.region_code:
        return queries.words_for(name, owner.region_code)
    school = queries.school_of(owner)
    return queries.words_for(name, school.region_code, school.id)


def look(asked: Asked) -> Look:
    """The sample as it prints; kept for the pictures of its pages."""
    words = words_of(asked.owner, asked.name)
    return _looked(
        asked.name, asked.variant, asked.finish, tuple(sorted(words.items())), design_named(asked.name).version
    )


@lru_cache(maxsize=12)
def _looked(name: str, variant: str, finish: Finish, words: tuple[tuple[str, str], ...], version: str) -> Look:  # noqa: ARG001  # part of the key
    return look_at(printer(), design_named(name), variant, dict(words), finish)


def variant_words(design: Design) -> list[tuple[str, str]]:
    """The variants of a design in words."""
    words = {SAMPLE: _("样例"), LONG: _("长名字"), RARE: _("生僻字"), ENGLISH: _("中英文")}
    return [(one, words[one]) for one in variants_of(design)]


@bp.get("/designs")
@needs(Can.DESIGN_READ)
def list_designs() -> str:
    """All papers that Sidan prints."""
    found = designs(printer().folder)
    settable = {
        one.name: bool(queries.settable(one, "region") or queries.settable(one, "school") or queries.seal_facts(one))
        for one in found
    }
    return render_template("designs/list.html", designs=found, settable=settable)


@bp.get("/designs/<string:design>/print")
@needs(Can.DESIGN_READ)
def print_design(design: str) -> Response:
    """The sample as a file, to be printed for a try."""
    found = look(asked_of(design_named(design)))
    return Response(found.pdf, mimetype="application/pdf", headers={"Cache-Control": "private, no-store"})


@bp.get("/designs/<string:design>/pages/<int:number>")
@needs(Can.DESIGN_READ)
def show_page(design: str, number: int) -> Response:
    """One page of the sample as a picture."""
    pdf = look(asked_of(design_named(design))).pdf
    if not 1 <= number <= page_count(pdf):
        raise NotFound
    return Response(picture(pdf, number), mimetype="image/png", headers={"Cache-Control": "private, no-store"})


def looked_at(asked: Asked) -> dict[str, Any]:
    """What the page shows of a design: how many pages, what is missing, or why it can't be printed."""
    try:
        found = look(asked)
    except (DomainError, DesignBroken) as error:
        return {"count": 0, "missing": "", "broken": str(error)}
    missing = found.missing
    count = page_count(found.pdf)
    return {"count": count, "missing": shown(missing), "advice": advice(missing), "broken": ""}
