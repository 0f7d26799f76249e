"""Write many rows at once by COPY, inside the session's own transaction."""

import json
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from itertools import islice
from typing import Any

import psycopg
from sqlalchemy import JSON, inspect
from sqlalchemy.orm import make_transient_to_detached

from app.kernel.database import as_told_elsewhere, db

NULL = r"\N"
_UNSAFE = re.compile(r"[\\\t\n\r]")
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
BLOCK = 250
"""Rows that are handed over at a time: few, so that the database works on them while the next ones are made."""


def _text(value: str) -> str:
    return value.translate(_ESCAPES) if _UNSAFE.search(value) else value


def _list(values: Sequence[str]) -> str:
    quoted = ('"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"' for value in values)
    return _text("{" + ",".join(quoted) + "}")


_WRITERS: dict[type, Callable[[Any], str]] = {
    str: _text,
    bytes: lambda value: "\\\\x" + value.hex(),
    int: str,
    bool: lambda value: "t" if value else "f",
    date: date.isoformat,
    datetime: datetime.isoformat,
    list: _list,
    type(None): lambda _value: NULL,
}


def copied(value: Any) -> str:
    """A value as the text of COPY; members of enumerations are their text."""
    return _writer(type(value))(value)


def _writer(kind: type) -> Callable[[Any], str]:
    writer = _WRITERS.get(kind)
    if writer is None:
        writer = _WRITERS[kind] = _text if issubclass(kind, str) else str
    return writer


def _column(values: Sequence[Any]) -> Sequence[str]:
    """One column of a block; most columns of many rows hold one and the same value, or values of one kind."""
    first = values[0]
    if values.count(first) == len(values):
        return [copied(first)] * len(values)
    kinds = set(map(type, values))
    return list(map(_writer(kinds.pop()), values)) if len(kinds) == 1 else list(map(copied, values))


def _lines(block: Sequence[Sequence[Any]]) -> str:
    columns = [_column(values) for values in zip(*block, strict=True)]
    return "\n".join(map("\t".join, zip(*columns, strict=True))) + "\n"


def copy_rows(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Write rows into a table; returns how many. Raises `IntegrityError` and the like.

    Names of tables and columns come from the models, never from outside.
    """
    names = ", ".join(f'"{column}"' for column in columns)
    driver: Any = db.session.connection().connection.driver_connection
    count, left = 0, iter(rows)
    statement = f'COPY "{table}" ({names}) FROM STDIN'
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            while block := list(islice(left, BLOCK)):
                copy.write(_lines(block))
                count += len(block)
    except psycopg.Error as error:
        raise as_told_elsewhere(statement, error) from error
    return count


def insert_rows(rows: Sequence[Any]) -> None:
    """Insert new rows of one model by COPY; they are of the session afterwards, as after a flush.

    What a row leaves out is the column's plain default, else empty; what belongs together is named by ids, not objects.
    """
    if not rows:
        return
    mapper = inspect(type(rows[0]))
    named = [(mapper.get_property_by_column(column).key, column) for column in mapper.local_table.columns]
    for number, row in zip(next_ids(mapper.local_table.name, len(rows)), rows, strict=True):
        row.id = number
        for name, column in named:
            if name not in row.__dict__:
                setattr(row, name, column.default.arg if column.default is not None else None)
    told = [(name, isinstance(column.type, JSON)) for name, column in named]
    written = (
        [json.dumps(getattr(row, name), ensure_ascii=False) if plain else getattr(row, name) for name, plain in told]
        for row in rows
    )
    copy_rows(mapper.local_table.name, [column.name for _name, column in named], written)
    for row in rows:
        make_transient_to_detached(row)
    db.session.add_all(rows)


def next_ids(table: str, number: int) -> list[int]:
    """So many fresh ids of a table, in ascending order."""
    driver: Any = db.session.connection().connection.driver_connection
    with driver.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", (table, number))
        return sorted(row[0] for row in cursor.fetchall())
