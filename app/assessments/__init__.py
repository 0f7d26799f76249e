"""Result (考核): theory and practice marks; who passes follows from rules."""
