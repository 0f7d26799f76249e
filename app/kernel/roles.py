"""Roles, and the table of which role may do what."""

from enum import StrEnum

from app.kernel.permissions import Can


class Role(StrEnum):
    """What a person is here; one account may have several."""

    LABORER = "laborer"
    VILLAGE_OFFICER = "village_officer"
    TOWNSHIP_OFFICER = "township_officer"
    SCHOOL_CLERK = "school_clerk"
    TEACHER = "teacher"
    ASSESSOR = "assessor"
    EMPLOYER = "employer"
    TRAINING_OFFICER = "training_officer"
    FIRST_REVIEWER = "first_reviewer"
    SECOND_REVIEWER = "second_reviewer"
    SIGNER = "signer"
    BUREAU_FINANCE = "bureau_finance"
    TREASURY = "treasury"
    INSPECTOR = "inspector"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


READS = frozenset(c for c in Can if c.value.endswith(":read") and c not in {Can.SELF_READ, Can.ACCOUNT_READ})
_BUREAU = READS
_SCHOOL = frozenset(
    {
        Can.ORGANIZATION_READ,
        Can.SCHOOL_READ,
        Can.DESIGN_READ,
        Can.ORDER_READ,
        Can.COURSE_READ,
        Can.CLASS_READ,
        Can.ENROLLMENT_READ,
        Can.ATTENDANCE_READ,
        Can.RECORDING_READ,
        Can.INSPECTION_READ,
        Can.LESSON_READ,
        Can.RESULT_READ,
        Can.CERTIFICATE_READ,
        Can.PLACEMENT_READ,
        Can.CLAIM_READ,
        Can.PAYMENT_READ,
        Can.RECOVERY_READ,
        Can.TRACE_READ,
        Can.REQUEST_READ,
    }
)

ROLE_CAN: dict[Role, frozenset[Can]] = {
    Role.LABORER: frozenset({Can.SELF_READ, Can.SELF_ENROLL, Can.SELF_LEARN, Can.CLAIM_OWN}),
    Role.VILLAGE_OFFICER: frozenset(
        {
            Can.PERSON_READ,
            Can.PERSON_WRITE,
            Can.PERSON_UNMASK,
            Can.PERSON_IMPORT,
            Can.COURSE_READ,
            Can.CLASS_READ,
            Can.LESSON_READ,
            Can.LESSON_KEEP,
            Can.ENROLLMENT_READ,
            Can.ENROLLMENT_MAKE,
            Can.PLACEMENT_READ,
            Can.SITE_CHECK,
            Can.PLACEMENT_CONFIRM,
            Can.CERTIFICATE_READ,
            Can.SURVEY_READ,
            Can.SURVEY_ANSWER,
            Can.SERVICE_READ,
            Can.SERVICE_WRITE,
            Can.REQUEST_READ,
            Can.REQUEST_MAKE,
        }
    ),
    Role.TOWNSHIP_OFFICER: frozenset(
        {
            Can.PERSON_READ,
            Can.PERSON_WRITE,
            Can.PERSON_UNMASK,
            Can.PERSON_IMPORT,
            Can.PERSON_MERGE,
            Can.COURSE_READ,
            Can.CLASS_READ,
            Can.ENROLLMENT_READ,
            Can.ENROLLMENT_MAKE,
            Can.PLACEMENT_READ,
            Can.SITE_CHECK,
            Can.PLACEMENT_CONFIRM,
            Can.CERTIFICATE_READ,
            Can.ORDER_READ,
            Can.PLAN_READ,
            Can.SCHOOL_READ,
            Can.SURVEY_READ,
            Can.SURVEY_RUN,
            Can.SURVEY_ANSWER,
            Can.SERVICE_READ,
            Can.SERVICE_WRITE,
            Can.REQUEST_READ,
            Can.REQUEST_MAKE,
        }
    ),
    Role.SCHOOL_CLERK: _SCHOOL
    | {
        Can.SCHOOL_MAINTAIN,
        Can.DESIGN_SET,
        Can.COURSE_OFFER,
        Can.CLASS_FILE,
        Can.LESSON_WRITE,
        Can.LESSON_KEEP,
        Can.REQUEST_ANSWER,
        Can.REQUEST_VISIT,
        Can.ATTENDANCE_MARK,
        Can.RECORDING_MAKE,
        Can.INSPECTION_ANSWER,
        Can.CERTIFICATE_ISSUE,
        Can.CLAIM_COMPILE,
    },
    Role.TEACHER: frozenset(
        {
            Can.CLASS_READ,
            Can.LESSON_READ,
            Can.LESSON_KEEP,
            Can.ATTENDANCE_READ,
            Can.ATTENDANCE_MARK,
            Can.RECORDING_READ,
            Can.RECORDING_MAKE,
            Can.ENROLLMENT_READ,
            Can.COURSE_READ,
            Can.REQUEST_VISIT,
        }
    ),
    Role.ASSESSOR: frozenset({Can.CLASS_READ, Can.ATTENDANCE_READ, Can.RESULT_READ, Can.RESULT_MARK}),
    Role.EMPLOYER: frozenset(
        {
            Can.ORDER_READ,
            Can.ORDER_PLACE,
            Can.PLACEMENT_READ,
            Can.PLACEMENT_CONFIRM,
            Can.ORGANIZATION_READ,
            Can.CLAIM_OWN,
        }
    ),
    Role.TRAINING_OFFICER: _BUREAU
    | {
        Can.ORGANIZATION_ADMIT,
        Can.SITE_CHECK,
        Can.SCHOOL_DECIDE,
        Can.DESIGN_SET,
        Can.ORDER_VERIFY,
        Can.COURSE_LIST,
        Can.PLAN_WRITE,
        Can.ATTENDANCE_JUDGE,
        Can.CLASS_APPROVE,
        Can.RECORDING_JUDGE,
        Can.INSPECTION_PLAN,
        Can.INSPECTION_ACCEPT,
        Can.RECORD_IMPORT,
        Can.PERSON_WRITE,
        Can.PERSON_UNMASK,
        Can.PERSON_IMPORT,
        Can.PERSON_MERGE,
        Can.CERTIFICATE_REVOKE,
        Can.PLACEMENT_CONFIRM,
        Can.SURVEY_RUN,
        Can.SURVEY_ANSWER,
        Can.SERVICE_WRITE,
        Can.REQUEST_MAKE,
        Can.DENIAL_RECORD,
        Can.DENIAL_DECIDE,
        Can.CARD_STATE,
        Can.RECOVERY_OPEN,
        Can.SAMPLE_DRAW,
    },
    Role.FIRST_REVIEWER: _BUREAU
    | {Can.CLAIM_FIRST_REVIEW, Can.PERSON_UNMASK, Can.DENIAL_RECORD, Can.DENIAL_DECIDE, Can.CARD_STATE},
    Role.SECOND_REVIEWER: _BUREAU
    | {
        Can.CLAIM_SECOND_REVIEW,
        Can.PERSON_UNMASK,
        Can.NOTICE_PUBLISH,
        Can.OBJECTION_ANSWER,
        Can.DENIAL_RECORD,
        Can.RECOVERY_OPEN,
    },
    Role.SIGNER: _BUREAU | {Can.PAYMENT_CHECK, Can.CLAIM_SIGN, Can.QUOTA_AUTHORIZE, Can.BUDGET_CLOSE},
    Role.BUREAU_FINANCE: _BUREAU
    | {Can.CARD_STATE, Can.PAYMENT_CHECK, Can.PAYMENT_REQUEST, Can.BUDGET_WRITE, Can.BUDGET_CLOSE},
    Role.TREASURY: frozenset(
        {
            Can.BUDGET_READ,
            Can.PAYMENT_READ,
            Can.PAYMENT_CONFIRM,
            Can.RECOVERY_READ,
            Can.CLAIM_READ,
            Can.TRACE_READ,
        }
    ),
    Role.INSPECTOR: frozenset(
        {
            Can.SCHOOL_READ,
            Can.COURSE_READ,
            Can.CLASS_READ,
            Can.ENROLLMENT_READ,
            Can.DENIAL_READ,
            Can.DENIAL_RECORD,
            Can.ATTENDANCE_READ,
            Can.RESULT_READ,
            Can.RECORDING_READ,
            Can.RECORDING_MAKE,
            Can.RECORDING_JUDGE,
            Can.INSPECTION_READ,
            Can.INSPECTION_PLAN,
            Can.INSPECTION_RUN,
            Can.SAMPLE_READ,
            Can.SAMPLE_DRAW,
        }
    ),
    Role.AUDITOR: READS,
    Role.ADMINISTRATOR: frozenset(
        {
            Can.ACCOUNT_READ,
            Can.ACCOUNT_INVITE,
            Can.ACCOUNT_CLOSE,
            Can.ACCOUNT_DEPUTIZE,
            Can.ACCOUNT_HAND_OVER,
            Can.ORGANIZATION_READ,
            Can.ORGANIZATION_ADMIT,
            Can.EVENT_READ,
            Can.DESIGN_READ,
        }
    ),
}
