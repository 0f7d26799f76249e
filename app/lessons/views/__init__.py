"""Make lessons, learn them, view them together, repeat a taster."""

from app.lessons.views import groups as groups
from app.lessons.views import learning as learning
from app.lessons.views import making as making
from app.lessons.views import tasters as tasters
from app.lessons.views.blueprint import bp

blueprints = (bp,)
