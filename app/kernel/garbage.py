"""When Python looks for garbage in circles: seldom, and never among what is built once."""

import gc

from sqlalchemy.orm import configure_mappers

NEW, YOUNG, MIDDLE = 50_000, 20, 50
"""So many new objects before a look at them; so many such looks before one at the older, and at the oldest.

Python's own 700 make a request look ten times over rows that it is still reading: a claim of a thousand lines took
a third longer. What has no circle, nearly everything, is freed at once without any look.
"""


def settle() -> None:
    """Finish what is built once, take it out of all further rounds, and make these rare.

    Else every process looks through the whole app again and again, a quarter of its work under load, and by touching
    it copies it.
    """
    configure_mappers()
    gc.collect()
    gc.freeze()
    gc.set_threshold(NEW, YOUNG, MIDDLE)
