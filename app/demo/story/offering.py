"""Chapter five: schools put their courses on the menu."""

from dataclasses import dataclass

from app.courses import service
from app.courses.rules import CourseText, Delivery
from app.demo.story.telling import Chapter, Tale


@dataclass(frozen=True, slots=True)
class Offer:
    """A course of the story; hours are standard hours, theory then practice."""

    key: str
    school: str
    mode: str
    title: str
    occupation: str
    level: int
    hours: tuple[int, int]
    delivery: Delivery
    syllabus: str
    benefits: str
    base_mode: str = ""
    trade: str = ""


D = Delivery
POST = "合格发培训合格证书，按名单上岗；不收学费，中午管一餐饭。"
FARM = "合格发培训合格证书；老师开班后到田里、林里再看两次。不收学费。"
MENU = (
    Offer(
        "excavator",
        "school",
        "order_training",
        "挖掘机操作（订单班）",
        "6-30-05-05",
        5,
        (35, 70),
        D.SITE,
        "第一单元 安全常识和操作规程\n第二单元 起步、行走、停放\n第三单元 挖沟、装车、平整\n第四单元 保养和常见故障",
        POST,
    ),
    Offer(
        "excavator-project",
        "school",
        "project",
        "挖掘机操作（项目制）",
        "6-30-05-05",
        5,
        (35, 70),
        D.SITE,
        "第一单元 安全常识\n第二单元 模拟机训练\n第三单元 实机操作\n第四单元 工地实习",
        "合格发培训合格证书，推荐到工地。不收学费。",
    ),
    Offer(
        "rice-crayfish",
        "school",
        "farm_skills",
        "稻虾共作",
        "5-04-02-01",
        5,
        (21, 42),
        D.BOTH,
        "第一单元 开沟和围网\n第二单元 种草、肥水、投苗\n第三单元 投喂和病害\n第四单元 捕捞和轮作",
        FARM,
    ),
    Offer(
        "crayfish-contract",
        "school",
        "joint_production",
        "生态小龙虾养殖（产销合作）",
        "5-04-01-01",
        5,
        (21, 42),
        D.VILLAGE,
        "第一单元 看懂收购合同\n第二单元 选苗和投放\n第三单元 生态投喂\n第四单元 分级和交货",
        "合作社按合同价收购，合格发培训合格证书。不收学费。",
    ),
    Offer(
        "infant-care",
        "school-qiaoshou",
        "order_training",
        "育婴员",
        "4-10-01-01",
        5,
        (28, 49),
        D.SITE,
        "第一单元 婴幼儿日常照料\n第二单元 辅食制作\n第三单元 抚触和早期活动\n第四单元 意外预防和急救",
        POST,
    ),
    Offer(
        "housekeeping",
        "school-qiaoshou",
        "order_training",
        "家政服务员",
        "4-10-01-06",
        5,
        (28, 49),
        D.BOTH,
        "第一单元 礼仪和安全\n第二单元 保洁和收纳\n第三单元 家常菜\n第四单元 老人陪护",
        POST,
    ),
    Offer(
        "weaving",
        "school-qiaoshou",
        "piecework",
        "提篮手工编织（来料加工）",
        "no-code-2",
        0,
        (14, 35),
        D.BOTH,
        "第一单元 认料和备料\n第二单元 起底和编身\n第三单元 收口和上油\n第四单元 验货标准",
        "车间供料、按件付酬，学完可以在家做。不收学费。",
    ),
    Offer(
        "cleaning",
        "school-qiaoshou",
        "public_welfare",
        "村道保洁（公益性岗位）",
        "4-10-01-06",
        0,
        (14, 35),
        D.VILLAGE,
        "第一单元 岗位职责和安全\n第二单元 村道、塘坝保洁\n第三单元 垃圾分类\n第四单元 冬季除冰",
        "合格以后到村里的公益性岗位上岗。不收学费。",
    ),
    Offer(
        "flowers",
        "school-qiaoshou",
        "taster",
        "30 分钟插花体验",
        "no-code-1",
        0,
        (0, 1),
        D.BOTH,
        "选花、修枝、插一盆带回家。",
        "免费，花材学校出；不占享受补贴的次数。",
    ),
    Offer(
        "under-forest",
        "school-pingjiang",
        "farm_skills",
        "林下食用菌种植（林下经济）",
        "5-01-02-03",
        5,
        (21, 42),
        D.BOTH,
        "第一单元 选林地和搭棚\n第二单元 菌种和菌袋\n第三单元 出菇管理\n第四单元 采收和烘干",
        FARM,
    ),
    Offer(
        "online-shop",
        "school-pingjiang",
        "online",
        "农产品网上开店（线上）",
        "4-01-02-03",
        5,
        (24, 39),
        D.VILLAGE,
        "第一单元 拍照和写介绍\n第二单元 开店和上架\n第三单元 打包和发货\n第四单元 直播试一试",
        "在村里的电脑室集中上网课，有老师在场。不收学费。",
        base_mode="farm_skills",
        trade="e-commerce",
    ),
)
LATER = (
    Offer(
        "welding", "school", "order_training", "焊工", "6-18-02-04", 5, (35, 70), D.SITE, "平焊、立焊、综合练习。", POST
    ),
    Offer("bricklayer", "school", "project", "砌筑工", "6-29-01-01", 5, (35, 70), D.SITE, "砌墙、抹灰、贴砖。", POST),
    Offer(
        "cooking",
        "school-qiaoshou",
        "order_training",
        "中式烹调",
        "4-03-02-01",
        5,
        (28, 49),
        D.SITE,
        "刀工、火候、湘菜。",
        POST,
    ),
    Offer(
        "bees",
        "school-pingjiang",
        "farm_skills",
        "中华蜂养殖",
        "5-03-02-02",
        5,
        (21, 42),
        D.BOTH,
        "分蜂、取蜜、越冬。",
        FARM,
    ),
)


def menu(tale: Tale) -> Chapter:
    """What the classes of the story teach: written, offered, listed."""
    yield tale.at(-85, 10)
    for offer in MENU:
        _draft(tale, offer)
    yield tale.at(-84, 10)
    for offer in MENU:
        service.offer(tale.courses[offer.key], by=tale.who(offer.school))
    yield tale.at(-82, 10)
    for offer in MENU:
        service.list_course(tale.courses[offer.key], by=tale.who(_officer(offer)), note="课程标准和学时都合规定。")


def later_courses(tale: Tale) -> Chapter:
    """Courses still on their way: one waits for the officer, one came back, one is a draft, one was taken off."""
    yield tale.at(-20, 10)
    for offer in LATER:
        _draft(tale, offer)
    yield tale.at(-8, 10)
    for offer in LATER[:1] + LATER[2:]:
        service.offer(tale.courses[offer.key], by=tale.who(offer.school))
    yield tale.at(-5, 10)
    cooking, bees = tale.courses["cooking"], tale.courses["bees"]
    service.send_back(cooking, reason="实训灶位不够，请补上租用厨房的协议再报。", by=tale.who("training"))
    service.list_course(bees, by=tale.who("training-pingjiang"))
    yield tale.at(-2, 10)
    service.withdraw(bees, reason="教师冬天不在本地，明年春天再开。", by=tale.who("school-pingjiang"))


def _officer(offer: Offer) -> str:
    return "training-pingjiang" if offer.school == "school-pingjiang" else "training"


def _draft(tale: Tale, offer: Offer) -> None:
    theory, practice = offer.hours
    text = CourseText(
        mode=offer.mode,
        title=offer.title,
        occupation_id=tale.occupation(offer.occupation),
        level=offer.level,
        theory_hours=theory,
        practice_hours=practice,
        delivery=offer.delivery,
        syllabus=offer.syllabus,
        benefits=offer.benefits,
        base_mode=offer.base_mode,
        trade=offer.trade,
    )
    tale.courses[offer.key] = service.draft(text, school_id=tale.schools[offer.school].id, by=tale.who(offer.school))
