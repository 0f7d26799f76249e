"""Invented people in great number, for demos, drills and measurements: as real rows, but of nobody."""

from app.people.simulation.filling import Officer as Officer
from app.people.simulation.filling import fill as fill
from app.people.simulation.inventing import Inventor as Inventor
from app.people.simulation.inventing import Marks as Marks
