"""Pages of courses: a school offers them, an officer lists them, anybody reads those on the menu."""

from app.courses.views import deciding, offering, reading
from app.courses.views.blueprint import bp

__all__ = ["blueprints", "deciding", "offering", "reading"]
blueprints = (bp,)
