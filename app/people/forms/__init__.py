"""Forms about people: the register's search, a person, a group, a household, the laborer's sign-in."""

from app.people.forms.asking import AnswerForm as AnswerForm
from app.people.forms.asking import MergeForm as MergeForm
from app.people.forms.asking import NumberChangeForm as NumberChangeForm
from app.people.forms.asking import OtherForm as OtherForm
from app.people.forms.asking import PhoneClaimForm as PhoneClaimForm
from app.people.forms.asking import UndoMergeForm as UndoMergeForm
from app.people.forms.asking import WishForm as WishForm
from app.people.forms.groups import GroupForm as GroupForm
from app.people.forms.groups import HouseholdForm as HouseholdForm
from app.people.forms.groups import HouseholdSearch as HouseholdSearch
from app.people.forms.groups import JoinForm as JoinForm
from app.people.forms.groups import MemberForm as MemberForm
from app.people.forms.person import OPEN_FIELDS as OPEN_FIELDS
from app.people.forms.person import ChangeForm as ChangeForm
from app.people.forms.person import PersonForm as PersonForm
from app.people.forms.reading import Reads as Reads
from app.people.forms.records import RecordImportForm as RecordImportForm
from app.people.forms.search import SearchForm as SearchForm
from app.people.forms.sign_in import CodeForm as CodeForm
from app.people.forms.sign_in import PhoneForm as PhoneForm
from app.people.forms.sign_in import WhoForm as WhoForm
