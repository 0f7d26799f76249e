"""The pages of accounts."""

from app.accounts.views import organizations as organizations
from app.accounts.views import own as own
from app.accounts.views import signing as signing
from app.accounts.views import staff as staff
from app.accounts.views.blueprint import bp
from app.kernel.access import Can
from app.kernel.i18n import _l, _lp
from app.kernel.navigation import door, link

blueprints = (bp,)
link("sign_in", "accounts.sign_in")
link("sign_out", "accounts.sign_out")
link("account", "accounts.show_own")
door(_lp("list", "账号"), "accounts.list_accounts", Can.ACCOUNT_READ, icon="people", order=90)
door(_l("单位准入"), "accounts.list_organizations", Can.ORGANIZATION_ADMIT, icon="check", order=85)
