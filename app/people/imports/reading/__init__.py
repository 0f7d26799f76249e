"""Open whatever a roster comes in: workbooks, tables as text, pages that call themselves workbooks, sign-up chains."""

from app.people.imports.reading.opening import LARGEST, ROSTERS, Sheets, open_sheets

__all__ = ["LARGEST", "ROSTERS", "Sheets", "open_sheets"]
