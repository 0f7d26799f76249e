"""Logs: one line an event, figures and names of things only; never a person's data, never a local variable."""

import structlog


def init() -> None:
    """Set up the log; a traceback shows code, not values."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.ExceptionRenderer(
                structlog.tracebacks.ExceptionDictTransformer(show_locals=False, max_frames=12)
            ),
            structlog.processors.JSONRenderer(),
        ]
    )
