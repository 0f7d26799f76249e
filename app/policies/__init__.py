"""The rules of a place and a year, as data: who is eligible for what, which mode needs what, how much."""
