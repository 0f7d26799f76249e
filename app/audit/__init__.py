"""Who did what, when: events that only grow. Actor and area are held as values, without foreign keys."""

from flask import Flask

from app.audit.words import story


def init_app(app: Flask) -> None:
    """Let templates draw a row's history."""
    app.jinja_env.filters["story"] = story
