"""The blueprint of the certificates' pages."""

from flask import Blueprint

from app.certificates.rules import grouped
from app.certificates.verifying.rules import fingerprint, identity_start

bp = Blueprint("certificates", __name__)
bp.add_app_template_filter(grouped)
bp.add_app_template_filter(fingerprint)
bp.add_app_template_filter(identity_start)
