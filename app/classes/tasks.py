"""What time does to classes: after the refill day the money of empty places is given back."""

from app.classes import queries, service
from app.kernel.access import SYSTEM
from app.kernel.database import transaction
from app.kernel.tasks import tasks


@tasks.periodic("classes.release_empty_places", "20 1 * * *")
def release_empty_places() -> int:
    """Give back what empty places hold, class by class; how many classes had some. Done twice, it does nothing more."""
    due = service.due_for_release()
    for class_id in due:
        with transaction():
            service.release_empty_places(queries.training_class(class_id), by=SYSTEM)
    return len(due)
