"""The ground floor's own addresses."""

from app.kernel import health

blueprints = (health.bp,)
