"""Set words and seals; refuse to issue where a demanded seal is missing."""

from app.designs.service.setting import refuse_incomplete as refuse_incomplete
from app.designs.service.setting import set_seal as set_seal
from app.designs.service.setting import set_texts as set_texts
from app.designs.service.setting import withdraw_seal as withdraw_seal
