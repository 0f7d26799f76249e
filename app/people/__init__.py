"""Laborers and households, and each person's record of subsidies used."""
