"""A policy's reason kept as plain data, and said again in the reader's language. Pure."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from app.policies.rules.said import Named, Reason, Said, fill


def plain(reason: Reason) -> dict[str, Any]:
    """A reason as JSON can hold it."""
    return {
        "rule": reason.rule,
        "message": reason.message,
        "params": {key: _plain(value) for key, value in reason.params.items()},
        "source": reason.source,
    }


def _plain(value: object) -> Any:
    if isinstance(value, Named):
        return {"zh": value.zh, "en": value.en}
    if isinstance(value, Said):
        return {"message": value.message, "params": {key: _plain(one) for key, one in value.params.items()}}
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if isinstance(value, date):
        return value.isoformat()
    return value if isinstance(value, int | str) or value is None else str(value)


def said_again(kept: Mapping[str, Any]) -> Said:
    """The sentence of a kept reason."""
    return Said(kept["message"], {key: _again(value) for key, value in kept.get("params", {}).items()})


def _again(value: Any) -> object:
    if isinstance(value, list):
        return tuple(_again(one) for one in value)
    if isinstance(value, dict):
        return said_again(value) if "message" in value else Named(value["zh"], value["en"])
    return value


def words_zh(reason: Reason) -> str:
    """The sentence in Chinese, as it is stored beside the figures."""
    return fill(reason.message, reason.params, lambda message: message, "zh")
