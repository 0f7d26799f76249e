"""Laborers, households, and each person's record of subsidies used."""

from app.people.models.kinds import COUNTING as COUNTING
from app.people.models.kinds import USE_FLOW as USE_FLOW
from app.people.models.kinds import Education as Education
from app.people.models.kinds import Exclusion as Exclusion
from app.people.models.kinds import Group as Group
from app.people.models.kinds import HouseholdKind as HouseholdKind
from app.people.models.kinds import Trade as Trade
from app.people.models.kinds import UseStatus as UseStatus
from app.people.models.kinds import UseStep as UseStep
from app.people.models.kinds import WorkStatus as WorkStatus
from app.people.models.people import GroupMembership as GroupMembership
from app.people.models.people import Household as Household
from app.people.models.people import Person as Person
from app.people.models.uses import SubsidyUse as SubsidyUse
from app.policies.rules.facts import Sex as Sex
