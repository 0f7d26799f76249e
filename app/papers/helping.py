"""Which font would help with a character that ours lack: Debian's packages, and what each of them adds to Noto."""

from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

from flask_babel import LazyString

from app.kernel.i18n import _l

TABLE = Path(__file__).with_name("helping.txt")


@cache
def _packages() -> dict[str, list[tuple[int, int]]]:
    """What each package adds, as first and last of a run."""
    found: dict[str, list[tuple[int, int]]] = {}
    package = ""
    for line in TABLE.read_text().splitlines():
        if not line.startswith(("#", " ")):
            package = line
        elif line.startswith(" "):
            pairs = (part.partition("-") for part in line.split())
            found.setdefault(package, []).extend(
                (int(first, 16), int(last or first, 16)) for first, _dash, last in pairs
            )
    return found


def helping(character: str) -> str | None:
    """The Debian package whose font has this character, or None where we know of none."""
    code = ord(character)
    for package, runs in _packages().items():
        if any(first <= code <= last for first, last in runs):
            return package
    return None


def packages_for(characters: Iterable[str]) -> list[str]:
    """The packages that bring these characters, each once."""
    return list(dict.fromkeys(package for one in characters if (package := helping(one))))


def shown(characters: Iterable[str]) -> str:
    """Characters with their code points, as messages name them."""
    return "、".join(f"“{one}”（U+{ord(one):04X}）" for one in characters)


def advice(characters: Sequence[str]) -> LazyString | str:
    """Who can do what about characters that no font of ours has."""
    packages, hopeless = packages_for(characters), [one for one in characters if not helping(one)]
    if packages and hopeless:
        return _l(
            "请管理员安装字体 %(fonts)s。其中 %(hopeless)s 没有现成的字体，请先对照身份证核对是不是录错了字。",
            fonts="、".join(packages),
            hopeless=shown(hopeless),
        )
    if packages:
        return _l("请管理员安装字体 %(fonts)s。", fonts="、".join(packages))
    return _l("没有现成的字体有这些字，请先对照身份证核对是不是录错了字。")
