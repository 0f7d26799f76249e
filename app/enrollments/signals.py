"""What enrollments ask of, and tell, later steps; sent inside the transaction."""

from blinker import Namespace

_enrollments = Namespace()
hours_asked = _enrollments.signal("hours-asked")
"""Sent with a seat whose holder leaves; a receiver returns the standard hours (int) the person attended, or None."""
