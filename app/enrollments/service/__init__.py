"""What is done to enrollments: one door in, every way out, and the waiting list between."""

from app.enrollments.queries import precheck as precheck
from app.enrollments.service import following as following
from app.enrollments.service import merging as merging
from app.enrollments.service import moving as moving
from app.enrollments.service.answering import accept, decline, lapse
from app.enrollments.service.claiming import until_words
from app.enrollments.service.entering import Ineligible, enroll, enroll_all, enroll_self
from app.enrollments.service.leaving import close_waiting_list, complete, fall_short, leave, withdraw
from app.enrollments.service.offering import offer_all, offer_next, offer_places

__all__ = [
    "Ineligible",
    "accept",
    "close_waiting_list",
    "complete",
    "decline",
    "enroll",
    "enroll_all",
    "enroll_self",
    "fall_short",
    "lapse",
    "leave",
    "offer_all",
    "offer_next",
    "offer_places",
    "precheck",
    "until_words",
    "withdraw",
]
