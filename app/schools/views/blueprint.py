"""The one blueprint of schools."""

from flask import Blueprint

from app.schools import queries

bp = Blueprint("schools", __name__)
bp.add_app_template_global(queries.ties, "ties_between")
bp.add_app_template_global(queries.ties_of, "ties_of_organization")
