"""The story holds whatever day it is told on, from that day's first minute: what is due today comes later today.

`make test` tells it on one hard day, just after the longest holiday; `make sweep` on weekdays, weekends and holidays of
a year (SIDAN_DEMO_DAYS).
"""

import os
from datetime import date
from pathlib import Path

import pytest

from app import create_app
from app.demo.story.whole import tell_whole_story
from app.kernel import clock
from tests.databases import a_copy, let_go
from tests.making.story import the_story_holds

DAYS = os.environ.get("SIDAN_DEMO_DAYS", "2027-02-24").split()


@pytest.mark.timeout(600)
@pytest.mark.parametrize("day", DAYS)
def test_the_story_holds_from_the_first_minute_of(day: str, server: str, template: str, tmp_path: Path) -> None:
    with a_copy(server, template, "day", tmp_path) as found:
        app = create_app(found)
        with clock.at(clock.moment_of(date.fromisoformat(day), 0, 1)), app.app_context():
            assert tell_whole_story()
            the_story_holds()
            let_go()
