"""What a movement was for: higher rooms say where a reference such as 'class:12' may be opened."""

from typing import Any

from flask import current_app, url_for
from flask_babel import LazyString

from app.kernel.i18n import _l

_pages: dict[str, tuple[str, str]] = {}
_words: dict[str, LazyString] = {}


def refers(kind: str, words: LazyString, endpoint: str, parameter: str) -> None:
    """Let references that begin with `kind` be called `words` and open at a page that takes `parameter`."""
    _pages[kind] = (endpoint, parameter)
    _words[kind] = words


def reference_words(reference: str) -> str:
    """A reference as people read it: 班级 12."""
    kind, _colon, rest = reference.partition(":")
    return f"{_words[kind]} {rest.partition(':')[0]}" if kind in _words else reference


def reference_url(reference: str) -> str | None:
    """The address of what a reference names, None where there is no page for it."""
    kind, _colon, rest = reference.partition(":")
    number = rest.partition(":")[0]
    endpoint, parameter = _pages.get(kind, ("", ""))
    if endpoint not in current_app.view_functions or not number.isdigit():
        return None
    values: dict[str, Any] = {parameter: int(number)}
    return url_for(endpoint, **values)


refers("quota", _l("预计指标"), "ledger.show_quota", "quota_id")
refers("budget", _l("预算"), "ledger.show_budget", "budget_id")
