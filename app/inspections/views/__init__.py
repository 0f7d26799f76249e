"""The pages of inspections."""

from app.inspections.views import answering, calling, drawing, listing, visiting
from app.inspections.views.blueprint import bp

__all__ = ["answering", "calling", "drawing", "listing", "visiting"]
blueprints = (bp,)
