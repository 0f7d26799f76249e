"""Pages of plans: made by a training officer, named from the register, confirmed."""

from app.rosters.views import names, plans, ways
from app.rosters.views.blueprint import bp

__all__ = ["blueprints", "names", "plans", "ways"]
blueprints = (bp,)
