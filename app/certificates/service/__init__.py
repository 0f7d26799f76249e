"""Issue certificates once and for ever; print, correct, reissue, revoke; note the attendance of tasters."""

from app.certificates.service import denials as denials
from app.certificates.service.issuing import archive, issue, revoke
from app.certificates.service.notes import is_notable, note_of_attendance, to_note
from app.certificates.service.printing import go_on, print_batch, print_unfinished, printed
from app.certificates.service.replacing import Difference, correct, differences, reissue

__all__ = [
    "Difference", "archive", "correct", "differences", "go_on", "is_notable", "issue", "note_of_attendance",
    "print_batch", "print_unfinished", "printed", "reissue", "revoke", "to_note",
]  # fmt: skip
