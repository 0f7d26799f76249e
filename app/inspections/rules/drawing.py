"""Lots that anybody can draw again with a calculator for SHA-256. Pure.

Who draws first writes down the SHA-256 of a seed nobody has seen; only then the list is fixed and the seed opened.
Every row of the list holds as many tickets as it weighs; a ticket is the SHA-256 of `seed:number:ticket`, all in plain
text, tickets counted from 0. The row with the smallest ticket is drawn first, and so on. A row of weight 3 has three
chances of being smallest: nothing else decides.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any


def commitment(seed: str) -> str:
    """What is shown before the draw: the SHA-256 of the seed, which is text of 64 hexadecimal digits."""
    return hashlib.sha256(seed.encode("ascii")).hexdigest()


def ticket(seed: str, number: int, place: int) -> str:
    """One ticket of a row."""
    return hashlib.sha256(f"{seed}:{number}:{place}".encode("ascii")).hexdigest()


def smallest(seed: str, number: int, weight: int) -> str:
    """A row's smallest ticket."""
    return min(ticket(seed, number, place) for place in range(weight))


def draw(seed: str, weights: Mapping[int, int], want: int) -> list[int]:
    """So many rows, by their smallest tickets; rows of weight 0 are never drawn."""
    tickets = {number: smallest(seed, number, weight) for number, weight in weights.items() if weight > 0}
    return sorted(tickets, key=lambda number: (tickets[number], number))[:want]


def order(seed: str, numbers: Iterable[int]) -> list[int]:
    """All rows in the order in which they are drawn, each with one ticket."""
    found = list(numbers)
    return draw(seed, dict.fromkeys(found, 1), len(found))


def listing_hash(listing: Any) -> str:
    """The SHA-256 of a list as JSON without spaces, keys in order."""
    text = json.dumps(listing, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
