"""A person at a browser without scripts: they follow links that are there, fill in forms that are there, press buttons.

Whatever is not on the page can't be used: so a journey finds dead ends.
"""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

from flask.testing import FlaskClient
from lxml import html
from lxml.html import HtmlElement

Value = str | int | bool | Sequence[str] | Sequence[int] | tuple[bytes, str]
"""What may be typed: text, a number, a tick, several choices, or a file as (content, name)."""


def _words(element: HtmlElement) -> str:
    return " ".join(str(element.text_content()).split())


def _around(element: HtmlElement) -> str:
    """The words of the row, item, card or form in which something stands."""
    rows = "ancestor::tr | ancestor::li | ancestor::article | ancestor::section | ancestor::details | ancestor::form"
    cards = "ancestor::*[contains(concat(' ', @class, ' '), ' card ')]"
    return " ".join(_words(one) for one in element.xpath(f"{rows} | {cards}"))


@dataclass
class Form:
    """A form as it stands on the page."""

    element: HtmlElement
    page: "Page"

    @property
    def names(self) -> list[str]:
        """The fields, in their order."""
        return list(dict.fromkeys(str(name) for name in self.element.xpath(".//@name")))

    def values(self) -> list[tuple[str, str]]:
        """What would be sent if nothing was typed; files and buttons left out."""
        sent: list[tuple[str, str]] = []
        for element in self.element.xpath(".//input[@name] | .//select[@name] | .//textarea[@name]"):
            sent += [(element.get("name"), value) for value in _present(element)]
        return sent

    def choices(self, name: str) -> dict[str, str]:
        """What a field offers: its words by the value sent; raises `AssertionError` for a field that is not there."""
        found: dict[str, str] = {}
        for option in self.element.xpath(f".//select[@name='{name}']//option"):
            found[option.get("value", _words(option))] = _words(option)
        for box in self.element.xpath(f".//input[@name='{name}'][@type='radio' or @type='checkbox']"):
            label = box.xpath("ancestor::label | //label[@for=$id]", id=box.get("id", ""))
            found[box.get("value", "y")] = _words(label[0]) if label else ""
        assert found, f"{self.page.where}: nothing to choose in “{name}”, the form has {self.names}"
        return found

    def name_of(self, words: str) -> str:
        """The field of this name, else the one whose label begins with these words."""
        if words in self.names:
            return words
        for label in self.element.xpath(".//label[@for] | .//legend"):
            if _words(label).startswith(words):
                fields = self.element.xpath(".//*[@id=$id]", id=label.get("for", ""))
                inside = label.xpath("..//@name")
                return str(fields[0].get("name") or inside[0]) if fields else str(inside[0])
        labels = [_words(label) for label in self.element.xpath(".//label | .//legend")]
        raise AssertionError(f"{self.page.where}: the form has no “{words}”, only {self.names} / {labels}")

    def value_of(self, name: str, words: str) -> str:
        """The value whose words hold these."""
        choices = self.choices(name)
        fitting = [value for value, text in choices.items() if words in text]
        assert fitting, f"{self.page.where}: “{name}” does not offer {words}, only {list(choices.values())[:30]}"
        return fitting[0]


def _present(element: HtmlElement) -> list[str]:
    if element.get("disabled") is not None:
        return []
    if element.tag == "textarea":
        return [element.text or ""]
    if element.tag == "select":
        options = element.xpath(".//option")
        chosen = [option for option in options if option.get("selected") is not None]
        if not chosen and element.get("multiple") is None:
            chosen = options[:1]
        return [option.get("value", _words(option)) for option in chosen]
    kind = element.get("type", "text")
    if kind in ("submit", "button", "image", "file", "reset"):
        return []
    if kind in ("checkbox", "radio"):
        return [element.get("value", "on")] if element.get("checked") is not None else []
    return [element.get("value", "")]


class Page:
    """What the browser shows now."""

    def __init__(self, url: str, status: int, text: str, kind: str, content: bytes = b"") -> None:
        self.url, self.status, self.kind, self.content = url, status, kind, content
        self.root: HtmlElement = html.document_fromstring(text) if text.strip() else html.document_fromstring("<p></p>")
        for script in self.root.xpath("//script | //style"):
            script.drop_tree()

    @property
    def where(self) -> str:
        """The address and the heading, for messages of a test."""
        heading = self.root.xpath("//h1")
        return f"{self.url} ({self.status}: {_words(heading[0]) if heading else 'no heading'})"

    @property
    def text(self) -> str:
        """All words of the page."""
        return _words(self.root)

    @property
    def main(self) -> str:
        """The words of the page's own part, without the frame."""
        found = self.root.xpath("//main")
        return _words(found[0]) if found else self.text

    def links(self, words: str = "", within: str = "") -> list[str]:
        """The addresses of links whose words hold these; `within` = words of the row or block around them."""
        every = self.root.xpath("//a[@href]")
        return [str(link.get("href")) for link in every if words in _words(link) and within in _around(link)]

    def buttons(self) -> list[str]:
        """The words on every button."""
        return [_words(button) or str(button.get("value") or "") for button in self._buttons()]

    def _buttons(self) -> list[HtmlElement]:
        found = self.root.xpath("//button[not(@type='button')] | //input[@type='submit']")
        return [button for button in found if button.get("disabled") is None]

    def form(self, button: str, *, within: str = "") -> tuple[Form, HtmlElement]:
        """The form of a button with exactly these words (else holding them), and the button."""
        fitting = [one for one in self._buttons() if within in _around(one)]
        exact = [one for one in fitting if _words(one) == button]
        loose = exact or [one for one in fitting if button in _words(one)]
        assert loose, f"{self.where}: no button “{button}” within “{within}”, only {self.buttons()}\n{self.main[:600]}"
        chosen = loose[0]
        owner = chosen.get("form")
        forms = self.root.xpath("//form[@id=$id]", id=owner) if owner else chosen.xpath("ancestor::form[1]")
        assert forms, f"{self.where}: the button “{button}” belongs to no form"
        return Form(forms[0], self), chosen


class Person:
    """Somebody with a browser of their own."""

    def __init__(self, client: FlaskClient, name: str = "") -> None:
        self.client, self.name = client, name
        self.page = Page("about:blank", 0, "", "")

    def go(self, url: str, *, expect: int = 200) -> Page:
        """Type an address."""
        return self._take(self.client.get(url, follow_redirects=True), url, expect)

    def look(self, url: str) -> Page:
        """Type an address, whatever comes."""
        response = self.client.get(url, follow_redirects=True)
        return self._take(response, url, response.status_code)

    def follow(self, words: str, *, within: str = "", expect: int = 200) -> Page:
        """Follow the first link whose words hold these."""
        links = self.page.links(words, within)
        assert links, f"{self.name} at {self.page.where}: no link “{words}” within “{within}”\n{self.page.main[:800]}"
        return self.go(urljoin(self.page.url, links[0]), expect=expect)

    def press(
        self, button: str, fields: Mapping[str, Value] | None = None, *, within: str = "", expect: int = 200
    ) -> Page:
        """Fill in the form around a button and press it; a field that the form does not have is a failure."""
        form, pressed = self.page.form(button, within=within)
        data = _filled(form, fields or {})
        if pressed.get("name"):
            data.setdefault(pressed.get("name"), []).append(pressed.get("value", ""))
        address = urljoin(self.page.url, pressed.get("formaction") or form.element.get("action") or self.page.url)
        method = (pressed.get("formmethod") or form.element.get("method") or "get").lower()
        if method == "get":
            response = self.client.get(address.split("?")[0], query_string=data, follow_redirects=True)
        else:
            response = self.client.post(address, data=data, follow_redirects=True, content_type="multipart/form-data")
        return self._take(response, address, expect)

    def _take(self, response: Any, url: str, expect: int) -> Page:
        kind = response.mimetype
        text = response.get_data(as_text=True) if kind == "text/html" else ""
        last = response.request
        path = last.path + (f"?{last.query_string.decode()}" if last.query_string else "")
        self.page = Page(path, response.status_code, text, kind, response.data)
        assert response.status_code == expect, f"{self.name} at {url}: {self.page.where}\n{self.page.main[:1500]}"
        return self.page

    def door(self, words: str) -> Page:
        """Go home, then through a door of the navigation."""
        self.go("/home")
        doors = self.page.root.xpath("//nav[contains(@class, 'side')]//a[@href]")
        fitting = [one for one in doors if _words(one).rstrip("0123456789 ") == words]
        assert fitting, f"{self.name}: no door “{words}”, only {[_words(one) for one in doors]}"
        return self.go(str(fitting[0].get("href")))

    def sees(self, *words: str) -> None:
        """What must be on the page."""
        for word in words:
            assert word in self.page.text, f"{self.name} at {self.page.where}: no “{word}”\n{self.page.main[:2500]}"

    def misses(self, *words: str) -> None:
        """What must not be on the page."""
        for word in words:
            assert word not in self.page.text, f"{self.name} at {self.page.where}: unexpected “{word}”"

    def may_press(self, button: str) -> bool:
        """Whether such a button is on the page."""
        return any(button in words for words in self.page.buttons())


def _filled(form: Form, fields: Mapping[str, Value]) -> dict[str, list[Any]]:
    """What is sent: what the form holds, with what was typed instead."""
    typed = {form.name_of(words): value for words, value in fields.items()}
    data: dict[str, list[Any]] = {}
    for name, value in form.values():
        if name not in typed:
            data.setdefault(name, []).append(value)
    for name, told in typed.items():
        data[name] = _typed(form, name, told)
    return data


def _typed(form: Form, name: str, typed: Value) -> list[Any]:
    if isinstance(typed, bool):
        return [_tick(form, name)] if typed else []
    if isinstance(typed, tuple) and len(typed) == 2 and isinstance(typed[0], bytes):
        return [(io.BytesIO(typed[0]), str(typed[1]))]
    values = [str(typed)] if isinstance(typed, str | int) else [str(one) for one in typed]
    return [_offered(form, name, value) for value in values]


def _tick(form: Form, name: str) -> str:
    boxes = form.element.xpath(f".//input[@name='{name}'][@type='checkbox']")
    assert boxes, f"{form.page.where}: “{name}” is nothing to tick"
    return str(boxes[0].get("value", "y"))


def _offered(form: Form, name: str, value: str) -> str:
    """What is sent for a choice: the value itself, or the one whose words hold it; nothing else can be chosen."""
    kinds = form.element.xpath(f".//*[@name='{name}']/@type")
    if form.element.xpath(f".//select[@name='{name}']") or {"radio", "checkbox"} & set(kinds):
        return value if value in form.choices(name) else form.value_of(name, value)
    return value
