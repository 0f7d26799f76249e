"""Commands about people."""

from app.people.imports.cli import import_roster

commands = (import_roster,)
