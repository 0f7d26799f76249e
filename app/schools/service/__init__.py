"""What is done to schools: the listing, sites, teachers and assessors."""

from app.schools.service.instructors import NewInstructor, add_instructor, change_instructor, end_instructor
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
from app.schools.service.sites import NewSite, add_site, change_site, close_site, reopen_site

__all__ = [
    "NewInstructor",
    "NewSchool",
    "NewSite",
    "add_instructor",
    "add_site",
    "change_instructor",
    "change_school",
    "change_site",
    "close_site",
    "end_instructor",
    "enlist",
    "file",
    "register_school",
    "remove",
    "reopen_site",
    "resume",
    "return_filing",
    "suspend",
]
