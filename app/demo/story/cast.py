"""Who plays in the demo story: accounts by role, organizations, and a few laborers by phone. Everybody is invented."""

from dataclasses import dataclass
from typing import Final

from app.accounts.rules import OrganizationKind
from app.kernel.access import Role

PASSWORD: Final = "sidan-demo-2026"  # noqa: S105  # the demo's shared password, shown on screen
CITY: Final = "430600"
MILUO: Final = "430681"
PINGJIANG: Final = "430626"
BISHI: Final = "430681107"
CHANGLE: Final = "430681110"
JIAYI: Final = "430626103"
FUSHOUSHAN: Final = "430626115"
MEIJIANG: Final = "430681107225"
VILLAGES: Final = {
    BISHI: (MEIJIANG, "430681107227", "430681107226"),
    CHANGLE: ("430681110202", "430681110204", "430681110216"),
    JIAYI: ("430626103200", "430626103201", "430626103203"),
    FUSHOUSHAN: ("430626115200", "430626115202", "430626115205"),
}
"""The twelve villages of the story, by township."""


@dataclass(frozen=True, slots=True)
class Company:
    """An organization of the story; `key` is also the login name of its first account."""

    key: str
    kind: OrganizationKind
    name: str
    region: str
    address: str
    contact: str
    head: str
    number: int
    """Makes its credit code and its bank account, which are nobody's."""


K = OrganizationKind
COMPANIES: Final = (
    Company("bureau-miluo", K.BUREAU, "汨罗市人力资源和社会保障局", MILUO, "建设中路 8 号", "陶文清", "任远山", 1),
    Company(
        "bureau-pingjiang", K.BUREAU, "平江县人力资源和社会保障局", PINGJIANG, "天岳大道 6 号", "毛立新", "涂家声", 2
    ),
    Company("school", K.SCHOOL, "汨罗市稻香职业培训学校", MILUO, "弼时镇湄江路 12 号", "许春燕", "许望生", 3),
    Company("school-qiaoshou", K.SCHOOL, "汨罗市巧手职业技能学校", MILUO, "高泉路 35 号", "戴小兰", "戴明辉", 4),
    Company(
        "school-pingjiang", K.SCHOOL, "平江县青山职业培训学校", PINGJIANG, "加义镇兴街 3 号", "余水生", "余建中", 5
    ),
    Company("employer", K.EMPLOYER, "岳阳拓石土方工程有限公司", MILUO, "汨罗高新区龙舟路 21 号", "石国强", "石大力", 6),
    Company(
        "employer-home", K.EMPLOYER, "岳阳暖家家庭服务有限公司", MILUO, "汨罗市友谊路 17 号", "程晓梅", "程晓梅", 7
    ),
    Company("workshop", K.WORKSHOP, "湄江巧娘编织帮扶车间", MILUO, "弼时镇湄江村村部旁", "邱桂香", "邱桂香", 8),
    Company("cooperative", K.COOPERATIVE, "汨水清波稻虾种养专业合作社", MILUO, "长乐镇马桥村", "钟满仓", "钟满仓", 9),
    Company("village-posts", K.VILLAGE, "湄江村村民委员会", MILUO, "弼时镇湄江村村部", "柳志和", "柳志和", 10),
)
APPLICANT: Final = Company(
    "employer-new", K.EMPLOYER, "汨罗湖畔食品加工有限公司", MILUO, "归义镇工业小区", "向晓峰", "向晓峰", 11
)
"""Has applied and waits for an officer to look at it."""


@dataclass(frozen=True, slots=True)
class Account:
    """A member of staff with an account; an organization's people name it, all others name their area."""

    login: str
    name: str
    role: Role
    area: tuple[str, ...] = ()
    company: str = ""
    note: str = ""
    """What the table says of the account beside role and place."""


R = Role
BOTH: Final = (MILUO, PINGJIANG)
ACCOUNTS: Final = (
    Account("village", "罗春桃", R.VILLAGE_OFFICER, (MEIJIANG,)),
    Account("village-pingjiang", "方细妹", R.VILLAGE_OFFICER, (VILLAGES[JIAYI][0],)),
    Account("township", "何立民", R.TOWNSHIP_OFFICER, (BISHI,)),
    Account("township-pingjiang", "吴长青", R.TOWNSHIP_OFFICER, (JIAYI, FUSHOUSHAN)),
    Account("training", "谢敏", R.TRAINING_OFFICER, (MILUO,)),
    Account("training-deputy", "蒋一帆", R.TRAINING_OFFICER, (MILUO,), note="谢敏的 B 角"),
    Account("training-pingjiang", "唐晓岚", R.TRAINING_OFFICER, (PINGJIANG,)),
    Account("first", "袁静", R.FIRST_REVIEWER, BOTH),
    Account("second", "贺磊", R.SECOND_REVIEWER, BOTH),
    Account("signer", "邓志远", R.SIGNER, BOTH),
    Account("finance", "秦晓芳", R.BUREAU_FINANCE, BOTH),
    Account("cashier", "姚明轩", R.BUREAU_FINANCE, BOTH),
    Account("treasury", "汤正平", R.TREASURY, BOTH),
    Account("inspector", "骆知行", R.INSPECTOR, BOTH),
    Account("auditor", "祝明德", R.AUDITOR, (CITY,)),
    Account("admin", "卢海", R.ADMINISTRATOR, (CITY,)),
    Account("teacher", "马向前", R.TEACHER, company="school"),
    Account("teacher-qiaoshou", "甘秀英", R.TEACHER, company="school-qiaoshou"),
    Account("teacher-pingjiang", "凌绿野", R.TEACHER, company="school-pingjiang"),
    Account("assessor", "薛公正", R.ASSESSOR, company="school"),
    Account("assessor-qiaoshou", "白若水", R.ASSESSOR, company="school-qiaoshou"),
    Account("assessor-pingjiang", "江天平", R.ASSESSOR, company="school-pingjiang"),
)
"""Invited by the administrator, beside the first accounts of the organizations."""


@dataclass(frozen=True, slots=True)
class Known:
    """A laborer whom the table names, so that one can sign in with their phone; the code is in the outbox."""

    key: str
    name: str
    village: str
    phone: str
    note: str


FAMILY_PHONE: Final = "19900000003"
LABORERS: Final = (
    Known("newcomer", "易小满", MEIJIANG, "19900000001", "还没有报过名"),
    Known("trainee", "汪细珍", MEIJIANG, "19900000002", "正在上课"),
    Known("family-mother", "欧阳翠莲", MEIJIANG, FAMILY_PHONE, "一家两人共用一个手机"),
    Known("family-daughter", "龚雨晴", MEIJIANG, FAMILY_PHONE, "一家两人共用一个手机"),
    Known("waiting", "史红英", VILLAGES[BISHI][1], "19900000004", "在候补名单上"),
    Known("certified", "葛冬梅", VILLAGES[CHANGLE][0], "19900000005", "已经拿到证书"),
)
"""They appear in the story under these keys."""
