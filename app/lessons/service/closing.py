"""When a class ends, whoever watched only a part has the whole hours of that part."""

from typing import Any

from app.classes.models import TrainingClass
from app.classes.queries import sessions_of
from app.classes.signals import class_ended
from app.kernel.access import SYSTEM
from app.lessons import queries
from app.lessons.service.crediting import put_down, settle


@class_ended.connect
def _on_ended(class_: TrainingClass, **_more: Any) -> None:
    online = queries.lessons_by_session(class_.id)
    for session in sessions_of(class_.id):
        if session.id in online:
            for seat_id in queries.reached_in(session.id):
                put_down(seat_id, session, by=SYSTEM)
            settle(session.id)
