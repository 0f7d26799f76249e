"""What a picture of a seal must be: judged by what is in the file, made ready for printing."""

import io
import re

from lxml import etree
from PIL import Image

from app.kernel.errors import DomainError
from app.kernel.i18n import _
from app.papers.uploads import BROKEN_IMAGE

SMALLEST, LARGEST = 300, 4000
"""Pixels of the shorter and the longer side: 40 mm at 190 dots an inch, and no photo of a whole desk."""
PRINTED = 480
"""Pixels of the longer side as it is kept: 40 mm at 300 dots an inch."""
ROUNDEST = 1.6
"""Seals are round, oval or square."""
LEAST_CLEAR, LEAST_DRAWN = 0.2, 0.02
"""Shares of the picture: what lies under a seal must show through, and something must be drawn."""
SVG_LONGEST = 100_000
SVG = "{http://www.w3.org/2000/svg}"
SHAPES = frozenset(
    SVG + name
    for name in (
        "svg", "g", "path", "circle", "ellipse", "rect", "line", "polygon", "polyline", "title", "desc", "defs",
    )
)  # fmt: skip
"""What a drawn seal is made of: letters as paths, no fonts, no pictures, nothing that runs or is fetched."""
OUTSIDE = re.compile(r"url\(|@import|javascript:|data:|https?:", re.IGNORECASE)


def seal_picture(content: bytes, field: str = "picture") -> bytes:
    """The picture as it is printed (PNG or SVG); raises `DomainError` saying what a seal's picture must be."""
    if content.lstrip()[:1] == b"<":
        return _drawn(content, field)
    return _painted(content, field)


def _painted(content: bytes, field: str) -> bytes:
    try:
        with Image.open(io.BytesIO(content), formats=["PNG"]) as picture:
            _refuse_size(picture.width, picture.height, field)
            picture.load()
            clear = picture.convert("RGBA")
    except BROKEN_IMAGE as error:
        raise DomainError(_("印章要用 PNG 或 SVG 图片，这个文件不是，或者已损坏。"), field) from error
    alpha = clear.getchannel("A").histogram()
    total = sum(alpha)
    if sum(alpha[:32]) < total * LEAST_CLEAR:
        raise DomainError(_("印章图片的底要透明，现在的底是实的，会把下面的字盖住。请去掉白底再上传。"), field)
    if sum(alpha[128:]) < total * LEAST_DRAWN:
        raise DomainError(_("这张图片几乎是空的，看不到印章。"), field)
    clear.thumbnail((PRINTED, PRINTED), Image.Resampling.LANCZOS)
    file = io.BytesIO()
    clear.save(file, "PNG", optimize=True)
    return file.getvalue()


def _refuse_size(width: int, height: int, field: str) -> None:
    short, long = sorted((width, height))
    if short < SMALLEST:
        words = _("印章图片太小，印出来会发虚：至少 %(least)s×%(least)s 像素，这张只有 %(wide)s×%(high)s。",
                  least=SMALLEST, wide=width, high=height)  # fmt: skip
        raise DomainError(words, field)
    if long > LARGEST:
        raise DomainError(_("印章图片太大，最多 %(most)s 像素见方。", most=LARGEST), field)
    if long > short * ROUNDEST:
        raise DomainError(_("这张图片太扁或太长，不像一枚印章。请只截印章本身。"), field)


def _drawn(content: bytes, field: str) -> bytes:
    """A drawing of plain shapes, written anew without anything else."""
    if len(content) > SVG_LONGEST:
        raise DomainError(_("SVG 图太复杂，请简化后再上传，最多 100 KB。"), field)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise DomainError(_("印章要用 PNG 或 SVG 图片，这个文件不是，或者已损坏。"), field) from error
    if root.tag != SVG + "svg" or root.getroottree().docinfo.internalDTD is not None:
        raise DomainError(_("印章要用 PNG 或 SVG 图片，这个文件不是，或者已损坏。"), field)
    if any(_is_foreign(one) for one in root.iter()):
        raise DomainError(_("SVG 里只能有线条和形状：文字请转成曲线，不要带图片、样式、脚本和链接。"), field)
    _refuse_shape(str(root.get("viewBox", "")), field)
    return bytes(etree.tostring(root))


def _is_foreign(element: etree._Element) -> bool:
    if element.tag not in SHAPES:
        return True
    return any(
        name.lower().startswith("on") or name.endswith("href") or name == "style" or OUTSIDE.search(str(value))
        for name, value in element.attrib.items()
    )


def _refuse_shape(box: str, field: str) -> None:
    try:
        _left, _top, wide, high = (float(part) for part in box.replace(",", " ").split())
    except ValueError:
        wide = high = 0.0
    short, long = sorted((wide, high))
    if not 0 < short <= long <= short * ROUNDEST:
        raise DomainError(_("SVG 要写明画布（viewBox），长宽差不多的才像一枚印章。"), field)
