"""What later steps may listen to; sent inside the transaction."""

from blinker import Namespace

_orders = Namespace()
order_withdrawn = _orders.signal("order-withdrawn")
"""Sent with the order and `by` when its employer takes it back; later steps release or re-aim what hung on it."""
