"""The one blueprint of designs."""

from flask import Blueprint

bp = Blueprint("designs", __name__)
