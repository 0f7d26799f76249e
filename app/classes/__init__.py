"""Four-fixed (四定): place, people, direction and post are fixed and locked; owns seats and timetable."""
