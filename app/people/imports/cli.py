"""Import a roster from the command line."""

import json
import os
from pathlib import Path
from typing import Any

import click

from app.accounts.queries import actor_of, user_by_login_name
from app.audit import service as audit
from app.kernel import clock
from app.kernel.access import SYSTEM, Actor, Can
from app.kernel.database import db, transaction
from app.kernel.errors import DomainError
from app.kernel.i18n import _
from app.papers.uploads import MEGABYTE
from app.people.imports.judging import Judgement, judge
from app.people.imports.models import IMPORT_FLOW, ImportStatus, ImportStep, RosterImport
from app.people.imports.reading import Sheets, open_sheets
from app.people.imports.rules.headers import Heading
from app.people.imports.rules.judging import Judged
from app.people.imports.rules.kinds import PLACES, Field, Outcome
from app.people.imports.service.writing import Written, write
from app.people.imports.words import messages

LARGEST = 200 * MEGABYTE
TOLD = frozenset({Outcome.OK, Outcome.INELIGIBLE, Outcome.SKIP})
"""Outcomes whose identity number was right; that of an error is not handed on."""


@click.command("import-roster")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--preview", is_flag=True, help="Judge every row and change nothing.")
@click.option("--json", "out", type=click.Path(dir_okay=False, path_type=Path), help="Write one entry a row to OUT.")
@click.option("--all-or-none", "whole", is_flag=True, help="Register nobody when one row is held up.")
@click.option("--village", default="", help="Code of the village where people live whose row names no place.")
@click.option("--as", "login", default="", help="Act as this account, within its area; without it as the system.")
def import_roster(file: Path, *, preview: bool, out: Path | None, whole: bool, village: str, login: str) -> None:
    """Register the people of a roster (.xlsx, .xls, .csv, pasted sign-up chain) in FILE."""
    try:
        by = _actor(login)
        sheets, sheet, heading = _opened(file, village)
        with transaction():
            judgement = judge(sheets, sheet, heading, by=by, default_village=village)
            done = None if preview else _write(judgement, by=by, whole=whole)
    except DomainError as error:
        raise click.ClickException(
            _(error.message) if isinstance(error.message, str) else str(error.message)
        ) from error
    if out is not None:
        _write_json(out, judgement)
    counts = judgement.counts
    click.echo(", ".join(f"{outcome} {counts[outcome]}" for outcome in Outcome) + f", repaired {counts['repaired']}")
    click.echo("nothing was changed" if done is None else f"{done.registered} people registered")


def _actor(login: str) -> Actor:
    if not login:
        return SYSTEM
    user = user_by_login_name(login)
    by = actor_of(f"user:{user.id}") if user is not None else None
    if by is None or not by.may(Can.PERSON_IMPORT):
        raise click.ClickException(f"{login} is no account that may import rosters")
    return by


def _opened(file: Path, village: str) -> tuple[Sheets, int, Heading]:
    """The list in a file, with its heading; raises `DomainError` where one of the columns that must be is missing."""
    if file.stat().st_size > LARGEST:
        raise click.ClickException("the file is too large")
    sheets = open_sheets(file.read_bytes())
    sheet, heading = sheets.roster()
    if heading is None or not {Field.NAME, Field.ID_NUMBER} <= set(heading.columns):
        raise click.ClickException(_("没有找到表头：表里要有“姓名”和“身份证号码”两列。"))
    if not village and not set(PLACES) & set(heading.columns):
        raise click.ClickException(_("没有找到村（社区）或住址这一列，请用 --village 指定。"))
    return sheets, sheet, heading


def _write(judgement: Judgement, *, by: Actor, whole: bool) -> Written:
    """Write, and note the import where it registered anybody: the same file twice changes nothing at all."""
    if not judgement.good and not judgement.claims:
        return write(judgement, by=by, whole=whole)
    row = RosterImport(
        status=ImportStatus.READING, created_by=by.key, layout={}, counts={}, whole=whole, created_at=clock.now()
    )
    audit.born(row, by=by)
    for step in (ImportStep.MAP, ImportStep.CHECK, ImportStep.RUN):
        audit.take(row, IMPORT_FLOW, step, by=by)
        db.session.flush()
    done = write(judgement, by=by, whole=whole, import_id=row.id)
    row.counts = {**judgement.counts, "registered": done.registered}
    row.finished_at = row.forgotten_at = clock.now()
    audit.take(row, IMPORT_FLOW, ImportStep.FINISH, by=by, facts=row.counts)
    return done


def _write_json(out: Path, judgement: Judgement) -> None:
    """One entry a sheet row; the file names people, so only its owner may read it."""
    entries = [_entry(row) for row in judgement.rows]
    descriptor = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as text:
        json.dump(entries, text, ensure_ascii=False, indent=1)
        text.write("\n")


def _entry(row: Judged) -> dict[str, Any]:
    number = row.number if row.outcome in TOLD else ""
    return {
        "row": row.row,
        "outcome": str(row.outcome),
        "fields": row.fields,
        "id_number": number,
        "messages": messages(row),
    }


commands = (import_roster,)
