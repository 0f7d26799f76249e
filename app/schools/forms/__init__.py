"""Forms of schools: the licence and the list, sites, teachers and assessors, owners and accounts."""

from app.schools.forms.instructors import InstructorForm, QualificationForm
from app.schools.forms.listing import GrantForm, ListingsForm, NoteForm, SchoolForm, SearchForm
from app.schools.forms.owners import AccountForm, BankChangeForm, FirmForm
from app.schools.forms.sites import MachineForm, PlaceCheckForm, RoomForm, SiteForm

__all__ = [
    "AccountForm",
    "BankChangeForm",
    "FirmForm",
    "GrantForm",
    "InstructorForm",
    "ListingsForm",
    "MachineForm",
    "NoteForm",
    "PlaceCheckForm",
    "QualificationForm",
    "RoomForm",
    "SchoolForm",
    "SearchForm",
    "SiteForm",
]
