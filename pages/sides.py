"""Disagreements: those that concern a record, and the sides of one."""

from dataclasses import dataclass
from typing import Any

from api.resources.resource import resource_named
from explorer.disagreements import DisagreementSide, side
from pages.addresses import page_of, resource_of_kind
from pages.beside import Beside

#: Of a country with hundreds of disagreements, the first show their sides; the others are one click away.
_MOST = 20
_DISPUTES = "disputes"

__all__ = ["DisagreementSide", "Dispute", "ask_disputes", "disputes", "sides"]


@dataclass(frozen=True)
class Dispute:
    """A disagreement that concerns a record, and how it leads there."""

    title: str
    about: str
    href: str
    through: tuple[str, ...]
    sides: tuple[DisagreementSide, ...]


def ask_disputes(record: dict[str, Any], beside: Beside) -> None:
    """Ask for the disagreements that concern a record."""
    links = record.get("disagreement_links") or []
    beside.ask_records(_DISPUTES, resource_named("disagreements"), [one["slug"] for one in links[:_MOST]])


def disputes(record: dict[str, Any], beside: Beside) -> list[Dispute]:
    """Return the disagreements that concern a record, each with its sides."""
    found = {one["slug"]: tuple(sides(one)) for one in beside.listed(_DISPUTES)}
    return [
        Dispute(
            title=one["title"],
            about=one["about"],
            href=page_of(resource_of_kind("disagreement"), one["slug"]),
            through=tuple(dict.fromkeys(path["side"].replace("_", " ") for path in one.get("through") or ())),
            sides=found.get(one["slug"], ()),
        )
        for one in record.get("disagreement_links") or ()
    ]


def sides(record: dict[str, Any]) -> list[DisagreementSide]:
    """Return the sides of a disagreement."""
    return [side(member["side"]) for member in record.get("members") or ()]
