"""How near a class is, by the region tree alone: nobody is asked where they stand."""

from sqlalchemy import ColumnElement, case, literal

from app.regions.models import Level, Region

BY_LENGTH = {12: Level.VILLAGE, 9: Level.TOWNSHIP, 6: Level.COUNTY}
"""What an official code means by its length."""


def depth_near(near: tuple[str, ...]) -> ColumnElement[int]:
    """How many levels of the region tree a row's region shares with a place, told by its codes from the top down."""
    if not near:
        return literal(0)
    paths = ["".join(f"{code}/" for code in near[:depth]) for depth in range(len(near), 0, -1)]
    return case(*((Region.path.startswith(path, autoescape=True), path.count("/")) for path in paths), else_=0)


def shared(near: tuple[str, ...], depth: int) -> Level | None:
    """What a visitor would call near: the same village, township or county; None where it is farther."""
    return BY_LENGTH.get(len(near[depth - 1])) if depth > 2 else None
