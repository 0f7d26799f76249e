"""Pages of attendance: the day, the roll, the code on the screen, the trainee's phone, evidence and corrections."""

from app.attendance.views import corrections, live, offline, own, printing, roll, signing, today
from app.attendance.views.blueprint import bp

blueprints = (bp,)
__all__ = ["blueprints", "corrections", "live", "offline", "own", "printing", "roll", "signing", "today"]
