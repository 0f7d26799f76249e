"""Each role's home, and the whole chain behind any row."""

from flask import Flask

from app.desk import frame


def init_app(app: Flask) -> None:
    """Tell every page for where the person works, and where a chain can be looked at."""
    app.context_processor(frame.whereabouts)
    app.jinja_env.globals["trace_url"] = frame.trace_url
    app.jinja_env.filters["whole_yuan"] = frame.whole_yuan
