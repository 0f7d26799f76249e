"""The pages of classes."""

from app.classes.views import menu as menu
from app.classes.views.blueprint import bp
from app.kernel.navigation import link

blueprints = (bp,)
link("menu", "classes.menu")
