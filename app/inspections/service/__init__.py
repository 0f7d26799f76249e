"""Plan or draw an inspection, carry it out, answer it, accept the mending; draw and make phone checks."""

from app.inspections.service.answering import accept, answer, send_back
from app.inspections.service.calling import Said, record_call, show_number, start_check
from app.inspections.service.drawing import commit_seed, open_draw
from app.inspections.service.visiting import Seen, call_off, carry_out, plan

__all__ = [
    "Said",
    "Seen",
    "accept",
    "answer",
    "call_off",
    "carry_out",
    "commit_seed",
    "open_draw",
    "plan",
    "record_call",
    "send_back",
    "show_number",
    "start_check",
]
