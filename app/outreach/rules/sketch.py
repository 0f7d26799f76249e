"""A sketch map of who asks for what, drawn from the region tree alone: there are no coordinates. Pure.

Counties stand below each other, a county's townships are tiles in it, a township's villages are circles in its tile: as
large as people ask there, in the color of the trade that most of them ask for. Everything is laid out by code, so the
same demand is always the same drawing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

WIDTH = 340
GAP = 8
HEAD = 24
"""The height of the line with a county's or township's name."""
NAME = 18
"""The height of a village's name below its circle."""
CELL = 76
"""The width that a village takes, its name of up to five characters included."""
LEAST, MOST = 13, 30
"""The radius of the smallest and the largest circle."""
ACROSS = (WIDTH - 4 * GAP) // CELL
LONGEST_NAME = 5
LONG_FORMS = (("村民委员会", "村"), ("居民委员会", ""), ("村委会", "村"), ("居委会", ""))
"""How official names are said for short."""


@dataclass(frozen=True, slots=True)
class Spot:
    """What one village asks for."""

    code: str
    name: str
    people: int
    trade: str


@dataclass(frozen=True, slots=True)
class Town:
    """A township with its villages that ask."""

    code: str
    name: str
    spots: tuple[Spot, ...]


@dataclass(frozen=True, slots=True)
class Shire:
    """A county with its townships."""

    code: str
    name: str
    towns: tuple[Town, ...]


@dataclass(frozen=True, slots=True)
class Circle:
    """A village as it is drawn: the middle, the radius, the middle of its name, and the words below."""

    spot: Spot
    x: int
    y: int
    r: int
    name_y: int
    words: str


@dataclass(frozen=True, slots=True)
class Tile:
    """A township as it is drawn."""

    name: str
    x: int
    y: int
    width: int
    height: int
    circles: tuple[Circle, ...]


@dataclass(frozen=True, slots=True)
class Panel:
    """A county as it is drawn."""

    name: str
    y: int
    height: int
    tiles: tuple[Tile, ...]


@dataclass(frozen=True, slots=True)
class Sketch:
    """The whole drawing, `WIDTH` wide."""

    height: int
    panels: tuple[Panel, ...]
    trades: tuple[str, ...]
    """The trades that occur, for the legend."""
    width: int = WIDTH


def draw(shires: Sequence[Shire]) -> Sketch:
    """Lay the demand out."""
    spots = [spot for shire in shires for town in shire.towns for spot in town.spots]
    most = max((spot.people for spot in spots), default=1)
    panels, y = [], 0
    for shire in sorted(shires, key=lambda one: one.code):
        panel = _panel(shire, y, most)
        panels.append(panel)
        y += panel.height + GAP
    return Sketch(max(1, y - GAP), tuple(panels), tuple(sorted({spot.trade for spot in spots})))


def radius(people: int, most: int) -> int:
    """The area of a circle grows with its people, from the smallest that can be read to the largest that fits."""
    return max(LEAST, round(MOST * sqrt(people / max(1, most))))


def short_name(name: str) -> str:
    """A village's name as it fits below its circle."""
    for long, short in LONG_FORMS:
        name = name.replace(long, short)
    return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1] + "…"


def _panel(shire: Shire, top: int, most: int) -> Panel:
    tiles: list[Tile] = []
    x, y, row = GAP, top + HEAD, 0
    for town in sorted(shire.towns, key=lambda one: one.code):
        width = GAP + min(ACROSS, len(town.spots)) * CELL
        if x + width > WIDTH - GAP and x > GAP:
            x, y, row = GAP, y + row + GAP, 0
        tile = _tile(town, x, y, width, most)
        tiles.append(tile)
        x, row = x + width + GAP, max(row, tile.height)
    return Panel(shire.name, top, y + row + GAP - top, tuple(tiles))


def _tile(town: Town, x: int, y: int, width: int, most: int) -> Tile:
    circles = []
    line = 2 * MOST + NAME + GAP
    for number, spot in enumerate(sorted(town.spots, key=lambda one: one.code)):
        middle = x + GAP // 2 + (number % ACROSS) * CELL + CELL // 2
        down = y + HEAD + (number // ACROSS) * line + MOST
        name_y = down + MOST + NAME - 4
        circles.append(Circle(spot, middle, down, radius(spot.people, most), name_y, short_name(spot.name)))
    rows = -(-len(town.spots) // ACROSS)
    return Tile(town.name, x, y, width, HEAD + rows * line, tuple(circles))
