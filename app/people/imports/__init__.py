"""Import of rosters: what is certain is repaired and said so, what is not is refused, and nothing is half done."""
