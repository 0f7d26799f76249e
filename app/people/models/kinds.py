"""What people, households and uses of the record can be, in words."""

from enum import StrEnum

from app.audit.words import action_words, flow_words
from app.kernel.errors import constraint_messages
from app.kernel.flow import Flow
from app.kernel.i18n import _l
from app.kernel.labels import labels
from app.policies.rules.facts import Sex


class WorkStatus(StrEnum):
    """What a person does for a living now."""

    EMPLOYED = "employed"
    UNEMPLOYED = "unemployed"
    FARMING = "farming"
    WAITING_TO_RETURN = "waiting_to_return"
    AWAY = "away"


AT_WORK = (WorkStatus.EMPLOYED, WorkStatus.AWAY, WorkStatus.WAITING_TO_RETURN)
"""Who has work: here, away, or with a post waiting."""


class Group(StrEnum):
    """Groups a policy may pay for (handbook R03, R04)."""

    LIFTED_OUT_OF_POVERTY = "lifted_out_of_poverty"
    WATCHED_HOUSEHOLD = "watched_household"
    RURAL_TRANSFER = "rural_transfer"
    REGISTERED_UNEMPLOYED = "registered_unemployed"
    HARD_TO_EMPLOY = "hard_to_employ"
    SCHOOL_LEAVER = "school_leaver"
    GRADUATE = "graduate"
    ELIGIBLE_EMPLOYEE = "eligible_employee"
    DISABLED = "disabled"
    VETERAN = "veteran"
    SOON_RELEASED = "soon_released"
    IN_DETOX = "in_detox"
    FLEXIBLE_WORKER = "flexible_worker"


class Exclusion(StrEnum):
    """What keeps a person out of subsidised training (handbook R05)."""

    PUBLIC_STAFF = "public_staff"
    FULL_TIME_STUDENT = "full_time_student"
    PENSIONER = "pensioner"


class HouseholdKind(StrEnum):
    """How a household is looked after."""

    ORDINARY = "ordinary"
    LIFTED_OUT_OF_POVERTY = "lifted_out_of_poverty"
    WATCHED = "watched"
    ZERO_EMPLOYMENT = "zero_employment"


class Education(StrEnum):
    """Schooling."""

    PRIMARY = "primary"
    JUNIOR = "junior"
    SENIOR = "senior"
    COLLEGE = "college"


class Trade(StrEnum):
    """What a person may wish to learn: the trades that occupations are drawn under (an occupation's `trade`)."""

    EXCAVATOR = "excavator"
    RICE_CRAYFISH = "rice-crayfish"
    FLOWER_ARRANGEMENT = "flower-arrangement"
    INFANT_CARE = "infant-care"
    HOUSEKEEPING = "housekeeping"
    UNDER_FOREST = "under-forest"
    WELDING = "welding"
    COOKING = "cooking"
    E_COMMERCE = "e-commerce"


class UseStatus(StrEnum):
    """Whether a subsidised training counts in the record."""

    RESERVED = "reserved"
    USED = "used"
    LOST = "lost"
    GIVEN_BACK = "given_back"


class UseStep(StrEnum):
    """What happens to a use of the record."""

    SETTLE = "settle"
    LOSE = "lose"
    GIVE_BACK = "give_back"


USE_FLOW = Flow(
    "subsidy_use",
    UseStatus.RESERVED,
    [
        (UseStep.SETTLE, [UseStatus.RESERVED], UseStatus.USED),
        (UseStep.LOSE, [UseStatus.RESERVED], UseStatus.LOST),
        (UseStep.GIVE_BACK, [UseStatus.RESERVED, UseStatus.USED, UseStatus.LOST], UseStatus.GIVEN_BACK),
    ],
)
COUNTING = (UseStatus.RESERVED, UseStatus.USED, UseStatus.LOST)
"""Uses that take one of the person's slots."""


labels({Sex.MALE: _l("男"), Sex.FEMALE: _l("女")})
labels(
    {
        WorkStatus.EMPLOYED: _l("已就业"),
        WorkStatus.UNEMPLOYED: _l("未就业"),
        WorkStatus.FARMING: _l("务农"),
        WorkStatus.WAITING_TO_RETURN: _l("待返岗"),
        WorkStatus.AWAY: _l("外出务工"),
    }
)
labels(
    {
        Group.LIFTED_OUT_OF_POVERTY: _l("脱贫劳动力"),
        Group.WATCHED_HOUSEHOLD: _l("防止返贫监测对象"),
        Group.RURAL_TRANSFER: _l("农村转移就业劳动者"),
        Group.REGISTERED_UNEMPLOYED: _l("登记失业人员"),
        Group.HARD_TO_EMPLOY: _l("就业困难人员"),
        Group.SCHOOL_LEAVER: _l("两后生"),
        Group.GRADUATE: _l("毕业年度高校毕业生"),
        Group.ELIGIBLE_EMPLOYEE: _l("符合条件的企业职工"),
        Group.DISABLED: _l("残疾人"),
        Group.VETERAN: _l("退役军人"),
        Group.SOON_RELEASED: _l("刑期剩余不满一年的服刑人员"),
        Group.IN_DETOX: _l("强制隔离戒毒人员"),
        Group.FLEXIBLE_WORKER: _l("灵活就业人员"),
    }
)
labels(
    {
        Exclusion.PUBLIC_STAFF: _l("机关事业单位在编人员"),
        Exclusion.FULL_TIME_STUDENT: _l("全日制在校学生"),
        Exclusion.PENSIONER: _l("已领养老金人员"),
    }
)
labels(
    {
        HouseholdKind.ORDINARY: _l("一般户"),
        HouseholdKind.LIFTED_OUT_OF_POVERTY: _l("脱贫户"),
        HouseholdKind.WATCHED: _l("监测户"),
        HouseholdKind.ZERO_EMPLOYMENT: _l("零就业家庭"),
    }
)
labels(
    {
        Education.PRIMARY: _l("小学及以下"),
        Education.JUNIOR: _l("初中"),
        Education.SENIOR: _l("高中或中专"),
        Education.COLLEGE: _l("大专及以上"),
    }
)
labels(
    {
        UseStatus.RESERVED: _l("已占用"),
        UseStatus.USED: _l("已使用"),
        UseStatus.LOST: _l("已失去"),
        UseStatus.GIVEN_BACK: _l("已退还"),
    },
    tones={UseStatus.RESERVED: "info", UseStatus.USED: "ok", UseStatus.LOST: "warn"},
)
labels(
    {
        Trade.EXCAVATOR: _l("挖掘机"),
        Trade.RICE_CRAYFISH: _l("稻虾共作"),
        Trade.FLOWER_ARRANGEMENT: _l("插花"),
        Trade.INFANT_CARE: _l("育婴"),
        Trade.HOUSEKEEPING: _l("家政"),
        Trade.UNDER_FOREST: _l("林下经济"),
        Trade.WELDING: _l("焊工"),
        Trade.COOKING: _l("烹饪"),
        Trade.E_COMMERCE: _l("电子商务"),
    }
)
labels({UseStep.SETTLE: _l("使用"), UseStep.LOSE: _l("失去"), UseStep.GIVE_BACK: _l("退还")})
flow_words("subsidy_uses", UseStatus, UseStep)
action_words(
    {
        "registered": _l("登记"),
        "group added": _l("登记了补贴对象"),
        "group changed": _l("修改了补贴对象"),
        "group ended": _l("补贴对象到期"),
        "member joined": _l("家庭成员加入"),
        "member left": _l("家庭成员迁出"),
        "head named": _l("确定户主"),
        "made": _l("建立家庭"),
        "amount changed": _l("补贴金额有变"),
    }
)
constraint_messages(
    {
        "uq_people_id_number": _l("这个身份证号已经登记过了。"),
        "uq_subsidy_uses_same_training": _l("同一职业（工种）同一等级的补贴培训，每人只能享受一次。"),
        "uq_subsidy_uses_slot": _l("享受补贴的次数刚刚被另一次报名占用了，请刷新后再看。"),
        "ck_subsidy_uses_within_cap": _l("享受补贴的次数已经用满。"),
        "uq_group_memberships_once": _l("这类补贴对象从这一天起已经登记过了。"),
        "ck_group_memberships_ends_after_start": _l("证明的截止日期不能早于开始日期。"),
    }
)
