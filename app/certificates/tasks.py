"""Jobs of this room."""

from app.certificates import service
from app.kernel.tasks import tasks


@tasks.task("certificates.print_batch")
def print_batch(batch_id: int) -> None:
    """Print what a batch still lacks."""
    service.print_batch(batch_id)
