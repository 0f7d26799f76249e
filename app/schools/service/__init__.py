"""What is done to schools: the listing, sites, teachers and assessors, owners."""

from app.schools.service.checks import NewPlaceCheck, check_place
from app.schools.service.instructors import (
    NewInstructor,
    NewQualification,
    add_instructor,
    add_qualification,
    change_instructor,
    end_instructor,
    end_qualification,
)
from app.schools.service.listing import (
    NewSchool,
    change_school,
    enlist,
    file,
    register_school,
    remove,
    resume,
    return_filing,
    suspend,
)
from app.schools.service.listings import ask_listings, end_listing, grant_listing, refuse_listing
from app.schools.service.owners import declare_firm, strike_firm
from app.schools.service.rooms import (
    NewMachine,
    NewRoom,
    add_machine,
    add_room,
    change_machine,
    change_room,
    close_machine,
    close_room,
)
from app.schools.service.sites import NewSite, add_site, change_site, close_site, reopen_site

__all__ = [
    "NewInstructor",
    "NewMachine",
    "NewPlaceCheck",
    "NewQualification",
    "NewRoom",
    "NewSchool",
    "NewSite",
    "add_instructor",
    "add_machine",
    "add_qualification",
    "add_room",
    "add_site",
    "ask_listings",
    "change_instructor",
    "change_machine",
    "change_room",
    "change_school",
    "change_site",
    "check_place",
    "close_machine",
    "close_room",
    "close_site",
    "declare_firm",
    "end_instructor",
    "end_listing",
    "end_qualification",
    "enlist",
    "file",
    "grant_listing",
    "refuse_listing",
    "register_school",
    "remove",
    "reopen_site",
    "resume",
    "return_filing",
    "strike_firm",
    "suspend",
]
