"""What is done to accounts, organizations, links, codes, deputies."""

from app.accounts.service.bank import ask_bank_change, confirm_bank_change, refuse_bank_change
from app.accounts.service.codes import check_code, send_code
from app.accounts.service.deputies import appoint_deputy, end_deputyship, hand_over
from app.accounts.service.organizations import (
    Application,
    admit,
    apply_organization,
    declare_interest,
    refuse,
    refuse_interested,
    resume,
    suspend,
)
from app.accounts.service.seating import seat_officers
from app.accounts.service.users import (
    NewUser,
    accept,
    change_password,
    close,
    invite,
    open_link,
    reopen,
    reset_password,
    sign_in,
    sign_out_everywhere,
)

__all__ = [
    "Application",
    "NewUser",
    "accept",
    "admit",
    "apply_organization",
    "appoint_deputy",
    "ask_bank_change",
    "change_password",
    "check_code",
    "close",
    "confirm_bank_change",
    "declare_interest",
    "end_deputyship",
    "hand_over",
    "invite",
    "open_link",
    "refuse",
    "refuse_bank_change",
    "refuse_interested",
    "reopen",
    "reset_password",
    "resume",
    "seat_officers",
    "send_code",
    "sign_in",
    "sign_out_everywhere",
    "suspend",
]
