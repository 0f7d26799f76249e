"""What each paid mode of training asks of its people."""

from dataclasses import dataclass, field

from tests.journey.browsing import Value


@dataclass(frozen=True)
class Kind:
    """What one mode of training asks of its people."""

    key: str
    words: str
    """The mode on the course's form."""
    orders: str = ""
    """Who places the order; "" where the mode has none."""
    verifies: str = "training"
    order: dict[str, Value] = field(default_factory=dict)
    direction: str = ""
    """定向 in words, where it is no organization."""
    confirms: str = "township"
    """Who says that somebody took up the post or livelihood."""
    occupation: str = "6-30-05-05"
    base: str = ""


AQUATIC = "5-04-01-01"
PIECE: dict[str, Value] = {"一件是什么": "只", "产品由我单位收购": True, "最低": "6", "最高": "9"}
WOVEN: dict[str, Value] = {**PIECE, "材料由我单位供给": True}
KINDS = {
    kind.key: kind
    for kind in (
        Kind("order_training", "订单培训", "employer", confirms="employer"),
        Kind("piecework", "来料加工", "workshop", order=WOVEN, confirms="workshop", occupation="no-code-2"),
        Kind("joint_production", "产销合作", "cooperative", order=PIECE, confirms="cooperative", occupation=AQUATIC),
        Kind("public_welfare", "公益性岗位", "village-posts", confirms="village-posts", occupation="4-10-01-06"),
        Kind("project", "项目制", "training-deputy", direction="土方工程行业", confirms="township"),
        Kind("farm_skills", "农业实用技术", direction="自家稻田三亩", occupation=AQUATIC),
        Kind("online", "线上培训", direction="自家网店", occupation="4-01-02-03", base="农业实用技术"),
    )
}
