"""Issue certificates once and for ever; print, revoke; note the attendance of tasters."""

from app.certificates.service.issuing import issue, revoke
from app.certificates.service.notes import note_of_attendance
from app.certificates.service.printing import print_batch

__all__ = ["issue", "note_of_attendance", "print_batch", "revoke"]
