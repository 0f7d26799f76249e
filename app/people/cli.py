"""Commands about people."""

from app.people.imports.cli import import_roster
from app.people.records.cli import import_records

commands = (import_roster, import_records)
