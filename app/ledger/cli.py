"""Commands about money."""

import click
from flask.cli import AppGroup

from app.kernel.money import yuan
from app.ledger import queries

ledger = AppGroup("ledger", help="Budgets and postings.")


@ledger.command("verify")
def verify() -> None:
    """Recompute every balance, movement, year-end and reservation from the postings; exit code 1 on any difference."""
    found = queries.differences()
    for row in found:
        click.echo(f"{row.what} {row.number}: stored {yuan(row.stored_fen)}, recomputed {yuan(row.recomputed_fen)}")
    if found:
        raise click.exceptions.Exit(1)
    seen = queries.looked()
    click.echo("every balance is the sum of its postings")
    click.echo(f"{seen.accounts} accounts, {seen.movements} movements, {seen.year_ends} year-ends: no difference")


commands = (ledger,)
