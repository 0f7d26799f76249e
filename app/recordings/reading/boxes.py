"""The boxes of an MP4 or MOV file, walked without unpacking anything; every length is checked before it is believed."""

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from app.recordings.reading import Unreadable

MOST_BOXES = 20_000
"""A trap of millions of empty boxes ends here."""
DEEPEST = 8


@dataclass(frozen=True, slots=True)
class Box:
    """One box: where it begins, where its content begins and where it ends, in bytes of the file."""

    kind: bytes
    start: int
    inner: int
    end: int


@dataclass
class File:
    """A file that is read in places: `read(start, end)` gives exactly those bytes."""

    size: int
    read: Callable[[int, int], bytes]
    boxes: int = 0

    def children(self, inner: int, end: int) -> Iterator[Box]:
        """The boxes in a range, one after the other; raises `Unreadable` where one reaches over the end."""
        at = inner
        while at < end:
            box = self._box(at, end)
            yield box
            at = box.end

    def within(self, box: Box, *skip: int) -> Iterator[Box]:
        """The boxes inside a box, after so many bytes of its own fields."""
        return self.children(box.inner + sum(skip), box.end)

    def content(self, box: Box, most: int = 4096) -> bytes:
        """The first bytes of a box's content."""
        return self.read(box.inner, min(box.end, box.inner + most))

    def _box(self, at: int, end: int) -> Box:
        self.boxes += 1
        if self.boxes > MOST_BOXES or end - at < 8:
            raise Unreadable
        size, kind = struct.unpack(">I4s", self.read(at, at + 8))
        inner = at + 8
        if size == 1:
            if end - at < 16:
                raise Unreadable
            size, inner = struct.unpack(">Q", self.read(at + 8, at + 16))[0], at + 16
        elif size == 0:
            size = end - at
        if size < inner - at or size > end - at:
            raise Unreadable
        return Box(kind, at, inner, at + size)
