"""Commands about policy packs: check a folder, import it, quote a line by it. Only the import needs a database."""

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import IO

import click
from flask.cli import AppGroup

from app.kernel.access import SYSTEM
from app.kernel.database import transaction
from app.kernel.marking import N_
from app.policies import folders, service
from app.policies.folders import decoded
from app.policies.queries import text
from app.policies.quoting import quoted
from app.policies.rules.facts_reading import FactsError, WrongFact
from app.policies.rules.parsing import PackErrors
from app.policies.rules.reading import Problem
from app.policies.rules.said import Said

policy = AppGroup("policy", help="Policy packs: a place's rules and standards as data.")
commands = (policy,)
FOLDER = click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
NO_REGION = N_("系统里还没有区划 %(code)s：导入这个地方的区划以前，没有班会用到这个政策包。")
FACTS = click.argument("facts", type=click.File("rb"))


def _tell(problems: Iterable[Problem]) -> None:
    for problem in problems:
        place = ":".join(str(part) for part in (problem.file, problem.row, problem.column) if part)
        click.echo(f"{place}  {text(problem)}", err=True)


@policy.command("check")
@FOLDER
def check(folder: Path) -> None:
    """Name every error in FOLDER with file, row and column."""
    problems = folders.check_folder(folder)
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
    if not service.knows_region(pack):
        words = Said(
            N_("系统里还没有区划 %(code)s：导入这个地方的区划以前，没有班会用到这个政策包。"),
            {"code": pack.region_code},
        )
        click.echo(text(words), err=True)


@policy.command("quote")
@FOLDER
@FACTS
def quote(folder: Path, facts: IO[bytes]) -> None:
    """Print what FACTS (JSON; - reads standard input) are paid under FOLDER, step by step, as JSON.

    Exit code 1: the pack or the facts have errors, told on standard error; or the line can't be claimed, for the
    reasons in the JSON.
    """
    try:
        _content, pack = folders.load_folder(folder)
        told = quoted(pack, _json_of(facts.read()))
    except PackErrors as errors:
        _tell(errors.problems)
        sys.exit(1)
    except FactsError as error:
        for wrong in error.problems:
            click.echo(f"{getattr(facts, 'name', '-')}:{wrong.key}  {text(wrong)}", err=True)
        sys.exit(1)
    click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    sys.exit(1 if told.get("reasons") else 0)


def _json_of(raw: bytes) -> object:
    words = decoded(raw)
    if words is None:
        raise FactsError((WrongFact("", N_("文件的文字编码不对，请存成 UTF-8。")),))
    try:
        return json.loads(words)
    except json.JSONDecodeError as error:
        message = N_("第 %(row)s 行第 %(column)s 个字附近不是 JSON 的写法，请看看引号、逗号和括号。")
        raise FactsError((WrongFact("", message, {"row": error.lineno, "column": error.colno}),)) from error
