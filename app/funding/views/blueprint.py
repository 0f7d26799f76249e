"""The blueprint of the pages of claims and payments."""

from flask import Blueprint
from werkzeug.wrappers import Response

bp = Blueprint("funding", __name__)
Answer = str | Response | tuple[str, int]
