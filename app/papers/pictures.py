"""Pictures that facts name by hash: a seal is in the store once, however many papers bear it.

Frozen facts say `sha256:…` instead of holding the picture: they stay small, and what they name can never be another.
"""

import base64
import hashlib
import re

from flask import current_app

from app.kernel.errors import Refused
from app.kernel.marking import N_
from app.kernel.sealing import SealBroken, sealer
from app.papers.store import Absent, Store

REFERENCE = re.compile(r"sha256:([0-9a-f]{64})")
PNG_BEGINS = b"\x89PNG"


class PictureLost(Refused):
    """A picture that a paper bears is missing in the store, or no longer what was kept."""

    def __init__(self) -> None:
        super().__init__(N_("印章图样在存储中缺失或已损坏，请重新上传印章后再打印。"))


def reference(key: str) -> str:
    """How facts name a kept picture."""
    return f"sha256:{key}"


def is_reference(value: str) -> bool:
    """Whether a fact names a kept picture."""
    return bool(REFERENCE.fullmatch(value))


def kept_picture(named: str) -> str:
    """The picture behind a reference as a `data:` address, for printing; raises `PictureLost`."""
    key = named.removeprefix("sha256:")
    store: Store = current_app.extensions["papers.store"]
    try:
        content = sealer().open_bytes(store.get(key), f"store.{key}")
    except (Absent, SealBroken) as error:
        raise PictureLost from error
    if hashlib.sha256(content).hexdigest() != key:
        raise PictureLost
    kind = "image/png" if content.startswith(PNG_BEGINS) else "image/svg+xml"
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"
