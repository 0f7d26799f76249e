"""Faults that only the finished layout shows: text that is cut, runs out of its box or page, or lies upon other text.

The boxes of WeasyPrint are walked as they were set, so nothing depends on how a page looks to a reader's eye. It works
on duck-typed boxes and does not import the library.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

SLACK = 2.0
"""CSS pixels (half a millimeter) that rounding and line work may take."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A run of text, or a code, in its place on a page; the height is that of the characters, not of the line."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    is_code: bool = False

    def covers(self, other: "Spot") -> bool:
        """Whether both lie upon each other by more than a touch, both ways."""
        wide = min(self.right, other.right) - max(self.left, other.left)
        high = min(self.bottom, other.bottom) - max(self.top, other.top)
        least = min(self.bottom - self.top, other.bottom - other.top)
        return wide > max(SLACK, least * 0.25) and high > max(SLACK, least * 0.25)


@dataclass(frozen=True, slots=True)
class _Frame:
    """A box that text should stay inside of."""

    left: float
    top: float
    right: float
    bottom: float


def faults_of(pages: Sequence[Any]) -> list[str]:
    """What does not fit, each fault in a sentence with its page and the text at fault."""
    found: list[str] = []
    for number, page in enumerate(pages, 1):
        root = page._page_box  # noqa: SLF001  # the library offers no other way to its layout
        paper = _Frame(0, 0, root.margin_width(), root.margin_height())
        spots = []
        for spot, frames in _spots(root, ()):
            spots.append(spot)
            found += [f"page {number}: {said}" for said in _out_of(spot, paper, frames)]
        found += [f"page {number}: {said}" for said in _upon_each_other(spots)]
    return list(dict.fromkeys(found))


def text_of(pages: Sequence[Any]) -> str:
    """All text that is set, with what style sheets add to it."""
    return "".join(spot.text for page in pages for spot, _ in _spots(page._page_box, ()))  # noqa: SLF001  # as above


def _spots(box: Any, frames: tuple[_Frame, ...]) -> Iterator[tuple[Spot, tuple[_Frame, ...]]]:
    """Every run of text and every code below a box, with the boxes it should stay inside of."""
    box = getattr(box, "_box", box)
    if box.style["transform"]:
        return
    own = _own_spot(box)
    if own is not None:
        yield own, () if own.is_code else frames
        return
    if box.style["position"] in {"absolute", "fixed"}:
        frames = ()
    if _frames(box):
        left, top = box.border_box_x(), box.border_box_y()
        frames = (*frames, _Frame(left, top, left + box.border_width(), top + box.border_height()))
    for child in getattr(box, "children", ()):
        yield from _spots(child, frames)


def _own_spot(box: Any) -> Spot | None:
    """What the box itself sets: a run of text, or a code."""
    if hasattr(box, "text"):
        return _text_spot(box) if box.text.strip() else None
    source = box.element.get("src", "") if hasattr(box, "replacement") and box.element is not None else ""
    if not source.startswith("data:image/png"):
        return None
    left, top = box.content_box_x(), box.content_box_y()
    return Spot("a code", left, top, left + box.width, top + box.height, is_code=True)


def _frames(box: Any) -> bool:
    """Whether a box has sides that text can run over: blocks and cells, not lines or what flows within them."""
    kind = type(box).__name__
    return kind in {"BlockBox", "TableCellBox", "InlineBlockBox", "FlexBox", "GridBox", "MarginBox"}


def _text_spot(box: Any) -> Spot:
    size = float(box.style["font_size"])
    middle = box.position_y + box.height / 2
    trailing = box.style["letter_spacing"]
    trailing = float(trailing) if isinstance(trailing, int | float) else 0.0
    right = box.position_x + box.width - max(trailing, 0.0)
    return Spot(box.text.strip(), box.position_x, middle - size * 0.45, right, middle + size * 0.45)


def _out_of(spot: Spot, paper: _Frame, frames: tuple[_Frame, ...]) -> Iterator[str]:
    shown = spot.text[:24]
    if _beyond(spot, paper, SLACK):
        yield f"“{shown}” runs off the page"
    elif any(_beyond(spot, frame, SLACK) for frame in frames):
        yield f"“{shown}” runs out of its box"


def _beyond(spot: Spot, frame: _Frame, slack: float) -> bool:
    return (
        spot.left < frame.left - slack
        or spot.right > frame.right + slack
        or spot.top < frame.top - slack
        or spot.bottom > frame.bottom + slack
    )


def _upon_each_other(spots: list[Spot]) -> Iterator[str]:
    waiting: list[Spot] = []
    for spot in sorted(spots, key=lambda one: one.top):
        waiting = [one for one in waiting if one.bottom > spot.top]
        for other in waiting:
            if spot.covers(other) and not (spot.is_code and other.is_code):
                first, second = sorted((spot, other), key=lambda one: one.is_code)
                yield f"“{first.text[:24]}” lies upon " + (second.text if second.is_code else f"“{second.text[:24]}”")
        waiting.append(spot)
