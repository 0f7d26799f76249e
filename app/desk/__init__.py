"""Each role's home, and the whole chain behind any row."""
