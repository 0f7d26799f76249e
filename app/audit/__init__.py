"""Who did what, when: events that only grow. Actor and area are held as values, without foreign keys."""
