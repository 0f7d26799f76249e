"""The words people read for each act, and how a row's history is drawn."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from flask_babel import LazyString

from app.audit.models import Event
from app.kernel.i18n import _, _l
from app.kernel.labels import label, tone

_steps: dict[str, tuple[type[StrEnum], type[StrEnum]]] = {}
_words: dict[str, LazyString] = {
    "created": _l("新建"),
    "changed": _l("修改"),
    "unmask": _l("查看了完整信息"),
    "export": _l("导出了数据"),
    "signed in": _l("登录"),
    "password changed": _l("修改了密码"),
    "password reset": _l("用链接重设了密码"),
    "signed out everywhere": _l("退出了所有设备"),
    "reset link made": _l("重新发了一次性链接"),
    "deputy appointed": _l("设了代理（AB岗）"),
    "deputyship ended": _l("代理结束"),
    "deputy began": _l("代理人开始代办"),
    "area handed over": _l("移交了区域"),
    "area taken over": _l("接收了区域"),
    "interest declared": _l("申报了关系"),
}


def flow_words(table: str, statuses: type[StrEnum], steps: type[StrEnum]) -> None:
    """Say which enumerations a table's statuses and steps come from; their labels are the words."""
    _steps[table] = (statuses, steps)


def action_words(words: Mapping[str, LazyString]) -> None:
    """Give acts that are no step of a flow their words."""
    _words.update(words)


def words_of(event: Event) -> str:
    """An event in words."""
    found = _steps.get(event.subject_type)
    if found and event.action in {step.value for step in found[1]}:
        return label(found[1](event.action))
    return str(_words.get(event.action, event.action))


def known_words(table: str) -> dict[str, str]:
    """The acts that people may look for on one kind of row: the steps of its flow, else what can be done to any."""
    found = _steps.get(table)
    steps = {step.value: label(step) for step in found[1]} if found else {}
    return {"created": str(_words["created"]), **steps}


def tone_of(event: Event) -> str:
    """The tone of the status an event led to."""
    found = _steps.get(event.subject_type)
    if found is None or event.status_after not in {status.value for status in found[0]}:
        return "neutral"
    return tone(found[0](event.status_after))


def story(events: Iterable[Event]) -> list[dict[str, Any]]:
    """Events as the timeline draws them, newest first; a deputy's act names both people."""
    return [
        {
            "at": event.at,
            "title": words_of(event),
            "by": _("%(name)s（代办）", name=event.actor_name) if event.stands_for else _person(event),
            "note": event.note,
            "tone": tone_of(event),
        }
        for event in sorted(events, key=lambda event: (event.at, event.id), reverse=True)
    ]


def _person(event: Event) -> str:
    return _("系统") if event.actor_key == "system" else event.actor_name
