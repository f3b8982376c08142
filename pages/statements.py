"""Statements about a record, each with its speaker and its source."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from api.resources.resource import Resource, resource_named
from pages.addresses import list_of, page_of, resource_of_kind
from pages.footnotes import Footnote, Footnotes
from registry.models import Finding

#: A page stays readable: the others are one click away.
_MOST = 30


@dataclass(frozen=True)
class Statement:
    """A statement as the page shows it."""

    text: str
    href: str
    topic: str
    speaker: str
    as_of: str
    footnote: Footnote | None


@dataclass(frozen=True)
class Statements:
    """The newest statements about a record, how many there are, and the list of all of them."""

    rows: tuple[Statement, ...]
    count: int
    href: str

    @property
    def more(self) -> int:
        """Return how many of them the page leaves out."""
        return self.count - len(self.rows)


def statements(resource: Resource, record: dict[str, Any], footnotes: Footnotes) -> Statements | None:
    """Return the statements about a record, the newest first; None if there are none."""
    rows = record.get("finding_links") or []
    ordered = sorted(rows, key=lambda row: str(row.get("as_of") or ""), reverse=True)
    shown = tuple(_statement(row, footnotes) for row in ordered[:_MOST])
    listed = f"{list_of(resource_named('findings'))}?{resource.kind}={record['slug']}"
    return Statements(shown, len(rows), listed) if rows else None


def _statement(row: dict[str, Any], footnotes: Footnotes) -> Statement:
    return Statement(
        text=row["text"],
        href=page_of(resource_of_kind("finding"), row["slug"]),
        topic=_topic(row.get("topic") or ""),
        speaker=row.get("speaker") or "",
        as_of=row.get("as_of") or "",
        footnote=footnotes.add({"source": row["source"], "locator": row.get("locator")}) if row.get("source") else None,
    )


def _topic(code: str) -> str:
    choices: Any = Finding._meta.get_field("topic").choices
    return gettext(str(dict(choices).get(code, code))) if code else ""
