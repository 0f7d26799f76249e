"""The short code that ties a sheet of paper to what it was printed from, and how it is read off a scan."""

import io
import re
import secrets
from collections.abc import Iterator
from typing import Any

import pikepdf
import zxingcpp
from PIL import Image

from app.kernel.errors import DomainError
from app.kernel.marking import N_

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXY"
"""None is mistaken for another when it is copied by hand; 31, a prime, so that the check tells every wrong one."""

LENGTH = 9
"""Random characters; one more checks them."""
PREFIX = "SIDAN:"
MOST_PAGES = 20
MOST_PICTURES = 60
ALIKE = str.maketrans("OIL", "011")
OURS = re.compile(re.escape(PREFIX) + rf"([{ALPHABET}]{{{LENGTH + 1}}})")
QR_ONLY = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
UNREADABLE = (pikepdf.PdfError, NotImplementedError, ValueError, OSError, KeyError)
"""What pictures inside a PDF raise that are packed in a way we can't unpack: such a picture holds no code for us."""


def new_code() -> str:
    """A code nobody can guess, with its check character."""
    body = "".join(secrets.choice(ALPHABET) for _place in range(LENGTH))
    return body + check_character(body)


def check_character(body: str) -> str:
    """Tells one wrong character or two that were swapped: each place weighs differently, modulo a prime."""
    total = sum(weight * ALPHABET.index(char) for weight, char in enumerate(body, start=2))
    return ALPHABET[total % len(ALPHABET)]


def spoken(code: str) -> str:
    """The code as it stands on paper: XXXXX-XXXXX."""
    return f"{code[:5]}-{code[5:]}"


def typed(text: str) -> str:
    """A code copied by hand, tidied; raises `DomainError` on `code` where a character is missing or wrong."""
    code = re.sub(r"[\s\-－—_]", "", text.upper()).translate(ALIKE).removeprefix("S1DAN:")
    known = len(code) == LENGTH + 1 and not set(code) - set(ALPHABET)
    if not known or check_character(code[:-1]) != code[-1]:
        raise DomainError(N_("编码抄错了或者没有抄全。编码在纸的右下角，一共 10 位。"), "code")
    return code


def codes_in(content: bytes) -> list[str]:
    """Our codes found on a picture or in the pages of a PDF, each once, in order; damaged QR codes are not ours."""
    found: dict[str, None] = {}
    for picture in _pictures(content):
        for barcode in zxingcpp.read_barcodes(picture, formats=QR_ONLY):
            ours = OURS.fullmatch(barcode.text)
            if ours:
                found[ours[1]] = None
    return list(found)


def _pictures(content: bytes) -> Iterator[Image.Image]:
    if not content.startswith(b"%PDF"):
        with Image.open(io.BytesIO(content)) as picture:
            yield picture.convert("L")
        return
    with pikepdf.open(io.BytesIO(content)) as document:
        shown = 0
        for page in document.pages[:MOST_PAGES]:
            for stream in page.get_images(recursive=True).values():
                unpacked = _unpacked(stream)
                shown += 1
                if unpacked is not None and shown <= MOST_PICTURES:
                    yield unpacked


def _unpacked(stream: Any) -> Image.Image | None:
    try:
        return pikepdf.PdfImage(stream).as_pil_image().convert("L")
    except UNREADABLE:
        return None
