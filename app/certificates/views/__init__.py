"""Certificates: the school's pages, the officer's, the holder's own, and everybody's."""

from app.certificates.handovers import views as handovers
from app.certificates.skills import views as skills
from app.certificates.stock import views as stock
from app.certificates.views import holder, papers, public, published, replacing, school
from app.certificates.views.blueprint import bp
from app.kernel.access import Can, Role
from app.kernel.i18n import _l, _lp
from app.kernel.navigation import door, link

blueprints = (bp,)
door(
    _lp("list", "证书"),
    "certificates.list_certificates",
    Can.CERTIFICATE_READ,
    icon="seal",
    order=60,
    roles=(
        Role.SCHOOL_CLERK,
        Role.TRAINING_OFFICER,
        Role.TOWNSHIP_OFFICER,
        Role.VILLAGE_OFFICER,
        Role.AUDITOR,
    ),
)
door(_l("我的证书"), "certificates.mine", Can.SELF_READ, icon="seal", order=40)
link("verify", "certificates.verify")

__all__ = [
    "blueprints",
    "handovers",
    "holder",
    "papers",
    "public",
    "published",
    "replacing",
    "school",
    "skills",
    "stock",
]
