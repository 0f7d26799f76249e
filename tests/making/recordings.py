"""Photos and films for tests, drawn or put together here: nobody is on them."""

import io
import random
import struct
from datetime import datetime, timedelta
from typing import Any

from PIL import Image, ImageDraw
from PIL.ExifTags import GPS, IFD, Base

from app.classes.models import ClassSession
from app.kernel import clock
from app.kernel.access import Actor
from app.recordings import service
from app.recordings.service.keeping import Kept

MILUO = (28.806, 113.067)


def drawing(seed: int, size: tuple[int, int] = (640, 480)) -> Image.Image:
    """A picture of blobs, another one for each seed."""
    chance = random.Random(seed)
    picture = Image.new("RGB", size, tuple(chance.randrange(60, 200) for _ in range(3)))
    pen = ImageDraw.Draw(picture)
    for _ in range(40):
        x, y, r = chance.randrange(size[0]), chance.randrange(size[1]), chance.randrange(20, 130)
        pen.ellipse((x - r, y - r, x + r, y + r), fill=tuple(chance.randrange(256) for _ in range(3)))
    return picture


def exif_of(taken_at: datetime | None = None, place: tuple[float, float] | None = None, **tags: str) -> Image.Exif:
    """What a camera writes: local time without a zone, degrees as three numbers."""
    exif = Image.Exif()
    for name, value in tags.items():
        exif[Base[name]] = value
    if taken_at is not None:
        exif.get_ifd(IFD.Exif)[Base.DateTimeOriginal] = clock.local(taken_at).strftime("%Y:%m:%d %H:%M:%S")
    if place is not None:
        gps = exif.get_ifd(IFD.GPSInfo)
        gps[GPS.GPSLatitudeRef], gps[GPS.GPSLatitude] = "NS"[place[0] < 0], degrees(place[0])
        gps[GPS.GPSLongitudeRef], gps[GPS.GPSLongitude] = "EW"[place[1] < 0], degrees(place[1])
    return exif


def degrees(value: float) -> tuple[float, float, float]:
    """Degrees, minutes and seconds."""
    whole = abs(value)
    return float(int(whole)), float(int(whole * 60 % 60)), whole * 3600 % 60


def photo(seed: int = 1, *, kind: str = "JPEG", exif: Image.Exif | bytes | None = None, **more: Any) -> bytes:
    """A photo file."""
    file = io.BytesIO()
    options = {"exif": exif} if exif is not None else {}
    drawing(seed).save(file, kind, **options, **more)
    return file.getvalue()


def saved_again(content: bytes, *, quality: int = 55, scale: float = 0.6) -> bytes:
    """The same picture as messengers pass it on: smaller, pressed harder, a little brighter."""
    with Image.open(io.BytesIO(content)) as picture:
        small = picture.convert("RGB").resize((int(picture.width * scale), int(picture.height * scale)))
    file = io.BytesIO()
    small.point([min(255, value + 6) for value in range(256)] * 3).save(file, "JPEG", quality=quality)
    return file.getvalue()


def box(kind: bytes, *contents: bytes) -> bytes:
    """One box of a film file."""
    inner = b"".join(contents)
    return struct.pack(">I4s", len(inner) + 8, kind) + inner


EPOCH = datetime.fromisoformat("1904-01-01T00:00:00+00:00")


def film(
    taken_at: datetime | None = None,
    place: str = "",
    *,
    brand: bytes = b"isom",
    data: bytes = b"\0" * 4000,
    tracks: tuple[bytes, ...] = (b"vide", b"soun"),
) -> bytes:
    """A film whose boxes are in order; `place` as Android writes it: +28.8060+113.0670/."""
    created = int((taken_at - EPOCH) / timedelta(seconds=1)) if taken_at else 0
    header = box(b"mvhd", struct.pack(">IIIII", 0, created, created, 1000, 95_000), b"\0" * 80)
    told = box(b"udta", box(b"\xa9xyz", struct.pack(">HH", len(place), 0x15C7), place.encode())) if place else b""
    movie = box(b"moov", header, *(_track(kind) for kind in tracks), told)
    return box(b"ftyp", brand, b"\0\0\2\0", brand) + movie + box(b"mdat", data)


def _track(kind: bytes) -> bytes:
    handler = box(b"hdlr", b"\0" * 8, kind, b"\0" * 12)
    samples = box(b"minf", box(b"stbl", box(b"stsd", b"\0" * 8)))
    return box(b"trak", box(b"tkhd", b"\0" * 84), box(b"mdia", handler, samples))


def keep(session: ClassSession, content: bytes, by: Actor, **more: Any) -> Kept:
    """A file taken in for a half-day, right after it."""
    with clock.at(session.ends_at + timedelta(minutes=10)):
        return service.take_in(session, io.BytesIO(content), by=by, **more)
