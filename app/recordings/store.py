"""Where the bytes of recordings lie: pieces of the paper store, under keys made of the file's own number."""

from collections.abc import Iterator, Sequence
from itertools import accumulate

from app.papers.pieces import PieceLost, drop_piece, keep_piece, open_piece, piece_key
from app.papers.service import Damaged

VIEW, THUMB = "view", "thumb"


def key_of(store_no: str, part: int | str) -> str:
    """The key of a piece by the byte it starts at, or of a copy by its name."""
    return piece_key("recording", store_no, part)


def put(store_no: str, part: int | str, content: bytes) -> None:
    """Keep a piece or a copy."""
    keep_piece(key_of(store_no, part), content)


def get(store_no: str, part: int | str) -> bytes:
    """A piece or a copy; raises `Damaged`."""
    try:
        return open_piece(key_of(store_no, part))
    except PieceLost as error:
        raise Damaged(key_of(store_no, part)) from error


def starts(lengths: Sequence[int]) -> list[int]:
    """Where each piece starts."""
    return [0, *accumulate(lengths)][: len(lengths)]


def drop(store_no: str, lengths: Sequence[int]) -> None:
    """Let go of a file: its pieces, one that may have been under way, and its copies."""
    parts: tuple[int | str, ...] = (*starts(lengths), sum(lengths), VIEW, THUMB)
    for part in parts:
        drop_piece(key_of(store_no, part))


class Stored:
    """A stored file, read in places or from end to end, one piece in memory at a time."""

    def __init__(self, store_no: str, lengths: Sequence[int]) -> None:
        self.store_no = store_no
        self.lengths = list(lengths)
        self.starts = starts(lengths)
        self.size = sum(lengths)
        self._at = -1
        self._piece = b""

    def read(self, start: int, end: int) -> bytes:
        """Exactly these bytes."""
        return b"".join(self.parts(start, end))

    def parts(self, start: int, end: int) -> Iterator[bytes]:
        """These bytes, piece by piece."""
        for number, begin in enumerate(self.starts):
            until = begin + self.lengths[number]
            if until <= start or begin >= end:
                continue
            yield self._of(number)[max(start - begin, 0) : min(end, until) - begin]

    def _of(self, number: int) -> bytes:
        if self._at != number:
            self._piece = get(self.store_no, self.starts[number])
            self._at = number
        return self._piece


def blanked(part: bytes, at: int, blanks: Sequence[Sequence[int]]) -> bytes:
    """A part of a film that begins at a byte, with the boxes to leave out emptied: same lengths, nothing told."""
    found = bytearray(part)
    for start, end in blanks:
        for target in range(max(start + 4, at), min(end, at + len(part))):
            found[target - at] = b"free"[target - start - 4] if target < start + 8 else 0
    return bytes(found)
