"""What outreach may be and when it is due. Pure."""

from app.outreach.rules.due import PACE as PACE
from app.outreach.rules.due import Duty as Duty
from app.outreach.rules.due import Pace as Pace
from app.outreach.rules.due import Work as Work
from app.outreach.rules.services import OFFERS as OFFERS
from app.outreach.rules.services import RESULTS as RESULTS
from app.outreach.rules.services import ServiceKind as ServiceKind
from app.outreach.rules.services import ServiceResult as ServiceResult
from app.outreach.rules.surveys import ROUND_FLOW as ROUND_FLOW
from app.outreach.rules.surveys import CardStatus as CardStatus
from app.outreach.rules.surveys import Coverage as Coverage
from app.outreach.rules.surveys import How as How
from app.outreach.rules.surveys import Mapped as Mapped
from app.outreach.rules.surveys import NotReached as NotReached
from app.outreach.rules.surveys import Question as Question
from app.outreach.rules.surveys import QuestionKind as QuestionKind
from app.outreach.rules.surveys import RoundStatus as RoundStatus
from app.outreach.rules.surveys import RoundStep as RoundStep
