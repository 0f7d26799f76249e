"""What time does to classes: money of empty places is given back, emergencies that nobody ratified are marked."""

from app.classes import queries, service
from app.classes.models import Variation
from app.kernel.access import SYSTEM
from app.kernel.database import db, transaction
from app.kernel.tasks import tasks


@tasks.periodic("classes.release_empty_places", "20 1 * * *")
def release_empty_places() -> int:
    """Give back what empty places hold, class by class; how many classes had some. Done twice, it does nothing more."""
    due = service.due_for_release()
    for class_id in due:
        with transaction():
            service.release_empty_places(queries.training_class(class_id), by=SYSTEM)
    return len(due)


@tasks.periodic("classes.lapse_emergencies", "10 0 * * *")
def lapse_emergencies() -> int:
    """Mark the emergencies whose time to be ratified is over; how many there were."""
    due, lapsed = service.overdue_emergencies(), 0
    for variation_id in due:
        with transaction():
            lapsed += service.let_lapse(db.session.get_one(Variation, variation_id))
    return lapsed
