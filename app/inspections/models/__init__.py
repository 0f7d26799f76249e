"""Draws, inspections with what was found of each person, phone checks with their calls."""

from app.inspections.models.calls import PhoneCall, PhoneCheck
from app.inspections.models.draws import InspectionDraw
from app.inspections.models.inspections import Inspection, InspectionPerson

__all__ = ["Inspection", "InspectionDraw", "InspectionPerson", "PhoneCall", "PhoneCheck"]
