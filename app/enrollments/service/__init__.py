"""What is done to enrollments: one door in, every way out, and the waiting list between."""

from app.enrollments.queries import precheck as precheck
from app.enrollments.service import following as following
from app.enrollments.service.entering import Ineligible, enroll, enroll_all
from app.enrollments.service.leaving import close_waiting_list, complete, fall_short, leave, withdraw
from app.enrollments.service.promoting import ask_refills, promote_all, promote_next

__all__ = [
    "Ineligible",
    "ask_refills",
    "close_waiting_list",
    "complete",
    "enroll",
    "enroll_all",
    "fall_short",
    "leave",
    "precheck",
    "promote_all",
    "promote_next",
    "withdraw",
]
