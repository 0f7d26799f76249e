"""Find people, their households and their record of subsidies used."""

from app.people.queries.people import ZERO_EMPLOYMENT as ZERO_EMPLOYMENT
from app.people.queries.people import facts_of as facts_of
from app.people.queries.people import household_for as household_for
from app.people.queries.people import households_in as households_in
from app.people.queries.people import members_of as members_of
from app.people.queries.people import membership_for as membership_for
from app.people.queries.people import people_with_phone as people_with_phone
from app.people.queries.people import person as person
from app.people.queries.people import person_by_number as person_by_number
from app.people.queries.people import person_for as person_for
from app.people.queries.people import sharing_phone as sharing_phone
from app.people.queries.people import within as within
from app.people.queries.records import Standing as Standing
from app.people.queries.records import record_of as record_of
from app.people.queries.records import standing_of as standing_of
from app.people.queries.records import uses_of as uses_of
from app.people.queries.search import PeopleFilters as PeopleFilters
from app.people.queries.search import people_for as people_for
