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
class_resuming = _classes.signal("class-resuming")
"""Sent before a suspended class goes on; a receiver that stands against it raises `Refused` or `Forbidden`."""
class_cancelled = _classes.signal("class-cancelled")
"""Sent after seats and places were let go, with `seats`: those that were active until now."""
class_postponed = _classes.signal("class-postponed")
"""Sent with `days`."""
seat_withdrawn = _classes.signal("seat-withdrawn")
"""Sent with `seat`, `on` and `hours_kept` when somebody left a locked class."""
session_used = _classes.signal("session-used")
"""Asked about a `session`: whether anybody signed in or out of it; then it is neither moved nor dropped."""
hours_missed = _classes.signal("hours-missed")
"""Asked about a `session` that is over: a receiver returns the standard hours that each seat missed, by seat id."""
hours_attended = _classes.signal("hours-attended")
"""Asked about a `seat`: a receiver returns the standard hours attended so far."""
places_promised = _classes.signal("places-promised")
"""Asked: the numbers of dropped places that are held for somebody on the waiting list."""
move_checked = _classes.signal("move-checked")
"""Asked of the class that a `seat` (of another class) is to move to; a receiver returns a list of `Reason`.

With `held`, the move is about to happen: what it touches is locked by the receiver.
"""
seat_moved = _classes.signal("seat-moved")
"""Sent with the new `seat`, `left` (the old one) and the `variation`; the sender is the class moved to."""
seat_refilled = _classes.signal("seat-refilled")
"""Sent with the new `seat` when an approved refill took a dropped place."""
refill_refused = _classes.signal("refill-refused")
"""Sent with `person_id` and `place_no`."""
