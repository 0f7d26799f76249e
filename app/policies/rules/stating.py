"""Reading what pack.toml states: the figures, the modes and the formula. Pure."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from app.kernel.marking import N_
from app.policies.rules.figures import KNOWN, SECTIONS, Figure, FigureKind, FigureSpec
from app.policies.rules.modes import CertificateKind, ClaimKind, Direction, Mode, OrderKind, PlacementProof, PostKind
from app.policies.rules.reading import Cells, Problem
from app.policies.rules.tables import Listed

TOML = "pack.toml"
OTHER_SECTIONS = ("pack", "modes", "formula")
MODE_FIELDS = (
    *("name_zh", "name_en", "note_zh", "note_en", "paid", "order", "direction", "post", "certificate", "claim"),
    *("placement", "as_course_mode", "category", "fund"),
)


def read_figures(
    toml: Mapping[str, Any],
    problems: list[Problem],
    sources: Iterable[str],
    *,
    groups: Iterable[str] = (),
    is_example: bool,
) -> dict[str, Figure]:
    """Every figure stated in the sections; those left out are blank. `groups` are the keys that the pack defines."""
    found: dict[str, Figure] = {}
    for section, entries in toml.items():
        if section in OTHER_SECTIONS:
            continue
        if section not in SECTIONS or not isinstance(entries, Mapping):
            problems.append(Problem(TOML, 0, section, N_("不认识这一项。")))
            continue
        for name, stated in entries.items():
            key = f"{section}.{name}"
            if key not in KNOWN or not isinstance(stated, Mapping):
                problems.append(Problem(TOML, 0, key, N_("不认识这一项，或没有写成 { value = …, source = … }。")))
                continue
            cells = Cells(problems, TOML, 0, stated, f"{key}.")
            found[key] = _figure(KNOWN[key], cells, sources, groups, is_example=is_example)
    return found


def _figure(
    spec: FigureSpec, cells: Cells, sources: Iterable[str], groups: Iterable[str], *, is_example: bool
) -> Figure:
    cells.only(("value", "source", "note"))
    read: dict[FigureKind, Callable[[], Any]] = {
        FigureKind.COUNT: lambda: cells.whole("value", 0, 100_000),
        FigureKind.PERCENT: lambda: cells.whole("value", 0, 100),
        FigureKind.DAY: lambda: cells.day("value"),
        FigureKind.YES: lambda: cells.yes("value"),
        FigureKind.WORD: lambda: cells.one_of("value", spec.choices) or None,
        FigureKind.GROUPS: lambda: cells.all_known("value", groups) or None,
    }
    value = read[spec.kind]()
    source = cells.source(sources, has_value=value is not None, is_example=is_example)
    return Figure(spec.key, value, spec.rule, source, cells.text("note"))


def read_modes(
    section: Mapping[str, Any],
    problems: list[Problem],
    categories: Mapping[str, Listed],
    funds: Mapping[str, Listed],
) -> dict[str, Mode]:
    """The modes of training, in the order they are written."""
    if not section:
        problems.append(Problem(TOML, 0, "modes", N_("至少要有一种培训模式。")))
    modes: dict[str, Mode] = {}
    for key, stated in section.items():
        cells = Cells(problems, TOML, 0, stated if isinstance(stated, Mapping) else {}, f"modes.{key}.")
        modes[key] = _mode(key, cells, categories, funds)
    return modes


def _mode(key: str, cells: Cells, categories: Mapping[str, Listed], funds: Mapping[str, Listed]) -> Mode:
    cells.only(MODE_FIELDS)
    paid = cells.yes("paid")
    if paid is None:
        cells.wrong("paid", N_("请写明有没有补贴：true 或 false。"))
    mode = Mode(
        key=key,
        name=cells.named("name", required=True),
        paid=paid or False,
        order_kinds=tuple(OrderKind(word) for word in cells.some_of("order", OrderKind)),
        direction=cells.choice("direction", Direction, Direction.NONE),
        post=cells.choice("post", PostKind, PostKind.NONE),
        certificate=cells.choice("certificate", CertificateKind, CertificateKind.COMPLETION),
        claim=cells.choice("claim", ClaimKind, ClaimKind.PER_TRAINEE if paid else ClaimKind.NONE),
        placement=cells.choice("placement", PlacementProof, PlacementProof.NONE),
        as_course_mode=cells.yes("as_course_mode") or False,
        category=cells.known("category", categories),
        note=cells.named("note"),
        fund=cells.known("fund", funds),
    )
    if mode.claim is not ClaimKind.NONE and not mode.paid:
        cells.wrong("claim", N_("没有补贴的模式不能申领。"))
    return mode
