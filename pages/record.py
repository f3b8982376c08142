"""Everything that the page of a record shows, in the order in which it shows it."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from api.resources.resource import Resource
from pages.addresses import list_of, page_of, resource_of_kind
from pages.carried import Carried, carried
from pages.estimates import Family, families
from pages.facts import Fact, facts, fields_of
from pages.footnotes import Citations, Footnote, Footnotes, position
from pages.labels import code_words, in_sentence, kind_of
from pages.lead import lead
from pages.names import own_name
from pages.outline import Frame, Outline, draw, frame_of
from pages.production import Production
from pages.related import Related, nearby, related
from pages.sides import DisagreementSide, Dispute, disputes, sides
from pages.statements import Statement, statements
from pages.tables import Table, tables
from pages.timeline import Timeline, timeline
from pages.values import named
from registry.vocabularies import UncertaintyBasis


@dataclass(frozen=True)
class Name:
    """A name of a record, in its script."""

    text: str
    language: str
    kind: str
    footnotes: tuple[Footnote, ...]


@dataclass(frozen=True)
class Location:
    """Where a record lies: in words, as printed, on a map, and how surely."""

    outline: Outline | None
    position: str
    as_printed: str
    kind: str
    uncertainty_m: float | None
    #: Whether the uncertainty is only how many digits were printed, which is no promise of the place.
    is_printed: bool
    basis: str
    footnotes: tuple[Footnote, ...]
    contradictions: tuple[Any, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class RecordPage:
    """The page of one record."""

    resource: Resource
    record: dict[str, Any]
    title: str
    lead: str
    names: tuple[Name, ...]
    commodities: tuple[tuple[str, str, str], ...]
    location: Location | None
    facts: tuple[Fact, ...]
    unknown: tuple[str, ...]
    families: tuple[Family, ...]
    timeline: Timeline | None
    disputes: tuple[Dispute, ...]
    sides: tuple[DisagreementSide, ...]
    statements: tuple[Statement, ...]
    tables: tuple[Table, ...]
    related: tuple[Related, ...]
    production: Production | None
    external_ids: tuple[tuple[str, str], ...]
    carried: tuple[Carried, ...]
    whole: tuple[Footnote, ...]
    mentions: tuple[Footnote, ...]
    footnotes: tuple[Footnote, ...]

    @property
    def kind_words(self) -> str:
        """Name the kind of record as people do."""
        return kind_of(self.resource.model)

    @property
    def list_href(self) -> str:
        """Return the address of the list that the record is in."""
        return list_of(self.resource)

    @property
    def api(self) -> str:
        """Return the address of the record in the API."""
        return reverse(f"api:{self.resource.name}-detail", args=[self.record["slug"]])


def record_page(resource: Resource, record: dict[str, Any], is_past: bool = False) -> RecordPage:
    """Make the page of a record from its document; lists of other records are of the present, so the past has none."""
    footnotes = Footnotes()
    # Of a source, the citations are those of others: what it says of them.
    citations = Citations(footnotes, [one for one in record.get("citations") or () if "source" in one])
    stated, unknown = facts(resource, record, citations)
    title = str(record.get(resource.model.label_field) or record["slug"])  # type: ignore[attr-defined]
    shown = own_name(resource.kind, record["slug"], title)
    others, chart = ([], None) if is_past else related(resource.kind, record["slug"])
    near = None if is_past else nearby(record)
    return RecordPage(
        resource=resource,
        record=record,
        title=shown if len(shown) <= 300 else f"{shown[:299]}…",
        lead=lead(resource, record),
        names=_names(record, shown, citations),
        commodities=_commodities(record, citations),
        location=_location(resource, record, citations, others),
        facts=tuple(stated),
        unknown=tuple(unknown),
        families=tuple(families(record.get("estimates") or [], footnotes)),
        timeline=timeline(resource, record, footnotes),
        disputes=tuple(disputes(record)),
        sides=tuple(sides(record)) if resource.kind == "disagreement" else (),
        statements=tuple(statements(record, footnotes)),
        tables=tuple(tables(resource, record, citations)),
        related=tuple(filter(None, (*others, near))),
        production=chart,
        external_ids=tuple((one["scheme"], one["value"]) for one in record.get("external_ids") or ()),
        carried=tuple(carried(record)),
        whole=tuple(citations.whole()),
        mentions=tuple(citations.mentions()),
        footnotes=tuple(footnotes),
    )


def _names(record: dict[str, Any], title: str, citations: Citations) -> tuple[Name, ...]:
    return tuple(
        Name(one["text"], one["language"], one["kind"], tuple(citations.supporting(f"names:{one['text']}")))
        for one in record.get("names") or ()
        if one["text"] != title
    )


def _commodities(record: dict[str, Any], citations: Citations) -> tuple[tuple[str, str, str], ...]:
    commodity = resource_of_kind("commodity")
    return tuple(
        (one["slug"], own_name("commodity", one["slug"], one["name"]), page_of(commodity, one["slug"]))
        for one in record.get("commodities") or ()
        if "slug" in one
    )


def _location(resource: Resource, record: dict[str, Any], citations: Citations, others: list[Related]) -> Location | None:
    if resource.geometry is None:
        return None
    geometry = record.get("geometry")
    frame = frame_of(geometry)
    longitude, latitude = record.get("longitude"), record.get("latitude")
    if geometry and geometry.get("type") == "Point" and longitude is None:
        longitude, latitude = geometry["coordinates"][:2]
    fields = dict(fields_of(resource))
    kind, basis = record.get("location_kind"), record.get("uncertainty_basis")
    return Location(
        outline=_drawn(resource, record, frame, longitude, latitude, others) if frame else None,
        position=position(longitude, latitude) if longitude is not None and latitude is not None else "",
        as_printed=record.get("coordinates_as_printed") or "",
        kind=named(fields.get("location_kind"), kind, resource.model) if kind else "",
        uncertainty_m=record.get("location_uncertainty_m"),
        is_printed=basis == UncertaintyBasis.PRINTED_PRECISION,
        basis=in_sentence(named(fields.get("uncertainty_basis"), basis, resource.model))
        if basis and basis != "not_stated"
        else "",
        footnotes=tuple(citations.supporting(resource.geometry, "location", "geometry", "outline", "area")),
        contradictions=tuple(citations.contradicting("location")),
        warnings=tuple(code_words(str(one)) for one in record.get("warnings") or ()),
    )


def _drawn(
    resource: Resource,
    record: dict[str, Any],
    frame: Frame,
    longitude: float | None,
    latitude: float | None,
    others: list[Related],
) -> Outline:
    points: list[dict[str, Any]] = []
    if longitude is not None:
        points.append(
            {
                "longitude": longitude,
                "latitude": latitude,
                "uncertainty_m": record.get("location_uncertainty_m"),
                "name": record.get("name") or record["slug"],
            }
        )
    for listed in others:
        points += [
            {"longitude": row.longitude, "latitude": row.latitude, "name": row.name, "is_other": True}
            for row in listed.rows
            if row.longitude is not None
        ]
    country = record["slug"] if resource.kind == "country" else (record.get("country") or {}).get("slug")
    is_area = resource.kind not in ("country", "region")
    return draw(frame, points, country, record.get("geometry") if is_area else None)
