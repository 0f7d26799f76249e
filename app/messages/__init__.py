"""What people are told: one sender interface, whose default writes to an outbox."""
