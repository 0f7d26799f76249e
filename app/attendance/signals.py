"""What later steps may listen to; every signal is sent inside the transaction.

The sender is the correction, or of `hours_settled` the finding about an emergency.
"""

from blinker import Namespace

_attendance = Namespace()
doubt_raised = _attendance.signal("attendance-doubt-raised")
"""Sent with `seat_id`, the present one: after the results somebody says that a person's hours are wrong."""
doubt_settled = _attendance.signal("attendance-doubt-settled")
"""Sent with `seat_id` and `upheld`: the bureau has looked into it."""
hours_settled = _attendance.signal("attendance-hours-settled")
"""Sent with `seat_id` and `upheld`: the bureau has looked into a half-day changed without being ratified."""
