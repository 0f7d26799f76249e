"""The home of a laborer."""

from collections.abc import Sequence

from app.certificates.models import Certificate
from app.certificates.queries import certificates_of_person
from app.certificates.rules import CertificateStatus
from app.desk.homes.parts import home
from app.desk.items import OWN_ENROLLMENTS, Figure, Home, Item, way
from app.desk.queries import Sight
from app.enrollments.models import Enrollment
from app.enrollments.queries import own_enrollments
from app.enrollments.rules import EnrollmentStatus
from app.enrollments.service import until_words
from app.kernel.i18n import _
from app.placements.rules import PlacementStatus


def laborer(sight: Sight) -> Home:
    """My classes, my places on waiting lists, my certificates."""
    rows = own_enrollments(sight.by.person_id or 0)
    seated = [row for row in rows if row.status is EnrollmentStatus.ENROLLED]
    offered = [row for row in rows if row.status is EnrollmentStatus.OFFERED]
    queued = [row for row in rows if row.status is EnrollmentStatus.WAITING]
    papers = [row for row in certificates_of_person(sight.by.person_id or 0) if row.status is CertificateStatus.VALID]
    idle = not (seated or offered or queued)
    menu = Item(_("挑一门想学的课"), way("classes.menu"), note=_("免费学，三步就报上名")) if idle else None
    return home(
        [
            *(_offer(row) for row in offered),
            *(_class(sight, row) for row in seated),
            *(_paper(row) for row in papers[:3]),
            menu,
        ],
        [*(_queue(row) for row in queued), _post(sight)],
        _figures(rows, len(papers)),
    )


def _class(sight: Sight, row: Enrollment) -> Item:
    class_ = row.training_class
    day = class_.start_on
    begun = day <= sight.today
    when = _("已经开班，按课表来上课") if begun else _("%(month)s月%(day)s日开班", month=day.month, day=day.day)
    return Item(class_.course.title, OWN_ENROLLMENTS.row_url(row.id), note=class_.site.address, due=when)


def _offer(row: Enrollment) -> Item:
    title = _("轮到您了：%(title)s", title=row.training_class.course.title)
    if row.accepted_at is not None or row.offer_until is None:
        return Item(title, OWN_ENROLLMENTS.row_url(row.id), note=_("您已答复愿意来，等着批下来"))
    due = _("留到 %(until)s", until=until_words(row.offer_until))
    return Item(title, OWN_ENROLLMENTS.row_url(row.id), note=_("来不来，请点进去答复"), due=due, tone="warn")


def _queue(row: Enrollment) -> Item:
    note = _("您是候补第 %(n)s 号，有人退出会按号递补，并发短信告诉您", n=row.waiting_no)
    return Item(row.training_class.course.title, OWN_ENROLLMENTS.row_url(row.id), note=note)


def _paper(row: Certificate) -> Item:
    title = _("您的证书：%(title)s", title=row.facts.get("course", "") or row.number)
    return Item(title, way("certificates.mine"), note=_("编号 %(number)s", number=row.number))


def _post(sight: Sight) -> Item | None:
    expected = sight.placements.of(PlacementStatus.EXPECTED)
    if not expected.rows:
        return None
    return Item(_("上岗情况等用人单位或村里确认"), way("people.show_me"), expected.rows)


def _figures(rows: Sequence[Enrollment], papers: int) -> list[Figure]:
    done = sum(row.status is EnrollmentStatus.COMPLETED for row in rows)
    own = way("enrollments.list_own")
    return [
        Figure(done, _("学完的课"), own or None),
        Figure(papers, _("有效的证书"), way("certificates.mine") or None),
    ]
