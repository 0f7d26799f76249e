"""How people live and what they look for, in words: health, work, wishes, needs; phones to confirm."""

from enum import StrEnum

from app.audit.words import action_words, flow_words
from app.kernel.errors import constraint_messages
from app.kernel.flow import Flow
from app.kernel.i18n import _l
from app.kernel.labels import labels
from app.people.rules import IdKind


class Health(StrEnum):
    """How a person's health is."""

    GOOD = "good"
    CHRONIC = "chronic"
    SERIOUS = "serious"


class Ability(StrEnum):
    """Whether a person is able to work."""

    ABLE = "able"
    PARTLY = "partly"
    UNABLE = "unable"


class Willing(StrEnum):
    """Whether a person wants to work."""

    WILLING = "willing"
    UNSURE = "unsure"
    UNWILLING = "unwilling"


class ServiceNeed(StrEnum):
    """What a person asks the employment service for."""

    JOB_RECOMMENDATION = "job_recommendation"
    GUIDANCE = "guidance"
    TRAINING = "training"
    START_UP = "start_up"
    LOAN = "loan"
    RIGHTS = "rights"
    CHILD_CARE = "child_care"


class WishKind(StrEnum):
    """What a wish is about."""

    COURSE = "course"
    TRADE = "trade"
    PLACE = "place"
    WAGE = "wage"
    DATES = "dates"


class WishOutcome(StrEnum):
    """How a wish was answered."""

    OFFERED = "offered"
    MET = "met"
    IMPOSSIBLE = "impossible"
    WITHDRAWN = "withdrawn"


class ChangeSource(StrEnum):
    """The door a change of a person came through."""

    OFFICER = "officer"
    PERSON = "person"
    IMPORT = "import"
    SURVEY = "survey"
    PHONE_CLAIM = "phone_claim"
    NUMBER = "number"
    MERGE = "merge"


class PhoneClaimStatus(StrEnum):
    """Whether a phone that somebody gave for a known person is theirs."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"


class PhoneClaimStep(StrEnum):
    """What the village officer finds out by calling."""

    CONFIRM = "confirm"
    REJECT = "reject"


PHONE_CLAIM_FLOW = Flow(
    "phone_claim",
    PhoneClaimStatus.OPEN,
    [
        (PhoneClaimStep.CONFIRM, [PhoneClaimStatus.OPEN], PhoneClaimStatus.CONFIRMED),
        (PhoneClaimStep.REJECT, [PhoneClaimStatus.OPEN], PhoneClaimStatus.REJECTED),
    ],
)

labels(
    {
        IdKind.CITIZEN: _l("居民身份证"),
        IdKind.HONG_KONG_MACAU: _l("港澳居民居住证"),
        IdKind.TAIWAN: _l("台湾居民居住证"),
        IdKind.FOREIGN: _l("外国人永久居留身份证"),
    }
)
labels({Health.GOOD: _l("健康"), Health.CHRONIC: _l("有慢性病"), Health.SERIOUS: _l("有大病")})
labels({Ability.ABLE: _l("能劳动"), Ability.PARTLY: _l("弱劳动能力"), Ability.UNABLE: _l("不能劳动")})
labels({Willing.WILLING: _l("愿意就业"), Willing.UNSURE: _l("还没想好"), Willing.UNWILLING: _l("暂不愿意")})
labels(
    {
        ServiceNeed.JOB_RECOMMENDATION: _l("推荐岗位"),
        ServiceNeed.GUIDANCE: _l("职业指导"),
        ServiceNeed.TRAINING: _l("技能培训"),
        ServiceNeed.START_UP: _l("创业指导"),
        ServiceNeed.LOAN: _l("创业贷款"),
        ServiceNeed.RIGHTS: _l("维权咨询"),
        ServiceNeed.CHILD_CARE: _l("照看老人小孩"),
    }
)
labels(
    {
        WishKind.COURSE: _l("想上的课"),
        WishKind.TRADE: _l("想学的工种"),
        WishKind.PLACE: _l("想去的地方"),
        WishKind.WAGE: _l("想要的工资"),
        WishKind.DATES: _l("有空的时间"),
    }
)
labels(
    {
        WishOutcome.OFFERED: _l("已推荐"),
        WishOutcome.MET: _l("已实现"),
        WishOutcome.IMPOSSIBLE: _l("暂时办不到"),
        WishOutcome.WITHDRAWN: _l("本人不再要求"),
    },
    tones={WishOutcome.OFFERED: "info", WishOutcome.MET: "ok", WishOutcome.IMPOSSIBLE: "warn"},
)
labels(
    {
        ChangeSource.OFFICER: _l("工作人员修改"),
        ChangeSource.PERSON: _l("本人修改"),
        ChangeSource.IMPORT: _l("表格导入"),
        ChangeSource.SURVEY: _l("摸底登记"),
        ChangeSource.PHONE_CLAIM: _l("核实手机号"),
        ChangeSource.NUMBER: _l("变更证件号码"),
        ChangeSource.MERGE: _l("合并登记"),
    }
)
labels(
    {
        PhoneClaimStatus.OPEN: _l("待核实"),
        PhoneClaimStatus.CONFIRMED: _l("已换号"),
        PhoneClaimStatus.REJECTED: _l("不是本人号码"),
    },
    tones={PhoneClaimStatus.OPEN: "warn", PhoneClaimStatus.CONFIRMED: "ok"},
)
labels({PhoneClaimStep.CONFIRM: _l("确认换号"), PhoneClaimStep.REJECT: _l("不是本人号码")})
flow_words("phone_claims", PhoneClaimStatus, PhoneClaimStep)
action_words(
    {
        "wish told": _l("登记了意愿"),
        "wish answered": _l("回复了意愿"),
        "number changed": _l("变更证件号码"),
        "merged": _l("合并登记"),
        "merge undone": _l("撤销合并"),
    }
)
constraint_messages(
    {
        "uq_wishes_open": _l("这个意愿已经登记过了。"),
        "uq_former_numbers_id_number": _l("这个证件号码已经有人用过了。"),
        "uq_phone_claims_open": _l("这个手机号已经在等待核实了。"),
        "uq_person_merges_dropped": _l("这条登记已经合并过了。"),
        "ck_people_disability_level_known": _l("残疾等级是一级到四级。"),
        "ck_people_wage_positive": _l("工资应当大于零。"),
        "ck_people_not_merged_into_self": _l("同一条登记不能跟自己合并。"),
    }
)
