"""Text in two languages: Chinese is written in the code, English comes from the catalog."""

from babel import Locale
from flask import Flask, Response, redirect, request, session
from flask_babel import Babel, LazyString, get_locale, gettext, lazy_gettext, lazy_pgettext, ngettext

LANGUAGES = {"zh_Hans_CN": "中文", "en": "English"}
DEFAULT = "zh_Hans_CN"
_short = {"zh": "zh_Hans_CN", "en": "en"}
_locales = {name: Locale.parse(name) for name in LANGUAGES}
"""Read once; of a name Babel would look into its files with every request."""

babel = Babel()


def _(message: str, /, **values: object) -> str:
    """Translate now."""
    return str(gettext(message, **values))


def _l(message: str, /, **values: object) -> LazyString:
    """Translate when shown."""
    return lazy_gettext(message, **values)


def _lp(context: str, message: str, /, **values: object) -> LazyString:
    """Translate when shown, told apart from the same Chinese word elsewhere: "list" is the name of a list of such."""
    return lazy_pgettext(context, message, **values)


def _n(singular: str, plural: str, n: int, /, **values: object) -> str:
    """Translate by number."""
    return str(ngettext(singular, plural, n, **values))


def select_locale() -> Locale:
    """The language chosen on the page, else what the browser asks for, else Chinese."""
    chosen = session.get("lang") if request else None
    if chosen in LANGUAGES:
        return _locales[str(chosen)]
    wanted = request.accept_languages.best_match(["zh", "en"]) if request else None
    return _locales[_short.get(wanted or "zh", DEFAULT)]


def locale_tag() -> str:
    """The language as HTML's `lang` wants it."""
    return "en" if str(get_locale()) == "en" else "zh-CN"


def back_or(target: str) -> Response:
    """Go back to the page of this site that sent the form, else to `target`."""
    referrer = request.referrer or ""
    here = request.host_url
    return redirect(referrer if referrer.startswith(here) else target, 303)  # type: ignore[return-value]  # werkzeug's Response is flask's here


def init_app(app: Flask) -> None:
    """Fit Flask-Babel with this project's choice of language."""
    app.config.update(
        BABEL_DEFAULT_LOCALE=DEFAULT,
        BABEL_DEFAULT_TIMEZONE="Asia/Shanghai",
        BABEL_TRANSLATION_DIRECTORIES="translations",
    )
    babel.init_app(app, locale_selector=select_locale)
