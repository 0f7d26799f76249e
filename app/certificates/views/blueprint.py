"""The blueprint of the certificates' pages."""

from flask import Blueprint

from app.certificates.rules import grouped

bp = Blueprint("certificates", __name__)
bp.add_app_template_filter(grouped)
