"""Which pages the documentation has, in which order and groups: as docs/README.md lists them."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from config.environment import ROOT

INDEX = ROOT / "docs" / "README.md"
_GROUP = re.compile(r"^## (.+)$", re.MULTILINE)
_ENTRY = re.compile(r"^- \[(?P<title>[^]]+)\]\((?P<target>[^)]+)\): (?P<summary>.+)$", re.MULTILINE)


@dataclass(frozen=True)
class DocPage:
    """A Markdown file, and its place below /docs/."""

    file: Path
    name: str

    @property
    def text(self) -> str:
        """Return what the file says."""
        return self.file.read_text(encoding="utf-8")


@dataclass(frozen=True)
class IndexLine:
    """A line of the index: a page of ours, or another address of the service."""

    title: str
    summary: str
    target: str
    page: DocPage | None


@dataclass(frozen=True)
class Group:
    """The entries below one heading of the index."""

    title: str
    entries: tuple[IndexLine, ...]


@cache
def groups() -> tuple[Group, ...]:
    """Return the groups of the index, in order."""
    _, *parts = _GROUP.split(INDEX.read_text(encoding="utf-8"))
    return tuple(Group(title, _entries(body)) for title, body in zip(parts[::2], parts[1::2], strict=True))


@cache
def entries() -> tuple[IndexLine, ...]:
    """Return the entries that are pages, in the order of reading."""
    return tuple(entry for group in groups() for entry in group.entries if entry.page)


@cache
def pages() -> dict[Path, DocPage]:
    """Return the pages by their files; the index is the one without a name."""
    return {INDEX: DocPage(INDEX, ""), **{entry.page.file: entry.page for entry in entries() if entry.page}}


def introduction() -> str:
    """Return what the index says before its groups, without its heading."""
    return _GROUP.split(INDEX.read_text(encoding="utf-8"))[0].partition("\n")[2].strip()


def linked(target: str, file: Path) -> tuple[Path, str]:
    """Return the file that a link of another file leads to, and the part of it."""
    path, _, part = target.partition("#")
    return ((file.parent / path).resolve() if path else file), part


def _entries(body: str) -> tuple[IndexLine, ...]:
    return tuple(
        IndexLine(match["title"], match["summary"], match["target"], _page(match["target"])) for match in _ENTRY.finditer(body)
    )


def _page(target: str) -> DocPage | None:
    if not target.endswith(".md") or "://" in target:
        return None
    file = (INDEX.parent / target).resolve()
    name = file.relative_to(INDEX.parent if file.is_relative_to(INDEX.parent) else ROOT).with_suffix("")
    return DocPage(file, name.as_posix().lower().replace("_", "-"))
