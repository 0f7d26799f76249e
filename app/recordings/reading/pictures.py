"""Photos: read whole, with what the camera wrote into them, a print to compare, and copies without any of it."""

import io
import re
import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from pi_heif import register_heif_opener
from PIL import Image, ImageOps, UnidentifiedImageError
from PIL.ExifTags import GPS, IFD, Base

from app.kernel import clock
from app.papers.uploads import JPEG, MOST_PIXELS, PNG, WEBP
from app.recordings.reading import Shot, TooManyPixels, Unreadable, Unwanted
from app.recordings.rules import Spot

register_heif_opener(thumbnails=False)
HEIC = "image/heic"
FORMATS = {"JPEG": JPEG, "MPO": JPEG, "PNG": PNG, "WEBP": WEBP, "HEIF": HEIC}
OPENED = ["JPEG", "PNG", "WEBP", "HEIF"]
VIEW, THUMB = 1600, 360
"""The longer side of the copies, in pixels."""
FLAT = 24
"""A picture whose nine by eight grays lie within so few steps of 256 shows nothing to compare."""
PHOTO = re.compile(rb"\xff\xd8\xff|\x89PNG|RIFF....WEBP|....ftyp(?:hei|hev|mif1|msf1)", re.DOTALL)
"""How the kinds that are taken begin."""
EARLIEST = datetime(2007, 1, 1, tzinfo=UTC)
"""Before phones took photos: a clock that was never set."""
LONGEST_NAME = 80
EDITORS = re.compile(r"photoshop|lightroom|美图|meitu|snapseed|picsart|醒图|gimp|faceu|beauty", re.IGNORECASE)
BROKEN = (
    OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, TypeError, OverflowError, ArithmeticError,
    RuntimeError, struct.error, zlib.error, UserWarning, Image.DecompressionBombError, Image.DecompressionBombWarning,
)  # fmt: skip
"""What Pillow and the HEIC reader raise on damaged or hostile pictures."""


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo that was read to its last pixel; `print64` None where it shows nothing to compare."""

    media_type: str
    width: int
    height: int
    print64: int | None
    shot: Shot
    view: bytes
    thumb: bytes


def read_photo(content: bytes) -> Photo:
    """Read a photo; raises `Unwanted`, `TooManyPixels` or `Unreadable`.

    Its size is asked before anything is unpacked. The copies are drawn anew: no word of the file goes into them.
    """
    try:
        with Image.open(io.BytesIO(content), formats=OPENED) as picture:
            return _read(picture)
    except UnidentifiedImageError as error:
        raise (Unreadable if PHOTO.match(content) else Unwanted) from error
    except BROKEN as error:
        raise Unreadable from error


def _read(picture: Image.Image) -> Photo:
    width, height = picture.size
    if width * height > MOST_PIXELS:
        raise TooManyPixels
    media_type = FORMATS[str(picture.format)]
    shot = _shot(picture)
    picture.draft("RGB", (VIEW, VIEW))
    picture.load()
    view = _copy(_upright(picture), VIEW)
    return Photo(media_type, width, height, print_of(view), shot, _jpeg(view, 80), _jpeg(_copy(view, THUMB), 72))


def _upright(picture: Image.Image) -> Image.Image:
    try:
        return ImageOps.exif_transpose(picture)
    except BROKEN:
        return picture


def _copy(picture: Image.Image, longest: int) -> Image.Image:
    """The pixels alone, on white, at most so long."""
    small = picture.copy()
    small.thumbnail((longest, longest))
    plain = Image.new("RGB", small.size, "white")
    seen = small.convert("RGBA") if small.mode in {"P", "LA", "PA", "RGBA"} or "transparency" in small.info else None
    plain.paste(seen or small.convert("RGB"), mask=seen)
    return plain


def _jpeg(picture: Image.Image, quality: int) -> bytes:
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=quality, optimize=True)
    return file.getvalue()


def print_of(picture: Image.Image) -> int | None:
    """A print of 64 bits: of eight by eight places, whether the next one to the right is brighter (dHash)."""
    gray = picture.convert("L").resize((9, 8), Image.Resampling.BOX)
    values = list(gray.tobytes())
    if max(values) - min(values) < FLAT:
        return None
    found = 0
    for row in range(8):
        for column in range(8):
            here = row * 9 + column
            found = found << 1 | (values[here + 1] > values[here])
    return found


def _shot(picture: Image.Image) -> Shot:
    """What the camera wrote; anything that can't be believed or read is as if it were not there."""
    try:
        exif = picture.getexif()
        camera, gps = exif.get_ifd(IFD.Exif), exif.get_ifd(IFD.GPSInfo)
    except BROKEN:
        return Shot()
    make, model = _text(exif.get(Base.Make)), _text(exif.get(Base.Model))
    device = model if model.startswith(make) else f"{make} {model}"
    edited = bool(EDITORS.search(_text(exif.get(Base.Software))))
    return Shot(_taken(camera), _spot(gps), device.strip()[:LONGEST_NAME], edited)


def _text(value: Any) -> str:
    return "".join(char for char in value if char.isprintable()).strip() if isinstance(value, str) else ""


def _taken(camera: Mapping[int, Any]) -> datetime | None:
    """When it was taken; a time without its zone is ours."""
    try:
        local = datetime.strptime(str(camera[Base.DateTimeOriginal]).strip("\0 "), "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007  # the zone follows
        offset = re.fullmatch(r"([+-])(\d\d):(\d\d)", str(camera.get(Base.OffsetTimeOriginal, "")).strip("\0 "))
        zone = timezone(_offset(*offset.groups())) if offset else clock.LOCAL
        found = local.replace(tzinfo=zone).astimezone(UTC)
    except BROKEN:
        return None
    return found if found >= EARLIEST else None


def _offset(sign: str, hours: str, minutes: str) -> timedelta:
    span = timedelta(hours=int(hours), minutes=int(minutes))
    return -span if sign == "-" else span


def _spot(gps: Mapping[int, Any]) -> Spot | None:
    try:
        latitude = _degrees(gps[GPS.GPSLatitude], gps.get(GPS.GPSLatitudeRef) == "S")
        longitude = _degrees(gps[GPS.GPSLongitude], gps.get(GPS.GPSLongitudeRef) == "W")
    except BROKEN:
        return None
    return believable(latitude, longitude)


def _degrees(parts: Any, is_negative: bool) -> float:  # noqa: FBT001  # north or south
    degrees, minutes, seconds = (float(part) for part in parts)
    found = degrees + minutes / 60 + seconds / 3600
    return -found if is_negative else found


def believable(latitude: float, longitude: float) -> Spot | None:
    """A place on earth; nought and nought is what phones write that know none."""
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180) or (latitude == 0 and longitude == 0):
        return None
    return Spot(round(latitude, 6), round(longitude, 6))
