"""Load occupations."""

import csv
from pathlib import Path

from sqlalchemy.dialects.postgresql import insert

from app.kernel.database import db
from app.occupations.models import Occupation

COLUMNS = ("code", "name_zh", "name_en", "edition", "source", "trade")
DATA = Path(__file__).parent / "data" / "occupations.csv"


def import_occupations(file: Path = DATA) -> int:
    """Add or rename the occupations of a file; returns how many rows were taken. Loading twice changes nothing."""
    with file.open(encoding="utf-8", newline="") as text:
        rows = [
            {name: row[name] for name in ("code", "name_zh", "name_en", "edition", "source", "trade")}
            for row in csv.DictReader(text)
        ]
    statement = insert(Occupation).values(rows)
    fresh = {name: statement.excluded[name] for name in ("name_zh", "name_en", "source", "trade")}
    db.session.execute(statement.on_conflict_do_update(constraint="uq_occupations_code_edition", set_=fresh))
    return len(rows)
