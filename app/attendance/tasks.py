"""What time does to attendance: half-days that are over are settled."""

from app.attendance import service
from app.classes.models import ClassSession
from app.kernel.access import SYSTEM
from app.kernel.database import db, transaction
from app.kernel.errors import Refused
from app.kernel.tasks import tasks


@tasks.periodic("attendance.settle", "40 * * * *")
def settle() -> int:
    """Settle half-days that are over, one by one; how many were. Done twice, it does nothing more.

    One whose policy leaves a figure blank waits for it: the page says which.
    """
    done = 0
    for session_id in service.unsettled():
        try:
            with transaction():
                service.settle(db.session.get_one(ClassSession, session_id), by=SYSTEM)
        except Refused:
            continue
        done += 1
    return done
