"""Jobs of this room."""

from app.certificates import batch_queries, service
from app.kernel.database import transaction
from app.kernel.tasks import tasks


@tasks.task("certificates.print_batch")
def print_batch(batch_id: int) -> None:
    """Print what a batch still lacks."""
    service.print_batch(batch_id)


@tasks.periodic("certificates.try_again", "*/10 * * * *")
def try_again() -> None:
    """Try batches that stopped: mended, they go on by themselves; else they stay as they are."""
    with transaction():
        for batch in batch_queries.stopped():
            tasks.defer("certificates.print_batch", lock=f"certificates:{batch.id}", batch_id=batch.id)
