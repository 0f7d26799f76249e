"""The demo story, told through the same services that people use, and the demo's clock."""

from flask import Flask, request

from app.demo import demo_clock
from app.demo.story.cast import PASSWORD
from app.demo.story.table import entries
from app.kernel import clock

SIGNING_IN = frozenset({"accounts.sign_in", "accounts.enter"})


def init_app(app: Flask) -> None:
    """In demo mode, follow the demo's clock, show its day, and its cast where staff sign in."""
    if app.config["DEMO"]:
        demo_clock.follow(app)
        app.context_processor(_stage)


def _stage() -> dict[str, object]:
    shown: dict[str, object] = {"demo_day": clock.today().isoformat()}
    if request.endpoint in SIGNING_IN:
        cast = [entry for entry in entries() if entry.password == PASSWORD]
        if cast:
            shown["demo_cast"] = cast
    return shown
