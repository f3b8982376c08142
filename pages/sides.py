"""Disagreements: those that concern a record, and the sides of one."""

from dataclasses import dataclass
from typing import Any

import orjson

from api.database.bound import Bound, Condition, bind, plain, shape_of
from api.database.connection import fetch
from api.query.rows import live_sql, records
from api.resources.resource import resource_named
from explorer.disagreements import DisagreementSide, side
from pages.addresses import page_of, resource_of_kind

#: Of a country with hundreds of disagreements, the first show their sides; the others are one click away.
_MOST = 20

__all__ = ["DisagreementSide", "Dispute", "disputes", "sides"]


@dataclass(frozen=True)
class Dispute:
    """A disagreement that concerns a record, and how it leads there."""

    title: str
    about: str
    href: str
    through: tuple[str, ...]
    sides: tuple[DisagreementSide, ...]


def disputes(record: dict[str, Any]) -> list[Dispute]:
    """Return the disagreements that concern a record, each with its sides; all of them are read by one query."""
    links = record.get("disagreement_links") or []
    found = _sides_of([one["slug"] for one in links[:_MOST]])
    return [
        Dispute(
            title=one["title"],
            about=one["about"],
            href=page_of(resource_of_kind("disagreement"), one["slug"]),
            through=tuple(dict.fromkeys(path["side"].replace("_", " ") for path in one.get("through") or ())),
            sides=found.get(one["slug"], ()),
        )
        for one in links
    ]


def _sides_of(slugs: list[str]) -> dict[str, tuple[DisagreementSide, ...]]:
    """Return the sides of disagreements by slug, as the API shows them."""
    if not slugs:
        return {}
    resource = resource_named("disagreements")
    rows = records(resource).filter(slug__any_of=Bound("slugs", "text[]"))
    shown = plain(
        shape_of(
            rows.annotate(_live=Condition(str(live_sql(resource)).replace("%", "%%")))
            .order_by("id")
            .values_list("slug", "_live")
        )
    )
    return {slug: tuple(sides(orjson.loads(live))) for slug, live in fetch(bind(shown, {"slugs": slugs}))}


def sides(record: dict[str, Any]) -> list[DisagreementSide]:
    """Return the sides of a disagreement."""
    return [side(member["side"]) for member in record.get("members") or ()]
