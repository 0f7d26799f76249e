"""What later steps may listen to; every signal is sent inside the transaction, with the class as sender and `by`.

`roster_checked` asks instead of telling: before a class is filed, receivers return sentences (`Reason` of the policy
rules) that stand against people on the roster.
"""

from blinker import Namespace

_classes = Namespace()
roster_checked = _classes.signal("roster-checked")
"""Sent with `on` (the filing day); a receiver returns a list of `Reason`."""
class_opened = _classes.signal("class-opened")
class_filed = _classes.signal("class-filed")
class_approved = _classes.signal("class-approved")
class_begun = _classes.signal("class-begun")
class_ended = _classes.signal("class-ended")
class_cancelled = _classes.signal("class-cancelled")
"""Sent after seats and places were let go, with `seats`: those that were active until now."""
class_postponed = _classes.signal("class-postponed")
"""Sent with `days`."""
seat_withdrawn = _classes.signal("seat-withdrawn")
"""Sent with `seat`, `on` and `hours_kept` when somebody left a locked class."""
seat_refilled = _classes.signal("seat-refilled")
"""Sent with the new `seat` when an approved refill took a dropped place."""
refill_refused = _classes.signal("refill-refused")
"""Sent with `person_id` and `place_no`."""
