"""What later steps may listen to; sent inside the transaction, with `by`."""

from blinker import Namespace

_placements = Namespace()
placement_confirmed = _placements.signal("placement-confirmed")
"""Sender: the `Placement`."""
placement_reopening = _placements.signal("placement-reopening")
"""Sender: the `Placement`, before it is opened again; a receiver that has built on it raises `Refused`."""
