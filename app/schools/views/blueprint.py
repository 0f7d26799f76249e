"""The one blueprint of schools."""

from flask import Blueprint

from app.schools import queries, words

bp = Blueprint("schools", __name__)
bp.add_app_template_global(queries.ties, "ties_between")
bp.add_app_template_global(queries.ties_of, "ties_of_organization")
bp.add_app_template_filter(words.listing_words)
