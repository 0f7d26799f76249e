"""`flask certificates`: print what waits."""

import os

import click
from flask.cli import AppGroup

from app.certificates import batch_queries, service

group = AppGroup("certificates", help="Certificates that were issued.")
commands = (group,)


@group.command("print")
@click.option("--processes", type=click.IntRange(min=1), default=None, help="How many; every core when left out.")
def print_waiting(processes: int | None) -> None:
    """Print every unfinished batch, over all cores; killed, it goes on where it was when it is started again."""
    waiting = batch_queries.waiting_papers()
    with click.progressbar(length=waiting, label="certificates") as bar:
        service.print_unfinished(processes=processes or os.cpu_count() or 1, tell=bar.update)
    for batch in batch_queries.stopped():
        click.echo(f"batch {batch.id} stopped: {batch.stopped_because}")
    click.echo(f"{waiting - batch_queries.waiting_papers()} printed, {batch_queries.waiting_papers()} left")
