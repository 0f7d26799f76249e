"""What later steps may listen to; every signal is sent inside the transaction, with the correction as sender."""

from blinker import Namespace

_attendance = Namespace()
doubt_raised = _attendance.signal("attendance-doubt-raised")
"""Sent with `seat_id`: after the results were confirmed somebody says that a person's hours are wrong."""
doubt_settled = _attendance.signal("attendance-doubt-settled")
"""Sent with `seat_id` and `upheld`: the bureau has looked into it."""
