"""The pages of designs, words and seals."""

from app.designs.views import looking as looking
from app.designs.views import seals as seals
from app.designs.views import texts as texts
from app.designs.views.blueprint import bp
from app.kernel.access import Can
from app.kernel.i18n import _l
from app.kernel.navigation import door

blueprints = (bp,)
door(_l("文书样式"), "designs.list_designs", Can.DESIGN_READ, icon="print", order=82)
