"""Names in pinyin for sorting and searching, surnames read as surnames (曾 is zeng, 单 is shan)."""

from collections.abc import Sequence
from functools import cache, lru_cache

from pypinyin import Style, lazy_pinyin
from pypinyin.constants import PHRASES_DICT

DOT = "·"
LONGEST_GIVEN = 4
"""Characters of a name that are worth looking through for words; more are read the slow way."""
SURNAMES = {
    "曾": "zeng", "单": "shan", "解": "xie", "仇": "qiu", "区": "ou", "查": "zha", "任": "ren", "盖": "ge",
    "朴": "piao", "尉": "wei", "翟": "zhai", "乐": "yue", "员": "yun", "缪": "miao", "种": "chong", "繁": "po",
    "逄": "pang", "黑": "he", "宓": "mi", "秘": "bi", "冼": "xian", "洗": "xian", "覃": "qin", "隗": "wei",
    "祭": "zhai", "万": "wan", "俞": "yu", "於": "yu", "贾": "jia", "宁": "ning", "折": "she", "能": "nai",
    "盛": "sheng", "沈": "shen", "牟": "mu", "佴": "nai", "郇": "xun", "臧": "zang", "瞿": "qu",
    "召": "shao",
}  # fmt: skip
"""Surnames whose reading as a surname is not, or might not be, the common one."""
COMPOUND = {
    "尉迟": "yu chi", "万俟": "mo qi", "长孙": "zhang sun", "澹台": "tan tai", "令狐": "ling hu", "皇甫": "huang fu",
    "欧阳": "ou yang", "上官": "shang guan", "司马": "si ma", "司徒": "si tu", "司空": "si kong", "诸葛": "zhu ge",
    "夏侯": "xia hou", "公孙": "gong sun", "慕容": "mu rong", "宇文": "yu wen", "端木": "duan mu", "独孤": "du gu",
    "南宫": "nan gong", "东方": "dong fang", "西门": "xi men", "单于": "chan yu", "呼延": "hu yan", "轩辕": "xuan yuan",
    "鲜于": "xian yu", "申屠": "shen tu", "钟离": "zhong li", "濮阳": "pu yang", "淳于": "chun yu", "太史": "tai shi",
}  # fmt: skip
"""Surnames of two characters."""


def syllables(name: str) -> list[str]:
    """The name's syllables in lower case without tones; a Latin name's words as they are."""
    return list(_syllables(name))


@lru_cache(1024)
def _syllables(name: str) -> Sequence[str]:
    if name.isascii():
        return name.lower().replace("-", " ").replace("'", "").split()
    if DOT in name:
        return [syllable for part in name.split(DOT) for syllable in _read(part)]
    surname = COMPOUND.get(name[:2])
    if surname and len(name) > len("尉迟"):
        return [*surname.split(), *_read(name[2:])]
    first = SURNAMES.get(name[:1])
    return [first, *_read(name[1:])] if first else _read(name)


def _read(characters: str) -> list[str]:
    if len(characters) <= LONGEST_GIVEN and not _holds_word(characters):
        return [syllable for character in characters for syllable in _read_one(character)]
    return _read_together(characters)


def _holds_word(characters: str) -> bool:
    """Whether some of the characters are a word that is read in its own way."""
    size = len(characters)
    return any(characters[n:end] in PHRASES_DICT for n in range(size) for end in range(n + 2, size + 1))


@cache
def _read_one(character: str) -> tuple[str, ...]:
    return tuple(_read_together(character))


def _read_together(characters: str) -> list[str]:
    """The slow way, which knows the readings of words."""
    return [syllable.lower() for syllable in lazy_pinyin(characters, style=Style.NORMAL, v_to_u=False) if syllable]


def pinyin_key(name: str) -> str:
    """The key that names sort by: 曾国强 is 'zeng guo qiang'."""
    return " ".join(syllables(name))


def initials(name: str) -> str:
    """The initials people search by: 张三 is 'zs'."""
    return "".join(syllable[0] for syllable in syllables(name))
