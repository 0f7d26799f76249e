"""Files that arrive piece by piece: each piece sealed under a key that its owner alone uses, and let go by that key.

Unlike what `keep_upload` keeps, a piece is never shared between rows: the key says whose it is, not what is in it.
"""

import hashlib

from flask import current_app

from app.kernel.sealing import SealBroken, sealer
from app.papers.store import Absent, Occupied, Store


class PieceLost(Exception):
    """A stored piece is missing, or no longer what was kept."""


def piece_key(*parts: object) -> str:
    """The key of a piece, from the words that say whose it is; the same words always give the same key."""
    return hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()


def keep_piece(key: str, content: bytes) -> None:
    """Keep a piece whole, or not at all; what an interrupted try left under the key gives way to it."""
    sealed = sealer().seal_bytes(content, f"piece.{key}")
    try:
        _store().put(key, sealed)
    except Occupied:
        _store().remove(key)
        _store().put(key, sealed)


def open_piece(key: str) -> bytes:
    """What a key holds; raises `PieceLost`."""
    try:
        return sealer().open_bytes(_store().get(key), f"piece.{key}")
    except (Absent, SealBroken) as error:
        raise PieceLost(key) from error


def drop_piece(key: str) -> None:
    """Let go of a piece; only after the row that named it is gone."""
    _store().remove(key)


def _store() -> Store:
    found: Store = current_app.extensions["papers.store"]
    return found
