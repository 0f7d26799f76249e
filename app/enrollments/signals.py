"""What enrollments ask of, and tell, later steps; sent inside the transaction."""

from blinker import Namespace

_enrollments = Namespace()
hours_asked = _enrollments.signal("hours-asked")
"""Sent with a seat whose holder leaves; a receiver returns the standard hours (int) the person attended, or None."""
denial_opened = _enrollments.signal("denial-opened")
"""Sent with an enrollment, `denial` and `by`, when the person says that they never agreed."""
denial_decided = _enrollments.signal("denial-decided")
"""Sent with an enrollment, `denial` (upheld or rejected) and `by`, before an upheld one is undone."""
