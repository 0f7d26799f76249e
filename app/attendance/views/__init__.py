"""Pages of attendance."""

from app.attendance.views.roll import blueprints

__all__ = ["blueprints"]
