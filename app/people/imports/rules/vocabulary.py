"""Words for schooling, ethnic groups and work as people write them. Pure."""

import unicodedata

from app.people.imports.rules.kinds import Cell
from app.people.imports.rules.repairs import as_text, is_nothing

_GROUPS = """
    佤 阿昌 普米 京 独龙 鄂伦春 乌孜别克 朝鲜 仡佬 土家 蒙古 塔塔尔 锡伯 瑶 侗 布依 高山 傣 壮 藏 白 东乡 景颇
    怒 哈萨克 毛南 鄂温克 水 保安 裕固 仫佬 赫哲 德昂 彝 哈尼 拉祜 珞巴 基诺 黎 土 塔吉克 门巴 傈僳 柯尔克孜
    达斡尔 维吾尔 俄罗斯 苗 纳西 满 畲 布朗 撒拉 回 羌 汉
"""
GROUPS = frozenset(_GROUPS.split())
"""The 56 ethnic groups without 族."""
EDUCATION = (
    ("college", ("大学", "本科", "大专", "专科", "硕士", "博士", "研究生", "学士", "高职", "高等")),
    ("senior", ("高中", "中专", "中职", "职高", "技校", "技工", "中技", "职中", "中等专业", "职业高中")),
    ("junior", ("初中", "初级中学", "九年", "初")),
    ("primary", ("小学", "文盲", "半文盲", "不识字", "未上学", "扫盲", "学前", "未读书")),
)
"""Schooling by the words that name it, the highest first."""
WORK = (
    ("waiting_to_return", ("待返岗", "等待返岗", "返岗")),
    ("unemployed", ("未就业", "失业", "无业", "待业", "没有就业", "未务工", "在家", "赋闲")),
    ("away", ("外出", "务工", "打工", "在外", "省外", "省内县外")),
    ("farming", ("务农", "种地", "种植", "养殖", "农业", "农民")),
    ("employed", ("已就业", "就业", "在岗", "上班", "在职", "工作", "个体", "自主创业", "创业", "公益性岗位")),
)
"""Ways of living by the words that name them, the more exact first."""


def ethnic_group(cell: Cell) -> tuple[str, bool]:
    """The ethnic group with 族, and whether it is one of the 56; nothing written gives ""."""
    if cell in ("汉", "汉族", "土家族"):
        return ("汉族" if cell != "土家族" else "土家族"), True
    text = unicodedata.normalize("NFKC", as_text(cell)).replace(" ", "")
    if is_nothing(text):
        return "", True
    bare = text.removesuffix("族")
    if bare in GROUPS:
        return f"{bare}族", True
    return text[:20], False


def schooling(cell: Cell) -> tuple[str, bool]:
    """The key of the schooling, and whether the cell could be read; nothing written gives ""."""
    return _by_words(cell, EDUCATION)


def work_status(cell: Cell) -> tuple[str, bool]:
    """The key of the way of living, and whether the cell could be read; nothing written gives ""."""
    return _by_words(cell, WORK)


def _by_words(cell: Cell, table: tuple[tuple[str, tuple[str, ...]], ...]) -> tuple[str, bool]:
    text = unicodedata.normalize("NFKC", as_text(cell)).replace(" ", "")
    if is_nothing(text):
        return "", True
    for key, words in table:
        if any(word in text for word in words):
            return key, True
    return "", False
