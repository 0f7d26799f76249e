"""What is done for people: rounds of asking, and services noted."""

from app.outreach.service.answering import Asked as Asked
from app.outreach.service.answering import answer as answer
from app.outreach.service.answering import not_reached as not_reached
from app.outreach.service.services import NewService as NewService
from app.outreach.service.services import note_service as note_service
from app.outreach.service.services import strike as strike
from app.outreach.service.surveys import NewRound as NewRound
from app.outreach.service.surveys import ask_cards as ask_cards
from app.outreach.service.surveys import close_round as close_round
from app.outreach.service.surveys import draft_round as draft_round
from app.outreach.service.surveys import make_cards as make_cards
from app.outreach.service.surveys import mapped_question as mapped_question
from app.outreach.service.surveys import move_due as move_due
from app.outreach.service.surveys import open_round as open_round
from app.outreach.service.surveys import reopen_round as reopen_round
