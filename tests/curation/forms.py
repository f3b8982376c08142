"""Reads the form of an admin page as a browser would send it."""

import re
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from typing import Any


@dataclass
class Form:
    """What a browser would send, and the errors that the page shows."""

    data: dict[str, Any] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    html: str = ""

    @property
    def said(self) -> str:
        return " ".join(self.errors)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.form = Form()
        self.inside = False
        self.textarea = self.select = ""
        self.errors = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self.inside = (given.get("id") or "").endswith("_form") and given.get("id") != "logout-form"
        if tag == "ul":
            self.errors = self.errors + 1 if self.errors or "errorlist" in (given.get("class") or "") else 0
        if tag == "li" and self.errors:
            self.form.errors.append("")
        name = given.get("name")
        if not self.inside:
            return
        if tag == "textarea" and name:
            self.textarea = name
            self.form.data[name] = ""
        elif tag == "select" and name:
            self.select = name
            self.form.data.setdefault(name, [] if "multiple" in given else "")
        elif tag == "option" and self.select and ("selected" in given or self.form.data[self.select] == ""):
            if isinstance(self.form.data[self.select], list):
                self.form.data[self.select].append(given.get("value") or "")
            elif "selected" in given:
                self.form.data[self.select] = given.get("value") or ""
        elif tag == "input" and name and given.get("type") not in ("submit", "button"):
            if given.get("type") in ("checkbox", "radio"):
                if "checked" in given:
                    self.form.data.setdefault(name, [])
                    self.form.data[name].append(given.get("value") or "on")
            else:
                self.form.data[name] = given.get("value") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False
        elif tag == "textarea":
            # A browser leaves out the line break that follows the tag.
            if self.textarea:
                self.form.data[self.textarea] = re.sub(r"\A\r?\n", "", self.form.data[self.textarea])
            self.textarea = ""
        elif tag == "select":
            self.select = ""
        elif tag == "ul" and self.errors:
            self.errors -= 1

    def handle_data(self, data: str) -> None:
        if self.textarea:
            self.form.data[self.textarea] += data
        elif self.errors and self.form.errors:
            self.form.errors[-1] += data.strip()


def read_form(html: str) -> Form:
    """Read the main form of a page; rows that stand there as templates for new ones are left out."""
    reader = _Reader()
    reader.feed(html)
    form = reader.form
    form.data = {name: value for name, value in form.data.items() if "__prefix__" not in name}
    form.html = html
    return form


def messages(response: Any) -> list[str]:
    """List what the admin tells at the top of a page."""
    told = re.search(r'<ul class="messagelist">(.*?)</ul>', response.content.decode(), re.S)
    return [unescape(text) for text in re.findall(r"<li[^>]*>(.*?)</li>", told[1], re.S)] if told else []


def shown_version(response: Any) -> str:
    """Give the version of a record up to which a refused form shows what others changed."""
    found = re.search(r'name="_seen" value="(\d+)"', response.content.decode())
    assert found, "it shows no changes of others"
    return found[1]
