"""The blueprint of the certificates' pages."""

from flask import Blueprint

bp = Blueprint("certificates", __name__)
