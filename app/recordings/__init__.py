"""Recordings 课堂影像: photos and films of a lesson, bound to its half-day, kept as long as policy says."""
