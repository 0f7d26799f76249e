"""Jobs of imports."""

from app.kernel.tasks import tasks
from app.people.imports import service


@tasks.task("people.read_import")
def read_import(import_id: int) -> None:
    """Find the list in an uploaded file."""
    service.read_import(import_id)


@tasks.task("people.check_import")
def check_import(import_id: int) -> None:
    """Judge every row."""
    service.check_import(import_id)


@tasks.task("people.run_import")
def run_import(import_id: int) -> None:
    """Write the good rows into the register."""
    service.run_import(import_id)


@tasks.task("people.answer_import")
def answer_import(import_id: int) -> None:
    """Make the workbook with the answers."""
    service.answer_import(import_id)


@tasks.periodic("people.forget_imports", "20 3 * * *")
def forget_imports() -> None:
    """Remove rosters that are kept long enough."""
    service.forget_old()
