"""Which village a text means: full names, short names, with or without county and township in front. Pure."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field

from app.people.imports.rules.kinds import Fault, Mend

VILLAGE_ENDINGS = ("村民委员会", "村村民委员会", "村委会", "村委", "村支部", "村")
COMMUNITY_ENDINGS = (
    "社区居民委员会", "社区居委会", "社区居委", "社区委员会", "居民委员会", "居委会", "居委", "社区",
)  # fmt: skip
_ENDINGS = sorted((*VILLAGE_ENDINGS, *COMMUNITY_ENDINGS), key=len, reverse=True)
_ENDING = re.compile("|".join(_ENDINGS))
_TOWN_ENDING = re.compile(r"街道办事处|街道办|街道|公务中心|管理处|办事处|镇|乡|农场|开发区")
_COUNTY_ENDING = re.compile(r"[县市区]$")
_NOISE = re.compile(r"[\s,，。.;；、/\\|·_\-()（）\[\]【】]+")
_REST = re.compile(r"[0-9一二三四五六七八九十]+(组|队|号|栋|单元|室)?|第")
"""What may follow a village's bare name: a group, a house."""
_HOUSE = re.compile(r"第?[0-9一二三四五六七八九十百]+(村民)?(组|队|号|栋|单元|室).*$")
"""The end of an address, which says nothing of the village."""


@dataclass(frozen=True, slots=True)
class Village:
    """One village with everything above it."""

    code: str
    name: str
    town: str
    county: str


@dataclass(frozen=True, slots=True)
class Found:
    """The village, or why none: `more` is how many have the name."""

    code: str | None = None
    fault: Fault | None = None
    more: int | None = None
    mend: Mend | None = None


@dataclass(frozen=True, slots=True)
class _Listed:
    code: str
    stem: str
    community: bool
    whole: str


@dataclass(slots=True)
class Places:
    """All villages, found by name; `own` are the codes that the importing officer answers for, None for all."""

    villages: Iterable[Village]
    above: tuple[str, ...] = ()
    """Names of the province and city, which may stand in front."""
    own: frozenset[str] | None = None
    _codes: set[str] = field(default_factory=set)
    _towns: dict[str, list[str]] = field(default_factory=dict)
    _counties: dict[str, str] = field(default_factory=dict)
    _called: list[str] = field(default_factory=list)
    _stems: dict[tuple[str, str], dict[str, list[_Listed]]] = field(default_factory=dict)
    _all: dict[str, list[tuple[str, _Listed]]] = field(default_factory=dict)
    _known: dict[str, Found] = field(default_factory=dict)
    _longest: int = 0

    def __post_init__(self) -> None:
        """Sort the villages by what they can be called."""
        for village in self.villages:
            town, county = squeeze(village.town), squeeze(village.county)
            listed = _listed(village, town)
            self._codes.add(village.code)
            for called in (county, *(county.removeprefix(name) for name in self.above)):
                self._counties[called] = county
                self._counties.setdefault(_COUNTY_ENDING.sub("", called), county)
            for called in {town, town_stem(town)}:
                if county not in self._towns.setdefault(called, []):
                    self._towns[called].append(county)
            self._stems.setdefault((county, town), {}).setdefault(listed.stem, []).append(listed)
            self._all.setdefault(listed.stem, []).append((county, listed))
            self._longest = max(self._longest, len(listed.stem))
        self._called = sorted((called for called in self._counties if len(called) > 1), key=len, reverse=True)

    def find(self, *parts: str) -> Found:
        """The village meant by the parts of an address, from the county down; each part may say everything."""
        texts = [squeeze(part) for part in parts]
        if len(texts) > 1:
            texts = [text for n, text in enumerate(texts) if not any(text in later for later in texts[n + 1 :])]
        text = _HOUSE.sub("1组", "".join(texts))
        known = self._known.get(text)
        if known is None:
            known = self._allowed(self._look(text))
            self._known[text] = known
        return known

    def _allowed(self, found: Found) -> Found:
        if found.code is not None and self.own is not None and found.code not in self.own:
            return Found(fault=Fault.OUTSIDE)
        return found

    def _look(self, text: str) -> Found:
        if not text:
            return Found(fault=Fault.NO_VILLAGE)
        if text in self._codes:
            return Found(text)
        readings = self._readings(text)
        found = [self._in_town(*cut) for county, rest in readings for cut in self._cut_towns(rest, county)]
        if found:
            named = _agreed(found)
            if named.code is not None or named.fault == Fault.WHICH_VILLAGE:
                return named
        anywhere = _agreed([self._anywhere(rest, county) for county, rest in readings])
        if anywhere.code is not None or not found:
            return anywhere
        return next((one for one in found if one.fault == Fault.NO_VILLAGE), found[0])

    def _readings(self, text: str) -> list[tuple[str | None, str]]:
        """Every way to take province, city and county from the front of a text; the longest first."""
        readings: list[tuple[str | None, str]] = [(None, text)]
        for county, rest in readings:  # grows as it goes
            cuts: list[tuple[str | None, str]] = [(None, name) for name in self.above] if county is None else []
            cuts += [(at, called) for called in self._called if county in (None, at := self._counties[called])]
            readings += [(at, rest[len(cut) :]) for at, cut in cuts if rest.startswith(cut) and rest != cut]
        return list(dict.fromkeys(reversed(readings)))

    def _cut_towns(self, text: str, county: str | None) -> Iterable[tuple[str, str, str]]:
        """Every township that the text may begin with: its county, its name, what follows."""
        for length in range(min(len(text), 12), 0, -1):
            called = text[:length]
            for found in self._towns.get(called, ()):
                if county is not None and found != county:
                    continue
                rest = text[length:]
                if town_stem(called) == called:
                    rest = _TOWN_ENDING.sub("", rest, count=1) if _TOWN_ENDING.match(rest) else rest
                for town in self._towns_called(called, found):
                    for again in (town, town_stem(town)):
                        if rest.startswith(again) and len(rest) > len(again) and again + "村" != rest[: len(again) + 1]:
                            yield found, town, _after_town(rest, again)
                    yield found, town, rest

    def _towns_called(self, called: str, county: str) -> list[str]:
        return [town for at, town in self._stems if at == county and called in (town, town_stem(town))]

    def _in_town(self, county: str, town: str, text: str) -> Found:
        if not text:
            return Found(fault=Fault.NO_VILLAGE)
        stems = self._stems[county, town]
        for length in range(min(len(text), self._longest), 0, -1):
            if text[:length] in stems:
                found = _fitting(stems[text[:length]], text, length, town_known=True)
                if found is not None:
                    return found
        return Found(fault=Fault.UNKNOWN_VILLAGE)

    def _anywhere(self, text: str, county: str | None) -> Found:
        for length in range(min(len(text), self._longest), 0, -1):
            listed = [one for at, one in self._all.get(text[:length], ()) if county in (None, at)]
            found = _fitting(listed, text, length, town_known=False) if listed else None
            if found is None:
                continue
            own = [one for one in listed if self.own is not None and one.code in self.own]
            if found.fault == Fault.WHICH_VILLAGE and own:
                mine = _fitting(own, text, length, town_known=False)
                return Found(mine.code, mend=Mend.ONE_HERE) if mine and mine.code else found
            return found
        return Found(fault=Fault.UNKNOWN_VILLAGE)


def _agreed(found: list[Found]) -> Found:
    """What several readings of one text come to: the one village they name, literally where one is."""
    codes = [one for one in found if one.code is not None]
    literal = [one for one in codes if one.mend is None] or codes
    if len({one.code for one in literal}) == 1:
        return literal[0]
    if literal:
        return Found(fault=Fault.WHICH_VILLAGE, more=len({one.code for one in literal}))
    return next((one for one in found if one.fault == Fault.WHICH_VILLAGE), found[0])


def squeeze(text: str) -> str:
    """A place's name without spaces, signs, brackets and invisible characters."""
    plain = _NOISE.sub("", unicodedata.normalize("NFKC", text))
    return plain if plain.isprintable() else "".join(char for char in plain if char.isprintable())


def town_stem(town: str) -> str:
    """长乐 for 长乐镇, 汉昌 for 汉昌街道."""
    found = list(_TOWN_ENDING.finditer(town))
    return town[: found[-1].start()] if found and found[-1].end() == len(town) and found[-1].start() else town


def stem(name: str) -> str:
    """湄江 for 湄江村, 湄江村民委员会 or 湄江社区."""
    for ending in _ENDINGS:
        if name.endswith(ending) and len(name) > len(ending):
            return name[: -len(ending)]
    return name


def _listed(village: Village, town: str) -> _Listed:
    whole = squeeze(village.name)
    name = whole.removeprefix(town) if len(whole) > len(town) and stem(whole) != town else whole
    name = name if len(name) > 1 and not _ENDING.fullmatch(name) else whole
    return _Listed(village.code, stem(name), name.endswith(COMMUNITY_ENDINGS), whole)


def _after_town(text: str, town: str) -> str:
    rest = text[len(town) :]
    return _TOWN_ENDING.sub("", rest, count=1) if _TOWN_ENDING.match(rest) else rest


def _fitting(listed: list[_Listed], text: str, length: int, *, town_known: bool) -> Found | None:
    """The one of several villages with a stem that the whole text means; None where the text means something else."""
    rest = text[length:]
    ending = _ENDING.match(rest)
    if rest and ending is None and not _REST.match(rest):
        return None
    same = [one for one in listed if ending is None or one.community == ending[0].startswith(("社区", "居"))]
    exact = [one for one in same if one.whole == text or one.whole.endswith(text)] if len(same) > 1 else []
    fits = exact if len(exact) == 1 else same
    if len(fits) == 1:
        return Found(fits[0].code)
    if not fits and len(listed) == 1 and town_known:
        return Found(listed[0].code, mend=Mend.VILLAGE_KIND)
    if not fits:
        return Found(fault=Fault.UNKNOWN_VILLAGE)
    return Found(fault=Fault.WHICH_VILLAGE, more=len(fits))
