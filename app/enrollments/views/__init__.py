"""The pages of enrollments: a laborer's own, an officer's for others, and the lists."""

from app.enrollments.views import denials as denials
from app.enrollments.views import lists as lists
from app.enrollments.views import offers as offers
from app.enrollments.views import others as others
from app.enrollments.views import own as own
from app.enrollments.views import prechecks as prechecks
from app.enrollments.views.blueprint import bp
from app.kernel.access import Can
from app.kernel.i18n import _l, _lp
from app.kernel.navigation import door

blueprints = (bp,)
door(_l("我能学什么"), "enrollments.learn_own", Can.SELF_READ, icon="class", order=9)
door(_l("我的报名"), "enrollments.list_own", Can.SELF_READ, icon="plan", order=10)
door(_lp("list", "报名"), "enrollments.list_enrollments", Can.ENROLLMENT_READ, icon="plan", order=45)
door(_l("候补等答复"), "enrollments.list_offers", Can.ENROLLMENT_MAKE, icon="clock", order=46)
door(_l("当面问同意"), "enrollments.list_consents", Can.ENROLLMENT_MAKE, Can.ATTENDANCE_MARK, icon="person", order=46)
door(_l("否认报名"), "enrollments.list_denials", Can.DENIAL_READ, icon="warn", order=47)
