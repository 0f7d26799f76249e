"""What is done with a roster: received, its columns chosen, judged, imported, given back, forgotten."""

from app.people.imports.service.forgetting import forget_old
from app.people.imports.service.receiving import choose_columns, discard, receive, receive_text, start
from app.people.imports.service.working import answer_import, check_import, open_answer, read_import, run_import
from app.people.imports.service.writing import Written, write

__all__ = [
    "Written",
    "answer_import",
    "check_import",
    "choose_columns",
    "discard",
    "forget_old",
    "open_answer",
    "read_import",
    "receive",
    "receive_text",
    "run_import",
    "start",
    "write",
]
