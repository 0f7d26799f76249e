"""Seals and words of papers."""

import io

from PIL import Image, ImageDraw

from app.accounts.models import Organization
from app.designs import queries, service
from app.designs.models import Seal
from app.kernel.access import Actor


def seal_png(size: int = 400, *, color: str = "#c8102e", ground: tuple[int, int, int, int] = (0, 0, 0, 0)) -> bytes:
    """A red ring on a clear ground."""
    picture = Image.new("RGBA", (size, size), ground)
    ImageDraw.Draw(picture).ellipse((8, 8, size - 8, size - 8), outline=color, width=size // 20)
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


SEAL_SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40">'
    b'<circle cx="20" cy="20" r="18" fill="none" stroke="#c8102e" stroke-width="1.5"/></svg>'
)


def make_seal(school: Organization, *, by: Actor, color: str = "#c8102e") -> Seal:
    """A seal of a school in use; `by` is somebody of the school."""
    owner = queries.owner_for(by)
    seen = max((row.revision for row in queries.seals_of(owner)), default=0)
    return service.set_seal(owner, io.BytesIO(seal_png(color=color)), school.name, seen=seen, by=by)
