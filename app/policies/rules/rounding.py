"""Rounding as a pack states it, in whole numbers only: exact, and never by floating point. Pure."""

from dataclasses import dataclass
from enum import StrEnum

POINTS = 100
"""Points a percent: a percentage of two decimals as a whole number."""
WHOLE = 100 * POINTS


class RoundTo(StrEnum):
    """To what an amount is rounded."""

    FEN = "fen"
    JIAO = "jiao"
    YUAN = "yuan"


class RoundMode(StrEnum):
    """Which way an amount is rounded."""

    HALF_UP = "half_up"
    DOWN = "down"
    UP = "up"


FEN_OF = {RoundTo.FEN: 1, RoundTo.JIAO: 10, RoundTo.YUAN: 100}
_UNITS = {RoundTo.FEN: "分", RoundTo.JIAO: "角", RoundTo.YUAN: "元"}
_WAYS = {RoundMode.HALF_UP: "四舍五入", RoundMode.DOWN: "舍去", RoundMode.UP: "进位"}


@dataclass(frozen=True, slots=True)
class Rounding:
    """How a step rounds what it adds; to the fen, half up, where the pack does not state otherwise."""

    to: RoundTo = RoundTo.FEN
    mode: RoundMode = RoundMode.HALF_UP

    @property
    def words(self) -> str:
        """How the figure of a step says it, "" for the usual one."""
        usual = self.to is RoundTo.FEN and self.mode is RoundMode.HALF_UP
        return "" if usual else f"（{_WAYS[self.mode]}到{_UNITS[self.to]}）"

    def of(self, amount: int, over: int = 1) -> int:
        """`amount / over` fen, rounded; a negative amount as its positive one with the sign."""
        size, unit = abs(amount), FEN_OF[self.to] * over
        if self.mode is RoundMode.HALF_UP:
            units = (2 * size + unit) // (2 * unit)
        elif self.mode is RoundMode.DOWN:
            units = size // unit
        else:
            units = -(-size // unit)
        fen = units * FEN_OF[self.to]
        return -fen if amount < 0 else fen


def part_of(total: int, place: int, places: int) -> int:
    """The share of place 1…places in a total, so that all shares add up to it to the fen."""
    return total * place // places - total * (place - 1) // places


def points_words(points: int) -> str:
    """Points as a percentage: 1250 -> '12.5%'."""
    whole, rest = divmod(points, POINTS)
    return f"{whole}.{rest:02d}".rstrip("0") + "%" if rest else f"{whole}%"
