"""Commands that fill a new installation, and the table of demo accounts."""

from time import monotonic

import click
from flask import current_app
from flask.cli import AppGroup

from app.demo.reference import load_reference
from app.demo.simulating import refresh_statistics, simulate
from app.demo.story.table import print_table
from app.demo.story.whole import tell_whole_story
from app.kernel.database import transaction

accounts = AppGroup("accounts", help="Accounts.")


@click.command("load-reference")
def reference() -> None:
    """Load regions, occupations and the example policy pack; loading twice changes nothing."""
    with transaction():
        load_reference()


@click.command("load-demo")
def demo() -> None:
    """Tell the demo story into a database without accounts; otherwise change nothing."""
    since = monotonic()
    steps = tell_whole_story()
    if steps is not None:
        click.echo(f"The demo story was told in {steps} steps and {monotonic() - since:.0f} s.")


@accounts.command("demo-table")
def demo_table() -> None:
    """Print who may sign in to the demo, with which name and password."""
    if current_app.config["DEMO"]:
        click.echo(print_table())


@click.command("simulate")
@click.option("--people", default=96_584, show_default=True, help="How many people the register shall hold.")
@click.option("--seed", default=1, show_default=True, help="The same seed invents the same people.")
def simulation(people: int, seed: int) -> None:
    """Fill the register of a demo with invented people, and seat an officer for every village."""
    if not current_app.config["DEMO"]:
        raise click.ClickException("Only a demo (SIDAN_DEMO=1) takes invented people.")
    since = monotonic()
    with click.progressbar(length=people, label="people") as bar, transaction():
        load_reference()
        added = simulate(people, seed=seed, tick=lambda written: bar.update(written - bar.pos))
    refresh_statistics()
    click.echo(f"{added} invented people were added in {monotonic() - since:.0f} s.")


commands = (reference, demo, accounts, simulation)
