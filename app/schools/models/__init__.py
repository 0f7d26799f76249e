"""Rows of schools: their listing, sites, people, and owners."""

from app.schools.models.instructors import Duty, Instructor, Qualification
from app.schools.models.listing import (
    LISTING_FLOW,
    SCHOOL_FLOW,
    ListingStatus,
    ListingStep,
    School,
    SchoolListing,
    SchoolStatus,
    SchoolStep,
)
from app.schools.models.owners import OwnerFirm
from app.schools.models.sites import CheckWay, Machine, MachineKind, PlaceCheck, Room, Site, SiteKind

__all__ = [
    "LISTING_FLOW",
    "SCHOOL_FLOW",
    "CheckWay",
    "Duty",
    "Instructor",
    "ListingStatus",
    "ListingStep",
    "Machine",
    "MachineKind",
    "OwnerFirm",
    "PlaceCheck",
    "Qualification",
    "Room",
    "School",
    "SchoolListing",
    "SchoolStatus",
    "SchoolStep",
    "Site",
    "SiteKind",
]
