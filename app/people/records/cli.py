"""Import another system's record from the command line."""

from datetime import date, datetime
from pathlib import Path

import click
from sqlalchemy import select

from app.kernel.access import SYSTEM
from app.kernel.database import db, transaction
from app.kernel.errors import DomainError
from app.kernel.labels import label
from app.people import queries, service
from app.regions.models import Region


@click.command("import-records")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--system", required=True, help="The other system's name, the same every time.")
@click.option("--until", required=True, type=click.DateTime(["%Y-%m-%d"]), help="Up to which day it is complete.")
@click.option("--region", default="", help="Code of the region it is complete for; without it, all of them.")
def import_records(file: Path, *, system: str, until: datetime, region: str) -> None:
    """Take the history of subsidies used in FILE (.xlsx, .xls, .csv); the same file twice changes nothing."""
    try:
        with transaction():
            row = service.import_records(
                file.read_bytes(),
                file_name=file.name,
                system=system,
                until_on=_day(until),
                region_code=region or _whole(),
                by=SYSTEM,
            )
            waiting = queries.waiting_of(row.id)
    except DomainError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{row.rows} rows: {row.added} added, {row.known} known before, {waiting} waiting for their people")
    for number, faults in queries.refused_rows(row):
        click.echo(f"row {number} refused: {'；'.join(label(fault) for fault in faults)}")
    for number in row.others:
        click.echo(f"row {number} taken, but the name is not the registered one")


def _day(moment: datetime) -> date:
    return moment.date()


def _whole() -> str:
    """The region above all others."""
    return db.session.scalars(select(Region.code).order_by(Region.level).limit(1)).one()
