"""Set the words and the seals of papers, revision by revision."""

from collections.abc import Collection, Mapping
from typing import IO

from app.audit import service as audit
from app.designs import queries
from app.designs.models import PrintText, Seal
from app.designs.queries import Owner
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.database import db
from app.kernel.errors import Conflict, DomainError, Forbidden, Refused
from app.kernel.i18n import _
from app.kernel.marking import N_
from app.papers.designs import Design
from app.papers.pictures import kept_picture
from app.papers.printing import CannotPrint, missing_glyphs, printer
from app.papers.service import keep_seal


def refuse_incomplete(design: str, *, region_code: str, school_id: int | None = None) -> None:
    """Raise `Refused` naming each seal that the region demands on this design and nobody has given yet.

    A seal that was given but can't be read any more is refused too (`PictureLost`).
    """
    lacking = queries.lacking_seals(design, region_code, school_id)
    if lacking:
        drawn = printer().design(design)
        whose = {
            "school": _("培训机构的印章（由学校在“印章”里上传）"),
            "region": _("主管部门的印章（由人社局在“印章”里上传）"),
        }
        missing = "、".join(whose[side] for side in lacking)
        raise Refused(
            _("《%(title)s》要求盖有印章才能发，还缺：%(missing)s。补上后再发。", title=drawn.title, missing=missing)
        )
    words = queries.words_for(design, region_code, school_id)
    for key in queries.seal_facts(printer().design(design)):
        if key in words:
            kept_picture(words[key])


def set_texts(
    owner: Owner,
    design: Design,
    texts: Mapping[str, object],
    *,
    seen: int,
    demanded: Collection[str] = (),
    by: Actor,
) -> PrintText:
    """Give a design the words of a region or a school from now on; a paper that was issued keeps its own.

    `seen` is the revision the person looked at. Raises `DomainError` on the field that is too long or has a character
    no font of ours can print, `Conflict` where somebody else was first, `Forbidden` for another owner.
    """
    _refuse_foreign(owner, by)
    known = queries.settable(design, owner.side)
    said = {key: _said(spec, texts.get(key)) for key, spec in known.items()}
    for key, words in said.items():
        _refuse_words(key, words, int(known[key].get("longest", 60)))
    last = _newest(queries.texts_of(owner, design.name), seen)
    seals = queries.seal_facts(design)
    row = PrintText(
        region_code=owner.region_code,
        school_id=owner.school_id,
        design=design.name,
        revision=last + 1,
        texts={key: words for key, words in said.items() if words and words != known[key].get("default", "")},
        demanded=sorted(set(demanded) & set(seals)) if owner.side == "region" else [],
        set_at=clock.now(),
        set_by=by.key,
        set_by_name=by.name,
    )
    db.session.add(row)
    db.session.flush()
    audit.record(row, "texts set", by=by, facts={"design": design.name, "revision": row.revision})
    return row


def _said(spec: Mapping[str, object], given: object) -> str:
    """As it is kept: words as they are, a yes as one sign."""
    if queries.is_flag(spec):
        return "1" if given else ""
    return str(given or "").strip()


def set_seal(owner: Owner, stream: IO[bytes], name: str, *, seen: int, by: Actor) -> Seal:
    """Put a seal into use; raises `DomainError` on `picture` for one that can't be printed well."""
    _refuse_foreign(owner, by)
    last = _newest(queries.seals_of(owner), seen)
    upload = keep_seal(stream, by=by)
    return _sealed(owner, last + 1, name.strip(), upload.id, by)


def withdraw_seal(owner: Owner, *, seen: int, by: Actor) -> Seal:
    """End the use of a seal: papers show the place to press it by hand again."""
    _refuse_foreign(owner, by)
    current = queries.seal_of(owner)
    if current is None:
        raise Refused(N_("现在没有在用的印章。"))
    last = _newest(queries.seals_of(owner), seen)
    return _sealed(owner, last + 1, current.name, None, by)


def _sealed(owner: Owner, revision: int, name: str, upload_id: int | None, by: Actor) -> Seal:
    row = Seal(
        region_code=owner.region_code,
        school_id=owner.school_id,
        revision=revision,
        name=name,
        upload_id=upload_id,
        set_at=clock.now(),
        set_by=by.key,
        set_by_name=by.name,
    )
    db.session.add(row)
    db.session.flush()
    audit.record(row, "seal set" if upload_id else "seal withdrawn", by=by, facts={"revision": revision})
    return row


def _refuse_foreign(owner: Owner, by: Actor) -> None:
    if owner not in queries.owners_for(by):
        raise Forbidden(N_("只能改自己学校或自己地区的文字和印章。"))


def _refuse_words(key: str, words: str, longest: int) -> None:
    if len(words) > longest:
        raise DomainError(_("太长了，最多 %(most)s 个字，再长就印不下。", most=longest), key)
    missing = missing_glyphs(words)
    if missing:
        raise CannotPrint(missing, key)


def _newest(rows: Collection[PrintText | Seal], seen: int) -> int:
    """The newest revision, which must be the one that was looked at; the unique index decides a race."""
    last = max((row.revision for row in rows), default=0)
    if last != seen:
        raise Conflict(N_("刚才别人已经改过，请看过现在的内容再改。"))
    return last
