"""Statements about a record, each with its speaker and its source."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from pages.addresses import page_of, resource_of_kind
from pages.footnotes import Footnote, Footnotes
from registry.models import Finding


@dataclass(frozen=True)
class Statement:
    """A statement as the page shows it."""

    text: str
    href: str
    topic: str
    speaker: str
    as_of: str
    footnote: Footnote | None


def statements(record: dict[str, Any], footnotes: Footnotes) -> list[Statement]:
    """Return the statements about a record, the newest first."""
    rows = record.get("finding_links") or []
    ordered = sorted(rows, key=lambda row: str(row.get("as_of") or ""), reverse=True)
    return [
        Statement(
            text=row["text"],
            href=page_of(resource_of_kind("finding"), row["slug"]),
            topic=_topic(row.get("topic") or ""),
            speaker=row.get("speaker") or "",
            as_of=row.get("as_of") or "",
            footnote=footnotes.add({"source": row["source"], "locator": row.get("locator")}) if row.get("source") else None,
        )
        for row in ordered
    ]


def _topic(code: str) -> str:
    choices: Any = Finding._meta.get_field("topic").choices
    return gettext(str(dict(choices).get(code, code))) if code else ""
