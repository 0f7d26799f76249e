"""Print the result sheet of a sitting with a code; take it back signed, tied to what it was printed from."""

from typing import IO

from app.assessments.models import Sitting
from app.assessments.printing import sheet_facts
from app.assessments.service.refusing import refuse_outsiders
from app.audit import service as audit
from app.classes.models import TrainingClass
from app.kernel.access import Actor
from app.papers.models import FormScan, PrintedForm
from app.papers.returns import print_form, scan_back

DESIGN = "result-sheet"


def about(sitting: Sitting) -> tuple[str, int]:
    """What the paper speaks of."""
    return "assessment_sittings", sitting.id


def print_sheet(class_: TrainingClass, sitting: Sitting, *, by: Actor) -> PrintedForm:
    """Print the result sheet as the marks stand now, to be signed by the assessor; kept, with a code on it."""
    refuse_outsiders(class_, by)
    form = print_form(DESIGN, sheet_facts(class_, sitting), about=about(sitting), by=by)
    facts = {"sitting": sitting.number, "paper_id": form.paper_id, "code": form.code}
    audit.record(class_, "result_sheet_printed", by=by, facts=facts)
    return form


def scan_sheet(
    class_: TrainingClass, sitting: Sitting, stream: IO[bytes], filename: str, *, by: Actor, code: str = ""
) -> FormScan:
    """Take a photo or PDF of the signed sheet; it says by itself what has changed since it was printed."""
    refuse_outsiders(class_, by)
    scan = scan_back(
        stream, filename, about=about(sitting), now=lambda _form: sheet_facts(class_, sitting), by=by, code=code
    )
    facts = {"sitting": sitting.number, "scan_id": scan.id, "outdated": len(scan.outdated)}
    audit.record(class_, "result_sheet_scanned", by=by, facts=facts)
    return scan
