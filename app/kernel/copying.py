"""Write many rows at once by COPY, inside the session's own transaction."""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from typing import Any

from app.kernel.database import db

NULL = r"\N"
_UNSAFE = re.compile(r"[\\\t\n\r]")
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
BLOCK = 2000
"""Rows that are handed over at a time."""


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
    kind = type(value)
    writer = _WRITERS.get(kind)
    if writer is None:
        writer = _WRITERS[kind] = _text if issubclass(kind, str) else str
    return writer(value)


def copy_rows(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Write rows into a table; returns how many. Raises what the driver raises (`UniqueViolation` and the like).

    Names of tables and columns come from the models, never from outside.
    """
    names = ", ".join(f'"{column}"' for column in columns)
    driver: Any = db.session.connection().connection.driver_connection
    count, block = 0, []
    with driver.cursor() as cursor, cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:
        for row in rows:
            block.append("\t".join([copied(value) for value in row]))
            count += 1
            if len(block) == BLOCK:
                copy.write("\n".join(block) + "\n")
                block.clear()
        if block:
            copy.write("\n".join(block) + "\n")
    return count


def next_ids(table: str, number: int) -> list[int]:
    """So many fresh ids of a table, in ascending order."""
    driver: Any = db.session.connection().connection.driver_connection
    with driver.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", (table, number))
        return sorted(row[0] for row in cursor.fetchall())
