"""Bring a policy pack in: a folder is read, checked and kept as an immutable version."""

from pathlib import Path
from typing import NamedTuple

from app.audit import service as audit
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.database import db
from app.policies import queries
from app.policies.folders import check_folder as check_folder
from app.policies.folders import fingerprint as fingerprint
from app.policies.folders import load_folder as load_folder
from app.policies.folders import read_folder as read_folder
from app.policies.models import PolicyPack
from app.regions.models import Region


class Imported(NamedTuple):
    """What an import did: the version, and whether it is a new one."""

    pack: PolicyPack
    is_new: bool


def knows_region(pack: PolicyPack) -> bool:
    """Whether the pack's region is in the system; before that no class falls under the pack."""
    return db.session.get(Region, pack.region_code) is not None


def import_pack(folder: Path, *, by: Actor) -> Imported:
    """Keep a folder as a new immutable version; the same content again changes nothing. Raises `PackErrors`."""
    content, pack = load_folder(folder)
    sha256 = fingerprint(content)
    known = queries.version(pack.key, sha256)
    if known is not None:
        return Imported(known, is_new=False)
    row = PolicyPack(
        key=pack.key,
        region_code=pack.region_code,
        valid_from=pack.valid_from,
        valid_to=pack.valid_to,
        title=pack.title.zh,
        is_example=pack.is_example,
        content=content,
        sha256=sha256,
        imported_at=clock.now(),
        imported_by=by.key,
    )
    db.session.add(row)
    db.session.flush()
    audit.record(row, "imported", by=by, facts={"key": row.key, "sha256": sha256})
    return Imported(row, is_new=True)
