"""Disagreements: those that concern a record, and the sides of one."""

from dataclasses import dataclass
from typing import Any

from explorer.disagreements import Side, side
from pages.addresses import page_of, resource_of_kind

__all__ = ["Dispute", "Side", "disputes", "sides"]


@dataclass(frozen=True)
class Dispute:
    """A disagreement that concerns a record, and how it leads there."""

    title: str
    about: str
    href: str
    through: tuple[str, ...]


def disputes(record: dict[str, Any]) -> list[Dispute]:
    """Return the disagreements that concern a record."""
    return [
        Dispute(
            title=one["title"],
            about=one["about"],
            href=page_of(resource_of_kind("disagreement"), one["slug"]),
            through=tuple(dict.fromkeys(path["side"].replace("_", " ") for path in one.get("through") or ())),
        )
        for one in record.get("disagreement_links") or ()
    ]


def sides(record: dict[str, Any]) -> list[Side]:
    """Return the sides of a disagreement."""
    return [side(member["side"]) for member in record.get("members") or ()]
