"""Load a city's regions."""

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path

from sqlalchemy.dialects.postgresql import insert

from app.kernel.database import db
from app.kernel.errors import DomainError
from app.kernel.marking import N_
from app.regions.models import Region

COLUMNS = ("code", "name", "level", "parent_code")


def read_regions(file: Path) -> list[dict[str, str]]:
    """The rows of a regions file (UTF-8 CSV: code, name, level, parent_code); raises `DomainError` for another form."""
    with file.open(encoding="utf-8-sig", newline="") as text:
        rows = list(csv.DictReader(text))
    if not rows or not set(COLUMNS) <= set(rows[0]):
        raise DomainError(N_("文件的第一行应当是 code,name,level,parent_code。"))
    return rows


def import_regions(rows: Iterable[Mapping[str, str]]) -> int:
    """Add or rename regions, parents before children whatever the order of the rows; returns how many rows were taken.

    A city without a county level is as good as any: townships hang under the city by `parent_code`.
    """
    known = {row["code"]: row for row in rows}
    paths: dict[str, str] = {}
    values = [_value(code, known, paths) for code in known]
    values.sort(key=lambda value: len(str(value["path"])))
    for start in range(0, len(values), 500):
        statement = insert(Region).values(values[start : start + 500])
        fresh = {name: statement.excluded[name] for name in ("name", "level", "parent_code", "path")}
        db.session.execute(statement.on_conflict_do_update(index_elements=[Region.code], set_=fresh))
    return len(values)


def _value(code: str, known: Mapping[str, Mapping[str, str]], paths: dict[str, str]) -> dict[str, object]:
    row = known[code]
    if not code.isdigit() or not row["level"].isdigit():
        raise DomainError(N_("区划代码和级别只能是数字。"))
    return {
        "code": code,
        "name": row["name"].strip(),
        "level": int(row["level"]),
        "parent_code": row["parent_code"] or None,
        "path": _path(code, known, paths),
    }


def _path(code: str, known: Mapping[str, Mapping[str, str]], paths: dict[str, str]) -> str:
    if code in paths:
        return paths[code]
    chain: list[str] = []
    here = code
    while here:
        if here in chain or len(chain) > 5:
            raise DomainError(N_("区划的上级关系绕成了圈。"))
        chain.append(here)
        parent = known[here]["parent_code"] if here in known else ""
        if parent and parent not in known:
            found = db.session.get(Region, parent)
            if found is None:
                raise DomainError(N_("文件里有一行的上级区划不存在。"))
            chain.extend(reversed(found.path.strip("/").split("/")))
            break
        here = parent
    paths[code] = "/".join(reversed(chain)) + "/"
    return paths[code]
