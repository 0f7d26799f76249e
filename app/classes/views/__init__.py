"""The pages of classes."""

from app.classes.views import menu as menu
from app.classes.views import planning as planning
from app.classes.views import printing as printing
from app.classes.views import rooms as rooms
from app.classes.views import roster as roster
from app.classes.views import scans as scans
from app.classes.views import steps as steps
from app.classes.views import teaching as teaching
from app.classes.views import terms as terms
from app.classes.views import timetable as timetable
from app.classes.views import urgent as urgent
from app.classes.views import variations as variations
from app.classes.views.blueprint import bp
from app.kernel.access import Can
from app.kernel.i18n import _lp
from app.kernel.navigation import door, link

blueprints = (bp,)
link("menu", "classes.menu")
door(_lp("list", "班级"), "classes.list_classes", Can.CLASS_READ, icon="class", order=50)
