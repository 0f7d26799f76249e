"""Keep what was printed and what was uploaded; give it out again only when it is still the same."""

import base64
import hashlib
import json
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import IO, Any
from urllib.parse import quote

from flask import Response, current_app
from sqlalchemy import exists, select
from sqlalchemy.dialects.postgresql import insert

from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.database import db
from app.kernel.errors import Refused
from app.kernel.marking import N_
from app.kernel.sealing import SealBroken, sealer
from app.papers.archival import proof, proofs
from app.papers.bundles import archived, bound
from app.papers.designs import Design, DesignBroken, FactsRefused, bare, checked
from app.papers.models import Paper, Upload
from app.papers.pictures import PNG_BEGINS
from app.papers.printing import missing_glyphs, printer, render, render_many
from app.papers.seals import seal_picture
from app.papers.signing import sign_detached, signing_certificate
from app.papers.signing_keys import SigningKeyAway
from app.papers.store import Absent, Occupied, Store, StoreAway
from app.papers.uploads import DOCUMENTS, IMAGES, MEGABYTE, PDF, PNG, SHEETS, SVG, media_type_of, read_whole

__all__ = [
    "DOCUMENTS", "IMAGES", "MEGABYTE", "SHEETS", "Damaged", "DesignBroken", "FactsRefused", "SigningKeyAway",
    "StoreAway", "archived", "bound", "drop_uploads", "facts_of", "keep", "keep_seal", "keep_upload",
    "missing_glyphs", "open_paper", "proof", "proofs", "render", "render_many", "serve", "sign_detached",
    "signing_certificate", "sweep",
]  # fmt: skip

SEALED = "sealed"
"""The key under which a personal value of stored facts lies, sealed."""

UNFIT = re.compile(r'[^ -~]|["\\]')
"""What the plain form of a file's name may not hold in a header."""


class Damaged(Refused):
    """A stored file is missing, or no longer what was kept."""

    def __init__(self, key: str) -> None:
        super().__init__(N_("这份文件在存储中缺失或已损坏，请联系管理员。"))
        self.key = key


def keep(
    kind: str, design: str, facts: Mapping[str, Any] | Sequence[Mapping[str, Any]], pdf: bytes, *, by: Actor
) -> Paper:
    """Store a printed paper with the facts it was printed from (a list for one PDF of several) and its hash.

    Personal values, as the design marks them, are sealed inside the facts. Raises `FactsRefused` for facts the design
    would not print.
    """
    drawn = printer().design(design)
    each = [checked(drawn, one) for one in ([facts] if isinstance(facts, Mapping) else facts)]
    digest = _put(pdf)
    kept = [_sealed(drawn, one, digest) for one in each]
    paper = Paper(
        kind=kind,
        design=design,
        design_version=drawn.version,
        facts=kept[0] if isinstance(facts, Mapping) else kept,
        sha256=digest,
        size=len(pdf),
        media_type=PDF,
        store_key=digest,
        created_at=clock.now(),
        created_by=by.key,
    )
    db.session.add(paper)
    db.session.flush()
    return paper


def facts_of(paper: Paper) -> Any:
    """The facts a paper was printed from, opened: a dict, or a list of them; raises `Damaged`."""
    try:
        return _opened(paper.facts, paper.sha256, "")
    except SealBroken as error:
        raise Damaged(paper.store_key) from error


def open_paper(paper: Paper | Upload) -> bytes:
    """The stored file; raises `Damaged` unless it is, byte for byte, what was kept."""
    content = _get(paper.store_key)
    if hashlib.sha256(content).hexdigest() != paper.sha256 or len(content) != paper.size:
        raise Damaged(paper.store_key)
    return content


def keep_upload(
    stream: IO[bytes],
    filename: str,
    allowed: Collection[str],
    limit: int,
    *,
    by: Actor,
    kind: str = "upload",
    field: str | None = None,
) -> Upload:
    """Take a file whole or not at all: within `limit` bytes, of an allowed kind by its content, and undamaged.

    Raises `DomainError` in plain words, on `field` where one is given. The name serves the judgement of CSV only; the
    file lies under its hash. The same file given again by the same person for the same purpose is the same row.
    """
    content = read_whole(stream, limit, field)
    return _kept(content, media_type_of(content, filename, allowed, field), kind, by)


def keep_seal(stream: IO[bytes], *, by: Actor, field: str = "picture") -> Upload:
    """Take the picture of a seal as it will be printed; raises `DomainError` saying what such a picture must be."""
    content = seal_picture(read_whole(stream, MEGABYTE, field), field)
    return _kept(content, PNG if content.startswith(PNG_BEGINS) else SVG, "seal", by)


def _kept(content: bytes, media_type: str, kind: str, by: Actor) -> Upload:
    digest = _put(content)
    row = {
        "kind": kind,
        "sha256": digest,
        "size": len(content),
        "media_type": media_type,
        "store_key": digest,
        "created_at": clock.now(),
        "created_by": by.key,
    }
    db.session.execute(insert(Upload).values(row).on_conflict_do_nothing(constraint="uq_uploads_once"))
    once = (Upload.store_key == digest, Upload.created_by == by.key, Upload.kind == kind)
    return db.session.execute(select(Upload).where(*once)).scalar_one()


def drop_uploads(uploads: Iterable[Upload]) -> list[str]:
    """Forget uploads that may not be kept any longer; the keys of their files, to be swept after the transaction."""
    rows = list(uploads)
    for row in rows:
        db.session.delete(row)
    db.session.flush()
    return [row.store_key for row in rows]


def sweep(keys: Iterable[str]) -> None:
    """Delete the files of dropped uploads, except what another row still holds; only after their rows are gone."""
    for key in set(keys):
        held = exists().where(Upload.store_key == key) | exists().where(Paper.store_key == key)
        if not db.session.scalar(select(held)):
            _store().remove(key)


def serve(paper: Paper | Upload, *, filename: str, inline: bool = True) -> Response:
    """The stored file as a response; the calling view has asked whether this person may see it.

    Our own papers and pictures may open in the browser; every other upload is handed over as a download, in a sandbox.
    """
    ours = isinstance(paper, Paper)
    shown = inline and (ours or paper.media_type in IMAGES | {SVG})
    response = Response(open_paper(paper), mimetype=paper.media_type)
    plain = UNFIT.sub("", filename).strip()
    plain = plain if plain.strip(".") == plain and plain else f"file{plain}"
    disposition = "inline" if shown else "attachment"
    response.headers["Content-Disposition"] = f"{disposition}; filename=\"{plain}\"; filename*=UTF-8''{quote(filename)}"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    if not ours:
        response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _store() -> Store:
    found: Store = current_app.extensions["papers.store"]
    return found


def _put(content: bytes) -> str:
    """Keep content under its hash, sealed; what is already there must be the same."""
    digest = hashlib.sha256(content).hexdigest()
    try:
        _store().put(digest, sealer().seal_bytes(content, f"store.{digest}"))
    except Occupied:
        if _get(digest) != content:
            raise Damaged(digest) from None
    return digest


def _get(key: str) -> bytes:
    try:
        return sealer().open_bytes(_store().get(key), f"store.{key}")
    except (Absent, SealBroken) as error:
        raise Damaged(key) from error


def _sealed(design: Design, facts: Mapping[str, Any], digest: str) -> dict[str, Any]:
    """Facts ready to be stored: what the design marks as personal is sealed, bound to this paper and its place."""

    def close(value: Any, path: str) -> Any:
        text = sealer().seal_bytes(json.dumps(value, ensure_ascii=False).encode(), f"papers.{digest}.{path}")
        return {SEALED: base64.b64encode(text).decode()}

    return _walk(design, design.schema, facts, "", close)


def _walk(
    design: Design, schema: Mapping[str, Any], facts: Mapping[str, Any], path: str, close: Callable[[Any, str], Any]
) -> dict[str, Any]:
    found = {}
    for key, value in facts.items():
        here = f"{path}{key}"
        if schema[key]["kind"] == "rows":
            rows = design.row_schema(bare(here))
            found[key] = [_walk(design, rows, row, f"{here}[{n}].", close) for n, row in enumerate(value)]
        else:
            found[key] = close(value, here) if value and schema[key].get("sealed") else value
    return found


def _opened(value: Any, digest: str, path: str) -> Any:
    if isinstance(value, list):
        return [_opened(one, digest, f"{path}[{n}]" if path else "") for n, one in enumerate(value)]
    if not isinstance(value, dict):
        return value
    if set(value) == {SEALED}:
        return json.loads(sealer().open_bytes(base64.b64decode(value[SEALED]), f"papers.{digest}.{path}"))
    return {key: _opened(one, digest, f"{path}.{key}" if path else key) for key, one in value.items()}
