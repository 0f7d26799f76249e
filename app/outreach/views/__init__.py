"""Pages of rounds, cards, services, and the officer's day."""

from app.outreach.views import (
    cards,
    comparing,
    day,
    demand,
    homes,
    offline,
    own_requests,
    papers,
    requests,
    rounds,
    services,
    sheets,
    ways,
)
from app.outreach.views.blueprint import bp

blueprints = (bp,)
__all__ = [
    "blueprints",
    "cards",
    "comparing",
    "day",
    "demand",
    "homes",
    "offline",
    "own_requests",
    "papers",
    "requests",
    "rounds",
    "services",
    "sheets",
    "ways",
]
