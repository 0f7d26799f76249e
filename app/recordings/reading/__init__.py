"""Judge photos and films by what is in them; neither name nor the browser's word counts."""

from dataclasses import dataclass
from datetime import datetime

from app.kernel.errors import DomainError
from app.kernel.marking import N_
from app.recordings.rules import Spot


class Unreadable(DomainError):
    """No photo or film that can be read to its end; the message says so plainly."""

    def __init__(self) -> None:
        super().__init__(N_("这个文件打不开或者不完整，请重新拍一张再传。"), "files")


class Unwanted(DomainError):
    """Something else than the photos and films that phones take."""

    def __init__(self) -> None:
        super().__init__(N_("只收手机拍的照片（JPG、PNG、WebP、HEIC）和录像（MP4、MOV）。"), "files")


class TooManyPixels(DomainError):
    """A picture whose size is a mistake or a trap."""

    def __init__(self) -> None:
        super().__init__(N_("照片的尺寸太大，手机拍不出这么大的照片，请换一张。"), "files")


@dataclass(frozen=True, slots=True)
class Shot:
    """What a file says of when, where and with what it was taken; empty where it says nothing believable."""

    taken_at: datetime | None = None
    spot: Spot | None = None
    device: str = ""
    edited: bool = False
