"""Jobs about people."""

from app.people.imports import tasks as imports

__all__ = ["imports"]
