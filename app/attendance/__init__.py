"""Presence (考勤): what really happened in the room, per half-day."""
