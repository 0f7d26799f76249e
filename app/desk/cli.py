"""Commands for whoever reviews who may do what."""

import click
from flask import current_app

from app.kernel.access import stamps_of

METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE"}


def access_list() -> list[str]:
    """Every address of the app with its method, endpoint and stamp, in order; what the reviewed file must say."""
    stamps = stamps_of(current_app)
    return sorted(
        f"{rule.rule} {','.join(sorted(METHODS & (rule.methods or set())))} "
        f"{rule.endpoint}: {' | '.join(stamps[rule.endpoint])}"
        for rule in current_app.url_map.iter_rules()
    )


@click.command("access-list")
def show_access_list() -> None:
    """Print every address with its method, endpoint and stamp."""
    click.echo("\n".join(access_list()))


commands = (show_access_list,)
