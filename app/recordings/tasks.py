"""What time does to recordings: unfinished ones are swept, and files go when their years are over."""

from app.kernel.tasks import tasks
from app.recordings import service


@tasks.periodic("recordings.sweep", "20 * * * *")
def sweep() -> int:
    """Forget what nobody went on sending for a day; how many."""
    return service.sweep()


@tasks.periodic("recordings.purge", "50 2 * * *")
def purge() -> int:
    """Let go of files past their time; how many."""
    return service.purge()
