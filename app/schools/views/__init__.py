"""The pages of schools."""

from app.kernel.access import Can, Role
from app.kernel.i18n import _l, _lp
from app.kernel.navigation import door, link
from app.schools.views import checks as checks
from app.schools.views import instructors as instructors
from app.schools.views import listing as listing
from app.schools.views import listings as listings
from app.schools.views import own as own
from app.schools.views import owners as owners
from app.schools.views import public as public
from app.schools.views import rooms as rooms
from app.schools.views import sites as sites
from app.schools.views.blueprint import bp
from app.schools.views.listing import DECIDERS

blueprints = (bp,)
door(_lp("list", "培训机构"), "schools.list_schools", Can.SCHOOL_READ, icon="school", order=30, roles=DECIDERS)
door(_l("我的学校"), "schools.show_own", Can.SCHOOL_MAINTAIN, icon="school", order=12)
door(
    _l("场地核实"),
    "schools.list_place_checks",
    Can.SITE_CHECK,
    icon="place",
    order=68,
    roles=(Role.VILLAGE_OFFICER, Role.TOWNSHIP_OFFICER, Role.TRAINING_OFFICER),
)
link("schools", "schools.list_listed")
