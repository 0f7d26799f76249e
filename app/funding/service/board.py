"""The notice on the village board: a photo of it, kept with the notice."""

from datetime import date

from app.audit import service as audit
from app.funding.models import Notice, NoticePhoto
from app.funding.service.holding import allow
from app.kernel import clock
from app.kernel.access import Actor, Can
from app.kernel.database import db
from app.kernel.errors import DomainError
from app.kernel.marking import N_


def hang_notice(notice: Notice, upload_id: int, *, place: str, hung_on: date, by: Actor) -> NoticePhoto:
    """Keep a photo that shows where and when the notice hung; raises `DomainError` for a day outside its days."""
    allow(by, Can.NOTICE_PUBLISH)
    if not place.strip():
        raise DomainError(N_("请写明张贴在哪里。"), "place")
    if not notice.from_on <= hung_on <= min(notice.until_on, clock.today()):
        raise DomainError(N_("张贴日期要在公示期内，不能晚于今天。"), "hung_on")
    row = NoticePhoto(
        notice_id=notice.id,
        upload_id=upload_id,
        hung_on=hung_on,
        place=place.strip(),
        by_key=by.key,
        at=clock.now(),
    )
    db.session.add(row)
    db.session.flush()
    audit.record(notice.claim, "notice hung", by=by, facts={"notice": notice.id, "upload": upload_id})
    return row
