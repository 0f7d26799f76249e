"""A class's certificates as one file for the printer, and as an archive of single files: always from the store."""

import re
from collections.abc import Callable, Iterator, Sequence
from enum import StrEnum

from app.certificates.models import Certificate
from app.certificates.queries import certificates_of
from app.certificates.rules import CertificateStatus
from app.certificates.service.printing import printed
from app.classes.models import TrainingClass
from app.kernel.errors import Refused
from app.kernel.marking import N_
from app.papers import service as papers
from app.papers.models import Paper

UNFIT = re.compile(r'[\\/:*?"<>|\x00-\x1f]')
"""What a file's name may not hold somewhere."""


class Order(StrEnum):
    """How the pages of a class are sorted."""

    NUMBER = "number"
    NAME = "name"
    VILLAGE = "village"


KEYS: dict[Order, Callable[[Certificate], tuple[object, ...]]] = {
    Order.NUMBER: lambda row: (row.serial,),
    Order.NAME: lambda row: (row.person.pinyin, row.serial),
    Order.VILLAGE: lambda row: (row.person.region_code, row.person.pinyin, row.serial),
}


def standing(class_: TrainingClass, order: Order = Order.NUMBER) -> list[Certificate]:
    """The valid and printed certificates of a class, sorted as asked; raises `Refused` where there are none."""
    rows = [one for one in certificates_of(class_.id) if one.status is CertificateStatus.VALID and one.paper_id]
    if not rows:
        raise Refused(N_("打印文件还在生成，过一会儿再来。"))
    return sorted(rows, key=KEYS[order])


def class_pdf(class_: TrainingClass, order: Order) -> bytes:
    """All that stands in one PDF, in this order: for paper; the single files stay the proof."""
    return papers.bound(papers.open_paper(printed(row.paper)) for row in standing(class_, order))


def class_archive(class_: TrainingClass) -> Iterator[bytes]:
    """A ZIP of the single files, piece by piece.

    Their names begin with the serial and hold name and number: papers are handed out by name, and only who may see the
    names can fetch it. A file that is missing or damaged is told of in its place.
    """
    rows = [(_name(row), printed(row.paper)) for row in standing(class_)]  # all read before the first piece is sent
    return papers.archived(_files(rows))


def _name(row: Certificate) -> str:
    return UNFIT.sub("", f"{row.serial:03d} {row.facts['name']} {row.number}")


def _files(rows: Sequence[tuple[str, Paper]]) -> Iterator[tuple[str, bytes]]:
    for name, paper in rows:
        try:
            yield f"{name}.pdf", papers.open_paper(paper)
        except papers.Damaged as error:
            yield f"{name}（缺失）.txt", str(error).encode()
