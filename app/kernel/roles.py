"""Roles, permissions, and the table of which role may do what. A permission reads `resource:action`."""

from enum import StrEnum


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


class Can(StrEnum):
    """One permission: `resource:action`."""

    ACCOUNT_READ = "account:read"
    ACCOUNT_INVITE = "account:invite"
    ACCOUNT_CLOSE = "account:close"
    ACCOUNT_DEPUTIZE = "account:deputize"
    ACCOUNT_HAND_OVER = "account:hand-over"
    ORGANIZATION_READ = "organization:read"
    ORGANIZATION_ADMIT = "organization:admit"
    PERSON_READ = "person:read"
    PERSON_WRITE = "person:write"
    PERSON_UNMASK = "person:unmask"
    PERSON_IMPORT = "person:import"
    PERSON_MERGE = "person:merge"
    RECORD_IMPORT = "record:import"
    SELF_READ = "self:read"
    SELF_ENROLL = "self:enroll"
    SELF_LEARN = "self:learn"
    SCHOOL_READ = "school:read"
    SCHOOL_MAINTAIN = "school:maintain"
    SCHOOL_DECIDE = "school:decide"
    SITE_CHECK = "site:check"
    ORDER_READ = "order:read"
    ORDER_PLACE = "order:place"
    ORDER_VERIFY = "order:verify"
    COURSE_READ = "course:read"
    COURSE_OFFER = "course:offer"
    COURSE_LIST = "course:list"
    PLAN_READ = "plan:read"
    PLAN_WRITE = "plan:write"
    CLASS_READ = "class:read"
    CLASS_FILE = "class:file"
    CLASS_APPROVE = "class:approve"
    ENROLLMENT_READ = "enrollment:read"
    ENROLLMENT_MAKE = "enrollment:make"
    DENIAL_READ = "denial:read"
    DENIAL_RECORD = "denial:record"
    DENIAL_DECIDE = "denial:decide"
    ATTENDANCE_READ = "attendance:read"
    ATTENDANCE_MARK = "attendance:mark"
    ATTENDANCE_JUDGE = "attendance:judge"
    RECORDING_READ = "recording:read"
    RECORDING_MAKE = "recording:make"
    RECORDING_JUDGE = "recording:judge"
    INSPECTION_READ = "inspection:read"
    INSPECTION_PLAN = "inspection:plan"
    INSPECTION_RUN = "inspection:run"
    INSPECTION_ANSWER = "inspection:answer"
    INSPECTION_ACCEPT = "inspection:accept"
    LESSON_READ = "lesson:read"
    LESSON_WRITE = "lesson:write"
    LESSON_KEEP = "lesson:keep"
    RESULT_READ = "result:read"
    RESULT_MARK = "result:mark"
    CERTIFICATE_READ = "certificate:read"
    CERTIFICATE_ISSUE = "certificate:issue"
    CERTIFICATE_REVOKE = "certificate:revoke"
    PLACEMENT_READ = "placement:read"
    PLACEMENT_CONFIRM = "placement:confirm"
    SURVEY_READ = "survey:read"
    SURVEY_RUN = "survey:run"
    SURVEY_ANSWER = "survey:answer"
    SERVICE_READ = "service:read"
    SERVICE_WRITE = "service:write"
    REQUEST_READ = "request:read"
    REQUEST_MAKE = "request:make"
    REQUEST_ANSWER = "request:answer"
    REQUEST_VISIT = "request:visit"
    CLAIM_READ = "claim:read"
    CLAIM_COMPILE = "claim:compile"
    CLAIM_OWN = "claim:own"
    CLAIM_FIRST_REVIEW = "claim:first-review"
    CLAIM_SECOND_REVIEW = "claim:second-review"
    CLAIM_SIGN = "claim:sign"
    NOTICE_PUBLISH = "notice:publish"
    OBJECTION_ANSWER = "objection:answer"
    BUDGET_READ = "budget:read"
    BUDGET_WRITE = "budget:write"
    BUDGET_CLOSE = "budget:close"
    QUOTA_AUTHORIZE = "quota:authorize"
    PAYMENT_READ = "payment:read"
    PAYMENT_REQUEST = "payment:request"
    PAYMENT_CHECK = "payment:check"
    PAYMENT_CONFIRM = "payment:confirm"
    CARD_STATE = "card:state"
    RECOVERY_READ = "recovery:read"
    RECOVERY_OPEN = "recovery:open"
    SAMPLE_READ = "sample:read"
    SAMPLE_DRAW = "sample:draw"
    TRACE_READ = "trace:read"
    EVENT_READ = "event:read"


READS = frozenset(c for c in Can if c.value.endswith(":read") and c not in {Can.SELF_READ, Can.ACCOUNT_READ})
_BUREAU = READS
_SCHOOL = frozenset(
    {
        Can.ORGANIZATION_READ,
        Can.SCHOOL_READ,
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
        }
    ),
}
