"""The elder view (长辈版): large type, one question at a time, read aloud; chosen on any page, kept by the browser."""

from flask import Blueprint, Response, request

from app.kernel import remembered
from app.kernel.access import PUBLIC, needs
from app.kernel.i18n import back_or

bp = Blueprint("elder", __name__)


@bp.post("/view")
@needs(PUBLIC)
def choose() -> Response:
    """Draw pages as large as wished from now on."""
    wanted = request.form.get("size", "")
    response = back_or("/")
    remembered.remember(response, remembered.SIZE, wanted if wanted in set(remembered.Size) else "")
    return response
