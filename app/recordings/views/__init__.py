"""The pages of recordings."""

from app.recordings.views import doubts, incoming, pages, serving
from app.recordings.views.blueprint import bp

__all__ = ["doubts", "incoming", "pages", "serving"]
blueprints = (bp,)
