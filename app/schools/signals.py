"""What later steps may react to; sent inside the transaction, with `by=` and `note=`."""

from blinker import Signal

school_suspended = Signal("A school may no longer train; its classes in progress must stop. Sender: the school.")
school_resumed = Signal("A suspended school may train again. Sender: the school.")
school_removed = Signal("A school left the institution list for good. Sender: the school.")
