"""Pictures of lessons for the story, drawn here: nobody is on them."""

import io
import random
from datetime import datetime

from PIL import Image, ImageDraw
from PIL.ExifTags import GPS, IFD, Base

from app.kernel import clock
from app.recordings.rules import Spot

SIZE = (960, 720)
COATS = ("#b13a25", "#0e5c4d", "#c68a1e", "#1c557d", "#55605b", "#8f5a2b")


def lesson_picture(number: int, *, people: int, outdoors: bool = False) -> Image.Image:
    """A room with a board, or a pond under a sky, and so many people in coats."""
    chance = random.Random(number)  # noqa: S311  # a drawing, no secret
    picture = Image.new("RGB", SIZE, "#bcd7e6" if outdoors else "#efe6d2")
    pen = ImageDraw.Draw(picture)
    width, height = SIZE
    ground = height // 2 + chance.randrange(-60, 60)
    pen.rectangle((0, ground, width, height), fill="#7d9a5a" if outdoors else "#b59a72")
    for _ in range(5):
        x, y = chance.randrange(width), chance.randrange(ground - 180, ground - 40)
        shade = chance.choice(("#6f8f4e", "#8fb4c9", "#dfe7ea")) if outdoors else chance.choice(("#2f4f45", "#d9c9a6"))
        pen.rectangle((x, y, x + chance.randrange(80, 260), y + chance.randrange(40, 140)), fill=shade)
    for _ in range(people):
        x, y = chance.randrange(60, width - 60), chance.randrange(ground - 20, height - 160)
        pen.rounded_rectangle((x - 28, y, x + 28, y + 110), 18, fill=chance.choice(COATS))
        pen.ellipse((x - 22, y - 44, x + 22, y), fill="#e3bd93")
    return picture


def photo(picture: Image.Image, taken_at: datetime | None = None, spot: Spot | None = None, quality: int = 82) -> bytes:
    """The picture as a phone saves it, with time and place where they are given."""
    exif = Image.Exif()
    if taken_at is not None:
        exif[Base.Make], exif[Base.Model] = "HUAWEI", "HUAWEI nova 12"
        exif.get_ifd(IFD.Exif)[Base.DateTimeOriginal] = clock.local(taken_at).strftime("%Y:%m:%d %H:%M:%S")
    if spot is not None:
        gps = exif.get_ifd(IFD.GPSInfo)
        gps[GPS.GPSLatitudeRef], gps[GPS.GPSLatitude] = "N", _degrees(spot.latitude)
        gps[GPS.GPSLongitudeRef], gps[GPS.GPSLongitude] = "E", _degrees(spot.longitude)
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=quality, exif=exif)
    return file.getvalue()


def _degrees(value: float) -> tuple[float, float, float]:
    return float(int(value)), float(int(value * 60 % 60)), value * 3600 % 60
