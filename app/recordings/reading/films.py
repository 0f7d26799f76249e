"""Films of phones: that the file is whole, when and where it was taken, and which bytes say where."""

import re
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from app.recordings.reading import Shot, Unreadable, Unwanted
from app.recordings.reading.boxes import Box, File
from app.recordings.reading.pictures import EARLIEST, LONGEST_NAME, believable
from app.recordings.rules import Spot

MP4, MOV = "video/mp4", "video/quicktime"
BRANDS = frozenset(
    (
        b"isom",
        b"iso2",
        b"iso4",
        b"iso5",
        b"iso6",
        b"mp41",
        b"mp42",
        b"avc1",
        b"M4V ",
        b"3gp4",
        b"3gp5",
        b"3gp6",
        b"mmp4",
    )
)
QUICKTIME = b"qt  "
EPOCH = datetime(1904, 1, 1, tzinfo=UTC)
"""From which these files count their seconds."""
LONGEST = timedelta(hours=12)
TELLING = frozenset((b"udta", b"meta", b"uuid"))
"""Boxes in which phones write where they were; players need none of them."""
PLAYED = frozenset((b"vide", b"soun"))
ISO6709 = re.compile(rb"([+-]\d{1,3}(?:\.\d{1,10})?)([+-]\d{1,3}(?:\.\d{1,10})?)")
KEYS = {b"com.apple.quicktime.location.ISO6709": "spot", b"com.apple.quicktime.model": "device"}
MOST_TEXT = 4096


@dataclass(frozen=True, slots=True)
class Film:
    """A film whose boxes are whole; `blanks` are the ranges to leave out for those who may not know the place."""

    media_type: str
    seconds: int
    shot: Shot
    blanks: tuple[tuple[int, int], ...]


def read_film(size: int, read: Callable[[int, int], bytes]) -> Film:
    """Read a film in places; raises `Unwanted` or `Unreadable`. Its frames are not unpacked."""
    try:
        return _read(File(size, read))
    except struct.error as error:
        raise Unreadable from error


def _read(file: File) -> Film:
    if file.size < 16 or file.read(4, 8) != b"ftyp":
        raise Unwanted
    top = list(file.children(0, file.size))
    brand = file.content(top[0])[:4]
    if brand != QUICKTIME and brand not in BRANDS:
        raise Unwanted
    movies = [box for box in top if box.kind == b"moov"]
    if len(movies) != 1 or not any(box.kind == b"mdat" and box.end > box.inner for box in top):
        raise Unreadable
    parts = list(file.within(movies[0]))
    tracks = [box for box in parts if box.kind == b"trak"]
    handlers = {box.start: _handler(file, box) for box in tracks}
    if b"vide" not in handlers.values():
        raise Unreadable
    taken_at, seconds = _header(file, parts)
    spot, device = _told(file, parts)
    silent = [box for box in tracks if handlers[box.start] not in PLAYED]
    blanks = [*_telling(file, top), *_telling(file, parts), *silent]
    for track in tracks:
        blanks.extend(_telling(file, file.within(track)))
    ranges = tuple(sorted((box.start, box.end) for box in blanks))
    return Film(MOV if brand == QUICKTIME else MP4, seconds, Shot(taken_at, spot, device), ranges)


def _telling(_file: File, boxes: Iterator[Box] | list[Box]) -> list[Box]:
    return [box for box in boxes if box.kind in TELLING]


def _find(file: File, box: Box, *path: bytes) -> Box | None:
    for kind in path:
        found = next((child for child in file.within(box) if child.kind == kind), None)
        if found is None:
            return None
        box = found
    return box


def _handler(file: File, track: Box) -> bytes:
    """What kind of track it is; its samples must be there too."""
    header, samples = _find(file, track, b"mdia", b"hdlr"), _find(file, track, b"mdia", b"minf", b"stbl")
    if header is None or samples is None:
        raise Unreadable
    return file.content(header)[8:12]


def _header(file: File, parts: list[Box]) -> tuple[datetime | None, int]:
    """When the film was made and how long it is."""
    header = next((box for box in parts if box.kind == b"mvhd"), None)
    if header is None:
        raise Unreadable
    content = file.content(header)
    created, _changed, scale, length = struct.unpack_from(">QQIQ" if content[:1] == b"\x01" else ">IIII", content, 4)
    seconds = length // scale if scale else 0
    if seconds > LONGEST.total_seconds():
        seconds = 0
    try:
        taken_at = EPOCH + timedelta(seconds=created)
    except OverflowError:
        return None, seconds
    return (taken_at if taken_at >= EARLIEST else None), seconds


def _told(file: File, parts: list[Box]) -> tuple[Spot | None, str]:
    """Where and with what the film was taken, as Android and iPhones write it."""
    said: dict[str, bytes] = {}
    for box in parts:
        if box.kind == b"udta":
            said |= _plain(file, box)
        elif box.kind == b"meta":
            said |= _keyed(file, box)
    device = said.get("device", b"").decode("utf-8", "replace")
    return _spot(said.get("spot", b"")), "".join(char for char in device if char.isprintable())[:LONGEST_NAME]


def _plain(file: File, box: Box) -> dict[str, bytes]:
    """Texts with their length and language before them; a list of zero bytes may end the box."""
    names = {b"\xa9xyz": "spot", b"\xa9mod": "device"}
    found = {}
    try:
        for child in file.within(box):
            if child.kind in names:
                found[names[child.kind]] = file.content(child, MOST_TEXT)[4:]
    except Unreadable:
        return found
    return found


def _keyed(file: File, box: Box) -> dict[str, bytes]:
    """A table of names, and values under the numbers of the names."""
    try:
        boxes = {child.kind: child for child in file.within(box)}
        if b"keys" not in boxes or b"ilst" not in boxes:
            return {}
        names = _names(file.content(boxes[b"keys"], MOST_TEXT))
        found = {}
        for item in file.within(boxes[b"ilst"]):
            number = int.from_bytes(item.kind, "big")
            value = _find(file, item, b"data")
            if value is not None and 0 < number <= len(names) and names[number - 1] in KEYS:
                found[KEYS[names[number - 1]]] = file.content(value, MOST_TEXT)[8:]
    except (Unreadable, struct.error):
        return {}
    return found


def _names(content: bytes) -> list[bytes]:
    found, at = [], 8
    while at + 8 <= len(content):
        size = struct.unpack_from(">I", content, at)[0]
        if size < 8:
            break
        found.append(content[at + 8 : at + size])
        at += size
    return found


def _spot(text: bytes) -> Spot | None:
    found = ISO6709.search(text)
    return believable(float(found[1]), float(found[2])) if found else None
