"""The pages of people."""

from app.kernel.access import Can
from app.kernel.i18n import _l, _lp
from app.kernel.navigation import door, link
from app.people import sessions as sessions
from app.people.imports.views import list_imports as list_imports
from app.people.views import asking as asking
from app.people.views import editing as editing
from app.people.views import groups as groups
from app.people.views import history as history
from app.people.views import households as households
from app.people.views import me as me
from app.people.views import merging as merging
from app.people.views import person as person
from app.people.views import records as records
from app.people.views import register as register
from app.people.views import sign_in as sign_in
from app.people.views import sign_up as sign_up
from app.people.views.blueprint import bp

blueprints = (bp,)
link("laborer_sign_in", "people.sign_in")
door(_lp("list", "劳动者"), "people.list_people", Can.PERSON_READ, icon="people", order=15)
door(_l("我的"), "people.show_me", Can.SELF_READ, icon="person", order=80)
door(_l("享受补贴记录导入"), "people.list_record_imports", Can.RECORD_IMPORT, icon="upload", order=85)
