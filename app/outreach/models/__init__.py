"""Survey rounds and their cards, the service log, requests of villages."""

from app.outreach.models import kinds as kinds
from app.outreach.models.requests import VillageRequest as VillageRequest
from app.outreach.models.services import ServiceRecord as ServiceRecord
from app.outreach.models.surveys import SurveyCard as SurveyCard
from app.outreach.models.surveys import SurveyRound as SurveyRound
from app.outreach.models.surveys import SurveyVillage as SurveyVillage
