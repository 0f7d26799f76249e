"""Lessons (课件): watched online with a true clock, viewed by a village together, and the half-hour taster."""
