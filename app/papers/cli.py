"""`flask design`: check every print design, prepare the fonts."""

import json
import re

import click
from flask.cli import AppGroup

from app.kernel.errors import DomainError
from app.papers.designs import Design, DesignBroken, FactsRefused, designs
from app.papers.printing import Printer, printer

group = AppGroup("design", help="Print designs under certificates/.")
commands = (group,)

BOLD = re.compile(r"font-weight\s*:\s*(bold|[5-9]00)|<(b|strong)\b", re.IGNORECASE)


def faults(press: Printer, design: Design) -> list[str]:
    """What is wrong with a design, each fault in a sentence; its sample is printed to find out."""
    try:
        sample = json.loads(design.read("sample.json"))
        press.render(design.name, [sample], strict=True)
    except (DesignBroken, FactsRefused, DomainError, json.JSONDecodeError) as error:
        return [str(error)]
    if BOLD.search(design.read("style.css") + design.read("template.html")):
        return ["asks for a bold face, which would be faked"]
    return []


@group.command("check")
def check() -> None:
    """Print every design with its sample; fail on a missing glyph, fact, file or alternative text."""
    press = printer()
    broken = 0
    for design in designs(press.folder):
        found = faults(press, design)
        broken += bool(found)
        click.echo(f"{'no' if found else 'ok'}  {design.name}  {design.title} {design.version}")
        for fault in found:
            click.echo(f"      {fault}")
    if broken:
        raise click.ClickException(f"{broken} designs can't be printed as they are")


@group.command("fonts")
def fonts() -> None:
    """Convert the fonts of everyday use, so that the first paper doesn't wait for it."""
    for face in printer().fonts.faces(""):
        click.echo(f"{face.family}  {face.path.name}")
