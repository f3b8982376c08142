"""The documentation on this service: the address of each page, and its content with the service's own addresses."""

import re
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlsplit

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse

from explorer.docs import library
from explorer.docs.library import DocPage
from explorer.docs.markdown import Document, document, twin

PICTURES = library.INDEX.parent / "pictures"
#: How the files write the address of the service, which only a request knows.
SERVICE = "http://localhost:8000"
_SERVICE = re.compile(r"(?:http://)?localhost:8000")
#: A picture is among the static files, whose names change with their content.
_PICTURE = re.compile(r"picture:([\w.-]+)")


@dataclass(frozen=True)
class NavLink:
    """A line of the navigation."""

    title: str
    summary: str
    address: str


@dataclass(frozen=True)
class LinkGroup:
    """The lines below one heading."""

    title: str
    links: tuple[NavLink, ...]


@cache
def content(page: DocPage) -> Document:
    """Return a page, whose links are below /docs/."""
    text = library.introduction() if page.file == library.INDEX else page.text
    return document(text, lambda target: _resolved(target, page, "/"))


@cache
def markdown(page: DocPage) -> str:
    """Return the Markdown of a page, whose links lead to Markdown."""
    return twin(page, lambda target: _resolved(target, page, ".md"))


def served(text: str, request: HttpRequest) -> str:
    """Put the addresses of this service into a page or its Markdown."""
    home = reverse("front:home")
    host = request.build_absolute_uri(home).rstrip("/")
    text = _SERVICE.sub(lambda _: host, text.replace(f'href="{SERVICE}/', f'href="{home}'))
    return _PICTURE.sub(lambda match: static(f"docs/{match[1]}"), text)


def address_of(page: DocPage, ending: str = "/") -> str:
    """Return where a page is, or its Markdown."""
    docs = reverse("explorer:docs")
    if page.name:
        return f"{docs}{page.name}{ending}"
    return docs if ending == "/" else f"{docs}index{ending}"


def navigation() -> list[LinkGroup]:
    """Return the groups with the addresses of this service."""
    return [LinkGroup(group.title, tuple(_link(entry) for entry in group.entries)) for group in library.groups()]


def neighbours(page: DocPage) -> tuple[library.IndexLine | None, library.IndexLine | None]:
    """Return the pages before and after one."""
    listed = library.entries()
    at = next(number for number, entry in enumerate(listed) if entry.page == page)
    return listed[at - 1] if at else None, listed[at + 1] if at + 1 < len(listed) else None


def _link(entry: library.IndexLine) -> NavLink:
    address = address_of(entry.page) if entry.page else entry.target.replace(f"{SERVICE}/", reverse("front:home"))
    return NavLink(entry.title, entry.summary, address)


def _resolved(target: str, page: DocPage, ending: str) -> str | None:
    if urlsplit(target).scheme:
        return target
    file, part = library.linked(target, page.file)
    if file.parent == PICTURES:
        return f"picture:{file.name}"
    if file not in library.pages():
        return None
    place = f"#{part}" if part else ""
    if file == page.file and part:
        return place
    return f"{SERVICE}/docs/{library.pages()[file].name or 'index' * (ending != '/')}{ending}{place}"
