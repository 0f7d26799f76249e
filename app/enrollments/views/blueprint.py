"""The one blueprint of enrollments."""

from flask import Blueprint

bp = Blueprint("enrollments", __name__)
