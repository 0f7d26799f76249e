"""Commands about policy packs: check a folder, import it."""

import sys
from collections.abc import Iterable
from pathlib import Path

import click
from flask.cli import AppGroup

from app.kernel.access import SYSTEM
from app.kernel.database import transaction
from app.policies import service
from app.policies.queries import text
from app.policies.rules.parsing import PackErrors
from app.policies.rules.reading import Problem

policy = AppGroup("policy", help="Policy packs: a place's rules and standards as data.")
commands = (policy,)
FOLDER = click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))


def _tell(problems: Iterable[Problem]) -> None:
    for problem in problems:
        place = ":".join(str(part) for part in (problem.file, problem.row, problem.column) if part)
        click.echo(f"{place}  {text(problem)}", err=True)


@policy.command("check")
@FOLDER
def check(folder: Path) -> None:
    """Name every error in FOLDER with file, row and column."""
    problems = service.check_folder(folder)
    _tell(problems)
    if problems:
        sys.exit(1)
    click.echo(f"{folder}: ok")


@policy.command("import")
@FOLDER
def import_(folder: Path) -> None:
    """Keep FOLDER as an immutable version; the same content twice changes nothing."""
    try:
        with transaction():
            pack, is_new = service.import_pack(folder, by=SYSTEM)
    except PackErrors as errors:
        _tell(errors.problems)
        sys.exit(1)
    click.echo(f"{pack.key} {pack.sha256[:12]}: {'imported' if is_new else 'already there, nothing changed'}")
