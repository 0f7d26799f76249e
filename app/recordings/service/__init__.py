"""Take recordings in, find those too much alike, decide the doubts, let go of files after their time."""

from app.recordings.service.doubting import decide
from app.recordings.service.incoming import Limits, WrongOffset, append, begin, give_up, limits
from app.recordings.service.keeping import finish, take_in
from app.recordings.service.original import note_opening
from app.recordings.service.purging import purge, sweep

__all__ = [
    "Limits",
    "WrongOffset",
    "append",
    "begin",
    "decide",
    "finish",
    "give_up",
    "limits",
    "note_opening",
    "purge",
    "sweep",
    "take_in",
]
