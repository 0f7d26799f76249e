"""Issue certificates once and for ever; print, revoke; note the attendance of tasters."""

from app.certificates.service import denials as denials
from app.certificates.service.issuing import archive, issue, revoke
from app.certificates.service.notes import is_notable, note_of_attendance, to_note
from app.certificates.service.printing import print_batch, printed

__all__ = ["archive", "is_notable", "issue", "note_of_attendance", "print_batch", "printed", "revoke", "to_note"]
