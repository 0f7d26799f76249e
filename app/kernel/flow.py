"""A flow is a table of named steps: from which statuses, to which status. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from app.kernel.errors import Refused
from app.kernel.marking import N_


@dataclass(frozen=True, slots=True)
class Step:
    """One named step: allowed from `sources`, leading to `target`."""

    name: StrEnum
    sources: frozenset[StrEnum]
    target: StrEnum


class Flow:
    """The only way a status may change."""

    def __init__(self, name: str, start: StrEnum, steps: Iterable[tuple[StrEnum, Iterable[StrEnum], StrEnum]]) -> None:
        self.name = name
        self.start = start
        self._steps = {step: Step(step, frozenset(sources), target) for step, sources, target in steps}
        self._by_text = {str(name): step for name, step in self._steps.items()}

    @property
    def steps(self) -> tuple[Step, ...]:
        """Every step of the flow, in the order it was written."""
        return tuple(self._steps.values())

    def after(self, status: StrEnum | str, step: StrEnum | str) -> StrEnum:
        """The status after a step; raises `Refused` where the present status does not allow it."""
        found = self._by_text.get(str(step))
        if found is None or status not in found.sources:
            raise Refused(N_("现在的状态下不能做这一步。可能有人刚刚处理过，请刷新后再看。"))
        target: StrEnum = found.target
        return target

    def allows(self, status: StrEnum | str, step: StrEnum) -> bool:
        """Whether the step is open now."""
        return status in self._steps[step].sources

    def open_steps(self, status: StrEnum | str) -> tuple[StrEnum, ...]:
        """The steps open now, for drawing buttons."""
        return tuple(step.name for step in self._steps.values() if status in step.sources)
