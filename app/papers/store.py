"""Where files are kept. One interface, so that a store of another kind can take the folder's place."""

import errno
import os
import re
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Protocol

KEY = re.compile(r"[0-9a-f]{64}")
MARK = ".store"
"""Lies in the folder since the app first used it: where it is not, the disk with the files is away."""


class Occupied(Exception):
    """The key already holds other content: nothing is ever overwritten."""


class StoreAway(OSError):
    """The folder of files is not where it was: nothing may be written beside it, to vanish when it comes back."""

    def __init__(self) -> None:
        super().__init__(errno.ENOENT, "the folder of files is away")


class Absent(Exception):
    """No such file, or the store is away."""


class Store(Protocol):
    """Keeps bytes under a key of 64 hexadecimal digits, until it is removed."""

    def put(self, key: str, content: bytes) -> None:
        """Keep the content, whole or not at all; raises `Occupied` when the key holds anything."""

    def get(self, key: str) -> bytes:
        """The content of a key; raises `Absent`."""

    def has(self, key: str) -> bool:
        """Whether the key holds anything."""

    def remove(self, key: str) -> None:
        """Let go of what a key holds: what may not be kept any longer; nothing happens where it holds nothing."""


class FolderStore:
    """A local folder, private to the account that serves; files stand in 256 folders by the start of their key."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with suppress(OSError):  # a disk that can't be written to is told of when something is to be kept
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            (folder / MARK).touch(mode=0o600)

    def put(self, key: str, content: bytes) -> None:
        """Write beside the place, sync, and link into it: a crash leaves either the whole file or none.

        Raises `StoreAway` where the folder was renamed, or its disk is not mounted any more.
        """
        path = self._path(key)
        if not (self.folder / MARK).is_file():
            raise StoreAway
        path.parent.mkdir(mode=0o700, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", suffix=".part") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
            try:
                os.link(file.name, path)
            except FileExistsError as error:
                raise Occupied(key) from error
        _sync(path.parent)

    def get(self, key: str) -> bytes:
        """Read a file whole."""
        try:
            return self._path(key).read_bytes()
        except FileNotFoundError as error:
            raise Absent(key) from error

    def has(self, key: str) -> bool:
        """Whether the file is there."""
        return self._path(key).is_file()

    def remove(self, key: str) -> None:
        """Delete the file."""
        self._path(key).unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        """Keys are hashes, so none leads out of the folder."""
        if not KEY.fullmatch(key):
            raise ValueError("a key of the store is 64 hexadecimal digits")
        return self.folder / key[:2] / key


def _sync(folder: Path) -> None:
    """Make the new name itself survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
