"""What the pages of schools say of their rows."""

from app.kernel.i18n import _
from app.occupations.queries import level_words, name_of
from app.schools.models import SchoolListing


def listing_words(row: SchoolListing) -> str:
    """An occupation and level in one line."""
    return _("%(name)s，%(level)s", name=name_of(row.occupation_code), level=level_words(row.level))
