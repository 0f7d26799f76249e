"""Commands about regions."""

from pathlib import Path

import click

from app.kernel.database import transaction
from app.kernel.errors import DomainError
from app.regions import service


@click.command("import-regions")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_regions(file: Path) -> None:
    """Load a city's regions from FILE (code, name, level, parent_code); loading twice changes nothing."""
    try:
        with transaction():
            count = service.import_regions(service.read_regions(file))
    except DomainError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{count} regions")


commands = (import_regions,)
