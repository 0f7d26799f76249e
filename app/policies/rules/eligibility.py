"""Who may join a subsidised class, and why not: one function used by every door. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from app.kernel.marking import N_
from app.policies.rules.calendar import add_months, add_years
from app.policies.rules.facts import (
    CourseFacts,
    GroupHeld,
    PersonFacts,
    RecordFacts,
    Stage,
    Use,
    in_force,
)
from app.policies.rules.pack import Pack
from app.policies.rules.said import Reason, Said
from app.policies.rules.tables import AgeRow

MONTHS_A_YEAR = 12


class Fact(StrEnum):
    """What a verdict may still lack."""

    GROUP = "group"
    EVIDENCE = "evidence"
    RECORD = "record"
    AGE_TABLE = "age_table"


@dataclass(frozen=True, slots=True)
class Missing:
    """A fact that the verdict does without, and the sentence that says how to bring it."""

    fact: Fact
    message: str
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer that everybody sees: each reason, what is missing, and how many uses are taken and left.

    `uses_left` is None where no cap is stated; `known_until` is the day up to which the record of other systems is
    known, None where nothing was ever brought in.
    """

    reasons: tuple[Reason, ...]
    uses_taken: int = 0
    uses_left: int | None = None
    groups: tuple[str, ...] = ()
    missing: tuple[Missing, ...] = ()
    known_until: date | None = None

    @property
    def eligible(self) -> bool:
        """Whether nothing stands in the way."""
        return not any(reason.blocking for reason in self.reasons)


def judge(
    pack: Pack,
    person: PersonFacts,
    course: CourseFacts,
    record: RecordFacts,
    *,
    on: date,
    overlaps: bool = False,
    stage: Stage = Stage.SIGN_UP,
) -> Verdict:
    """Judge a person for a course that starts `on` that day (R07: as things stand then).

    `overlaps` says that the person holds a seat in a class at the same time (R14). An unpaid mode (taster) asks for
    nothing else.
    """
    reasons = list(_overlap(overlaps=overlaps))
    if not pack.mode_of(course).counts_in_record:
        return Verdict(tuple(reasons))
    qualifying = _qualifying(pack, person, on)
    ages = _age_row(pack, person)
    reasons += _age(ages, person, on)
    reasons += _statuses(pack, person, on)
    reasons += _groups(pack, person, on, stage)
    reasons += _caps(pack, record, on)
    reasons += _repeats(pack, course, record)
    return Verdict(
        tuple(reasons),
        uses_taken=len(_since(pack, record)),
        uses_left=_left(pack, record, on),
        groups=tuple(group.key for group in qualifying),
        missing=tuple(_missing(pack, ages, record, qualifying)),
        known_until=record.known_until,
    )


def _missing(
    pack: Pack, ages: AgeRow | None, record: RecordFacts, qualifying: tuple[GroupHeld, ...]
) -> Iterator[Missing]:
    """What the verdict does without: it may change once this is known."""
    if pack.yes("eligibility.group_required"):
        if not qualifying:
            yield Missing(Fact.GROUP, N_("还没有登记属于哪一类补贴对象，带上证明到村里登记。"))
        elif not any(group.evidence for group in qualifying):
            papers = tuple(pack.groups[group.key].evidence for group in qualifying)
            yield Missing(Fact.EVIDENCE, N_("身份证明还没有交，交一样就行：%(evidence)s。"), {"evidence": papers})
    if record.known_until is None and _capped(pack):
        message = N_("别的系统里的享受补贴记录还没有导入，次数只按本系统的记录算。")
        yield Missing(Fact.RECORD, message)
    if ages is None:
        yield Missing(Fact.AGE_TABLE, N_("政策包缺这个出生年月的年龄规定，请联系管理员补上。"))


def _capped(pack: Pack) -> bool:
    """Whether the number of trainings decides anything."""
    return pack.count("record.lifetime_cap") is not None or pack.count("record.yearly_cap") is not None


def _age_row(pack: Pack, person: PersonFacts) -> AgeRow | None:
    return next((row for row in pack.ages if row.covers(person.sex, person.birth_on)), None)


def _overlap(*, overlaps: bool) -> Iterator[Reason]:
    if overlaps:
        yield Reason(
            "R14",
            N_("这段时间已经报了另一个班，两个班的上课时间重叠。"),
            change=Said(N_("退掉那个班，或者选时间不重叠的班。")),
        )


def _age(row: AgeRow | None, person: PersonFacts, on: date) -> Iterator[Reason]:
    if row is None:
        yield Reason(
            "R02",
            N_("政策包里没有这个出生年月的年龄规定，不能判断。"),
            change=Said(N_("请联系管理员在政策包里补上。")),
        )
        return
    youngest = add_years(person.birth_on, row.min_years)
    if on < youngest:
        params = {"years": row.min_years, "day": youngest}
        change = Said(N_("%(day)s 满 %(years)s 周岁，那以后开课的班可以报。"), params)
        yield Reason("R01", N_("开课那天还不满 %(years)s 周岁。"), params, change=change, source=row.source)
    if row.max_years is None:
        return
    oldest = add_months(person.birth_on, row.max_years * MONTHS_A_YEAR + row.max_months)
    if on >= oldest:
        ages = {"years": row.max_years, "months": row.max_months, "day": oldest}
        exact = N_("开课那天已经超过年龄：最高 %(years)s 周岁，%(day)s 到龄。")
        longer = N_("开课那天已经超过年龄：最高 %(years)s 周岁零 %(months)s 个月，%(day)s 到龄。")
        yield Reason(
            "R02",
            longer if row.max_months else exact,
            ages,
            change=Said(N_("补贴班不能报，可以参加不收费也不占次数的技能体验。")),
            source=row.source,
        )


def _statuses(pack: Pack, person: PersonFacts, on: date) -> Iterator[Reason]:
    for held in person.statuses:
        status = pack.statuses.get(held.key)
        if status and in_force(held.valid_from, held.valid_to, on):
            yield Reason(
                "R05",
                N_("登记为“%(status)s”，不在补贴范围内。"),
                {"status": status.name},
                change=Said(N_("如果登记有误，请带上证明到村里更正。")),
                source=status.source,
            )


def _qualifying(pack: Pack, person: PersonFacts, on: date) -> tuple[GroupHeld, ...]:
    held = [group for group in person.groups if group.key in pack.groups]
    return tuple(group for group in held if in_force(group.valid_from, group.valid_to, on))


def _groups(pack: Pack, person: PersonFacts, on: date, stage: Stage) -> Iterator[Reason]:
    if not pack.yes("eligibility.group_required"):
        return
    qualifying = _qualifying(pack, person, on)
    if not qualifying:
        yield from _out_of_date(pack, person, on)
        yield Reason(
            "R03",
            N_("没有登记为补贴对象。补贴对象有：%(groups)s。"),
            {"groups": tuple(group.name for group in pack.groups.values())},
            change=Said(N_("如果属于其中一类，请带上证明到村里登记。")),
            source=next((group.source for group in pack.groups.values()), ""),
        )
        return
    if any(group.evidence for group in qualifying):
        return
    first = pack.groups[qualifying[0].key]
    order = tuple(Stage)
    wanted = Stage(pack.word("eligibility.evidence_from") or Stage.SIGN_UP.value)
    yield Reason(
        "R06",
        N_("登记为“%(group)s”，还没有看到证明：%(evidence)s。"),
        {"group": first.name, "evidence": first.evidence},
        blocking=order.index(stage) >= order.index(wanted),
        change=Said(N_("请把“%(evidence)s”拍照交给村里或学校。"), {"evidence": first.evidence}),
        source=first.source,
    )


def _out_of_date(pack: Pack, person: PersonFacts, on: date) -> Iterator[Reason]:
    for held in person.groups:
        group = pack.groups.get(held.key)
        if group is None:
            continue
        if held.valid_from is not None and on < held.valid_from:
            message = N_("“%(group)s”的证明从 %(day)s 起有效，晚于开课那天；身份按培训当时算。")
            params = {"group": group.name, "day": held.valid_from}
            change = Said(N_("%(day)s 以后开课的班可以报。"), {"day": held.valid_from})
            yield Reason("R07", message, params, change=change, source=group.source)
        elif held.valid_to is not None:
            message = N_("“%(group)s”的证明到 %(day)s 为止，开课那天已经过期；身份按培训当时算。")
            params = {"group": group.name, "day": held.valid_to}
            change = Said(N_("办好新的证明，到村里登记。"))
            yield Reason("R07", message, params, change=change, source=group.source)


def _since(pack: Pack, record: RecordFacts) -> tuple[Use, ...]:
    since = pack.day("record.lifetime_since")
    return tuple(use for use in record.uses if since is None or use.taken_on >= since)


def _left(pack: Pack, record: RecordFacts, on: date) -> int | None:
    lifetime, yearly = pack.count("record.lifetime_cap"), pack.count("record.yearly_cap")
    this_year = sum(use.taken_on.year == on.year for use in record.uses)
    rests = []
    if lifetime is not None:
        rests.append(lifetime - len(_since(pack, record)))
    if yearly is not None:
        rests.append(yearly - this_year)
    return max(0, min(rests)) if rests else None


def _caps(pack: Pack, record: RecordFacts, on: date) -> Iterator[Reason]:
    lifetime, since = pack.count("record.lifetime_cap"), pack.day("record.lifetime_since")
    taken = len(_since(pack, record))
    if lifetime is not None and taken >= lifetime:
        params = {"since": since or "—", "cap": lifetime, "taken": taken}
        message = N_("从 %(since)s 起累计最多享受 %(cap)s 次补贴培训；按本系统的记录，已经用了 %(taken)s 次。")
        if record.known_until is not None:
            params["until"] = record.known_until
            message = N_(
                "从 %(since)s 起累计最多享受 %(cap)s 次补贴培训；按截至 %(until)s 的记录，已经用了 %(taken)s 次。"
            )
        change = Said(N_("如果记录有误，请到村里核对享受补贴记录。"))
        yield Reason("R09", message, params, change=change, source=pack.figure("record.lifetime_cap").source)
    yearly = pack.count("record.yearly_cap")
    this_year = sum(use.taken_on.year == on.year for use in record.uses)
    if yearly is not None and this_year >= yearly:
        message = N_("%(year)s 年最多享受 %(cap)s 次补贴培训，已经用了 %(taken)s 次。")
        params = {"year": on.year, "cap": yearly, "taken": this_year}
        change = Said(N_("%(year)s 年开课的班可以报。"), {"year": on.year + 1})
        yield Reason("R08", message, params, change=change, source=pack.figure("record.yearly_cap").source)


def _repeats(pack: Pack, course: CourseFacts, record: RecordFacts) -> Iterator[Reason]:
    other = Said(N_("可以报更高的等级，或者别的职业。"))
    same = [use for use in record.uses if use.occupation_code == course.occupation_code]
    again = next((use for use in same if _same_level(use.level, course.level)), None)
    if again and pack.yes("record.no_repeat"):
        message = N_("这个职业的这个等级 %(day)s 已经享受过补贴，同一职业同一等级只补一次。")
        source = pack.figure("record.no_repeat").source
        yield Reason("R10", message, {"day": again.taken_on}, change=other, source=source)
    higher = next((use for use in same if _is_higher(use.level, course.level)), None)
    if higher and pack.yes("record.no_lower_level"):
        message = N_("%(day)s 已经享受过这个职业 %(level)s 级的补贴，不能再补更低的等级。")
        params = {"day": higher.taken_on, "level": higher.level}
        yield Reason("R11", message, params, change=other, source=pack.figure("record.no_lower_level").source)
    paid = [level for code, level in record.unemployment_subsidies if code == course.occupation_code]
    if any(_same_level(level, course.level) for level in paid) and pack.yes("record.no_double_fund"):
        message = N_("这个职业的这个等级已经领过失业保险技能提升补贴，不能重复享受。")
        yield Reason("R12", message, change=other, source=pack.figure("record.no_double_fund").source)


def _same_level(level: int | None, other: int | None) -> bool:
    """A training without a level (None or 0) repeats only another without."""
    return (level or None) == (other or None)


def _is_higher(level: int | None, than: int | None) -> bool:
    """Level 1 is the highest, 5 the lowest; no level is neither."""
    return bool(level and than) and (level or 0) < (than or 0)
