"""Papers that go out to be signed or stamped and come back as a scan.

```python
form = print_form("roster", facts, about=("classes", row.id), by=by)  # form.paper, form.code
scan = scan_back(stream, filename, about=("classes", row.id), now=facts_now, by=by, code=typed_or_empty)
```

`facts_now` gives, for a `PrintedForm`, the facts its paper would be printed from at this moment. Any design can go out:
with a code every page bears it, in letters and as a QR code, at the foot. A design names in `passing = [...]` the
top-level facts that do not make it another paper (the day of printing), and in `[keys]` what names the rows of a list.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import IO, Any

from sqlalchemy import select

from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.database import db
from app.kernel.errors import DomainError, NotFound, Refused
from app.kernel.i18n import _
from app.kernel.marking import N_
from app.papers.changes import Change, changes, snapshot_sha256
from app.papers.codes import codes_in, new_code, spoken, typed
from app.papers.designs import checked
from app.papers.models import FormScan, PrintedForm, Upload
from app.papers.printing import printer, render
from app.papers.service import DOCUMENTS, MEGABYTE, facts_of, keep, keep_upload, open_paper

About = tuple[str, int]
"""The table and the number of the row that a paper speaks of."""
Now = Callable[[PrintedForm], Mapping[str, Any]]
MOST = 20 * MEGABYTE
KIND = "form-scan"


def print_form(design: str, facts: Mapping[str, Any], *, about: About, by: Actor, kind: str = "") -> PrintedForm:
    """Print a paper that will come back signed: kept with its facts, and tied to them by a code on every page.

    `facts` are those of the design, without `form_code`. Raises `FactsRefused`, `CannotPrint` or `TooLong`.
    """
    code = new_code()
    coded = {**facts, "form_code": spoken(code)}
    paper = keep(kind or design, design, coded, render(design, coded), by=by)
    drawn = printer().design(design)
    form = PrintedForm(
        code=code,
        about_table=about[0],
        about_id=about[1],
        design=design,
        snapshot_sha256=snapshot_sha256(drawn, checked(drawn, facts)),
        paper_id=paper.id,
        printed_at=clock.now(),
        printed_by=by.key,
    )
    form.paper = paper
    db.session.add(form)
    db.session.flush()
    return form


def scan_back(
    stream: IO[bytes], filename: str, *, about: About, now: Now, by: Actor, code: str = "", field: str = "scan"
) -> FormScan:
    """Take a photo or PDF of a signed paper and tie it to the snapshot it was printed from.

    The code is read off the picture; one that somebody typed helps where the picture is poor. The scan is kept with
    what had changed since the printing (`outdated`); the same file given twice is one scan. Raises `DomainError` on
    `field` for a file that is no picture and no PDF, on `code` where no code was read or the typed one is wrong,
    `Refused` for a paper that speaks of something else.
    """
    upload = keep_upload(stream, filename, DOCUMENTS, MOST, by=by, kind=KIND, field=field)
    found = codes_in(open_paper(upload))
    wanted = _one_of(found, typed(code) if code.strip() else "", about)
    form = form_of(wanted)
    if (form.about_table, form.about_id) != about:
        raise Refused(_("编码 %(code)s 的纸不是这里打印的，请到它自己的页面上传。", code=spoken(wanted)))
    return _kept(form, upload, wanted in found, [one.label for one in changed_since(form, now(form))], by)


def _one_of(found: Sequence[str], said: str, about: About) -> str:
    """The one code that counts: of several on the picture the one that speaks of this row."""
    if said and found and said not in found:
        raise DomainError(N_("填的编码和图上的二维码不一样，请核对是不是拿错了纸。"), "code")
    if said:
        return said
    here = [code for code in found if _speaks_of(code, about)]
    if len(here) > 1:
        raise DomainError(N_("图上有好几张不同的纸，请一份一份上传。"), "code")
    if not found:
        raise DomainError(N_("没有读出二维码。请把纸右下角的编码填上再传，或者拍清楚一点。"), "code")
    return (here or list(found))[0]


def _speaks_of(code: str, about: About) -> bool:
    here = (PrintedForm.about_table == about[0], PrintedForm.about_id == about[1])
    return db.session.scalar(select(PrintedForm.id).where(PrintedForm.code == code, *here)) is not None


def form_of(code: str) -> PrintedForm:
    """The printed form of a code; raises `DomainError` on `code` where there is none."""
    form = db.session.scalars(select(PrintedForm).where(PrintedForm.code == code)).first()
    if form is None:
        raise DomainError(N_("没有打印过这个编码的纸，请核对编码。"), "code")
    return form


def _kept(form: PrintedForm, upload: Upload, read: bool, outdated: list[str], by: Actor) -> FormScan:  # noqa: FBT001  # a row's fact
    once = select(FormScan).where(FormScan.form_id == form.id, FormScan.upload_id == upload.id)
    scan = db.session.scalars(once).first()
    if scan is None:
        scan = FormScan(
            form_id=form.id,
            upload_id=upload.id,
            read=read,
            outdated=list(dict.fromkeys(outdated)),
            scanned_at=clock.now(),
            scanned_by=by.key,
            scanned_by_name=by.name,
        )
        scan.form, scan.upload = form, upload
        db.session.add(scan)
        db.session.flush()
    return scan


def changed_since(form: PrintedForm, facts: Mapping[str, Any]) -> list[Change]:
    """What differs between the paper and the facts it would be printed from now; empty when it still holds."""
    drawn = printer().design(form.design)
    now = checked(drawn, facts)
    if snapshot_sha256(drawn, now) == form.snapshot_sha256:
        return []
    return changes(drawn, facts_of(form.paper), now)


def forms_about(about: About) -> Sequence[PrintedForm]:
    """The papers of a row that went out, newest first."""
    query = select(PrintedForm).where(PrintedForm.about_table == about[0], PrintedForm.about_id == about[1])
    return db.session.scalars(query.order_by(PrintedForm.id.desc())).all()


def scans_about(about: About) -> Sequence[FormScan]:
    """The scans that came back for a row, newest first."""
    here = (PrintedForm.about_table == about[0], PrintedForm.about_id == about[1])
    query = select(FormScan).join(PrintedForm, PrintedForm.id == FormScan.form_id).where(*here)
    return db.session.scalars(query.order_by(FormScan.id.desc())).all()


def scan_of(about: About, scan_id: int) -> FormScan:
    """One scan of a row's papers; raises `NotFound` for another's."""
    scan = db.session.get(FormScan, scan_id)
    if scan is None or (scan.form.about_table, scan.form.about_id) != about:
        raise NotFound
    return scan
