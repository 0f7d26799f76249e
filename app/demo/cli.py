"""Commands that fill a new installation."""

import click

from app.demo.reference import load_reference
from app.kernel.database import transaction


@click.command("load-reference")
def reference() -> None:
    """Load regions, occupations and the example policy pack; loading twice changes nothing."""
    with transaction():
        load_reference()


commands = (reference,)
