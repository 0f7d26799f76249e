"""The demo story, told through the same services that people use, and the demo's clock."""

from flask import Flask

from app.demo import demo_clock
from app.kernel import clock


def init_app(app: Flask) -> None:
    """In demo mode, follow the demo's clock and show its day."""
    if app.config["DEMO"]:
        demo_clock.follow(app)
        app.context_processor(lambda: {"demo_day": clock.today().isoformat()})
