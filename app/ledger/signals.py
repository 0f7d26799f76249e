"""What later steps are asked: whether the ledger says what their own records say."""

from blinker import Namespace

_ledger = Namespace()
reconciled = _ledger.signal("reconciled")
"""Asked by `flask ledger verify`; a receiver returns a list of `Difference` between its records and the postings."""
