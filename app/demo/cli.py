"""Commands that fill a new installation, and the table of demo accounts."""

from time import monotonic

import click
from flask import current_app
from flask.cli import AppGroup

from app.demo.reference import load_reference
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


commands = (reference, demo, accounts)
