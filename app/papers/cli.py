"""`flask design`: check every print design, prepare the fonts."""

from pathlib import Path

import click
from flask.cli import AppGroup

from app.papers.checking import drawn, faults, notes
from app.papers.designs import designs
from app.papers.looks import look_at, picture
from app.papers.printing import printer

group = AppGroup("design", help="Print designs under certificates/.")
commands = (group,)
SAMPLE_DOTS = 84


@group.command("check")
def check() -> None:
    """Print every design, with long and rare names too; fail on a missing glyph, overflow or alternative text."""
    press = printer()
    broken = 0
    for design in designs(press.folder):
        found = faults(press, design)
        broken += bool(found)
        click.echo(f"{'no' if found else 'ok'}  {design.name}  {design.title} {design.version}")
        for line in [*found, *(f"note: {note}" for note in notes(press, design))]:
            click.echo(f"      {line}")
    for line in drawn(press):
        click.echo(f"    {line}")
    if broken:
        raise click.ClickException(f"{broken} designs can't be printed as they are")


@group.command("fonts")
def fonts() -> None:
    """Convert the fonts of everyday use, so that the first paper doesn't wait for it."""
    for face in printer().fonts.faces(""):
        click.echo(f"{face.family}  {face.path.name}")


@group.command("samples")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def samples(folder: Path) -> None:
    """Write a picture of the first page of every design's sample into FOLDER, as paper-<design>.png."""
    press = printer()
    folder.mkdir(parents=True, exist_ok=True)
    for design in designs(press.folder):
        drawn = picture(look_at(press, design).pdf, dots=SAMPLE_DOTS)
        (folder / f"paper-{design.name}.png").write_bytes(drawn)
        click.echo(f"paper-{design.name}.png  {len(drawn) // 1024} KB")
