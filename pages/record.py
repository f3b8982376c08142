"""Everything that the page of a record shows, in the order in which it shows it."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from api.resources.resource import Resource
from pages.addresses import list_of, page_of, resource_of_kind
from pages.alone import alone
from pages.beside import Beside
from pages.carried import Carried, carried
from pages.cldr import translated_names
from pages.estimates import Family, families
from pages.facts import Fact, facts, fields_of
from pages.footnotes import Citations, Footnote, Footnotes, position
from pages.frameworks import FrameworkGroup, frameworks
from pages.grade_tonnage import GradeTonnage, grade_tonnage
from pages.labels import code_words, in_sentence, kind_of
from pages.lead import lead
from pages.licences import LicencesOver, ask_licences, licences
from pages.names import own_name
from pages.outline import DRAWN_BY_COUNTRIES, Frame, Outline, draw, frame_of, shapes_sql
from pages.oxides import Oxides, ask_oxides, oxides
from pages.production import Production, ask_production, production
from pages.related import Related, ask_related, related
from pages.sides import DisagreementSide, Dispute, ask_disputes, disputes, sides
from pages.statements import Statements, statements
from pages.tables import InnerTable, tables
from pages.timeline import Timeline, timeline
from pages.unknown import UnknownCount, ask_unknown, unknown_counts
from pages.values import named
from registry.vocabularies import SourceKind, UncertaintyBasis

_SHAPES = "shapes"
#: Kind of a name that is a translation of CLDR and no statement of a source.
CLDR = "cldr"


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
    unknown_counts: tuple[UnknownCount, ...]
    source_kinds: tuple[str, ...]
    chart: GradeTonnage | None
    families: tuple[Family, ...]
    oxides: Oxides | None
    timeline: Timeline | None
    licences: LicencesOver | None
    frameworks: tuple[FrameworkGroup, ...]
    disputes: tuple[Dispute, ...]
    sides: tuple[DisagreementSide, ...]
    statements: Statements | None
    tables: tuple[InnerTable, ...]
    related: tuple[Related, ...]
    production: Production | None
    external_ids: tuple[tuple[str, str], ...]
    carried: tuple[Carried, ...]
    whole: tuple[Footnote, ...]
    mentions: tuple[Footnote, ...]
    footnotes: tuple[Footnote, ...]

    @property
    def has_unrated(self) -> bool:
        """Return whether nobody has rated the confidence in some of the sources."""
        return not all(note.confidence for note in self.footnotes)

    @property
    def is_overview(self) -> bool:
        """Return whether the page is about what lies in its record rather than about the record itself."""
        return self.resource.kind in ("country", "region", "commodity")

    @property
    def at_a_glance(self) -> list[tuple[str, str, str]]:
        """Return numbers with their words, and where on the page they are explained."""
        if self.resource.kind == "deposit":
            return []
        found = [
            (one.number, one.words, f"#related-{index}" if one.rows else one.href)
            for index, one in enumerate(self.related, 1)
            if one.is_first
        ]
        applying = sum(len(group.frameworks) for group in self.frameworks if group.basis == "applies")
        said = self.statements.count if self.statements else 0
        more = (
            (applying, ngettext("framework applies", "frameworks apply", applying), "#frameworks"),
            (len(self.disputes), ngettext("disagreement", "disagreements", len(self.disputes)), "#disputes"),
            (said, ngettext("statement", "statements", said), "#statements"),
        )
        return found + [(str(number), words, href) for number, words, href in more if number and self.is_overview]

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


def record_page(resource: Resource, record: dict[str, Any], is_past: bool = False, scheme: str | None = None) -> RecordPage:
    """Make the page of a record from its document; lists of other records are of the present, so the past has none.

    Raises BadParameter for a scheme of light and heavy rare earths that does not exist.
    """
    beside, frame = Beside(), frame_of(record.get("geometry")) if resource.geometry else None
    _ask(resource, record, frame, is_past, beside)
    beside.read()
    footnotes = Footnotes()
    # Of a source, the citations are those of others: what it says of them.
    citations = Citations(footnotes, [one for one in record.get("citations") or () if "source" in one])
    stated, unknown = facts(resource, record, citations)
    title = str(record.get(resource.model.label_field) or record["slug"])  # type: ignore[attr-defined]
    shown = own_name(resource.kind, record["slug"], title)
    others = [] if is_past else related(resource.kind, record, beside)
    return RecordPage(
        resource=resource,
        record=record,
        title=shown if len(shown) <= 300 else f"{shown[:299]}…",
        lead=lead(resource, record),
        names=_names(resource.kind, record, shown, citations),
        commodities=_commodities(record, citations),
        location=_location(resource, record, citations, others, frame, beside),
        facts=tuple(stated),
        unknown=tuple(unknown),
        unknown_counts=tuple(unknown_counts(resource.kind, record["slug"], beside)),
        source_kinds=tuple(_source_kind(code) for code in record.get("source_kinds") or ()),
        chart=grade_tonnage(record.get("estimates") or []),
        families=tuple(families(record.get("estimates") or [], footnotes)),
        oxides=oxides(resource, record, beside, scheme, footnotes),
        timeline=timeline(resource, record, footnotes),
        licences=licences(beside),
        frameworks=() if is_past else tuple(frameworks(resource, record)),
        disputes=tuple(disputes(record, beside)),
        sides=tuple(sides(record)) if resource.kind == "disagreement" else (),
        statements=statements(resource, record, footnotes),
        tables=tuple(tables(resource, record, citations)),
        related=tuple(others),
        production=production(beside),
        external_ids=tuple((one["scheme"], one["value"]) for one in record.get("external_ids") or ()),
        carried=tuple(carried(record, {} if is_past else alone(resource, record))),
        whole=tuple(citations.whole()),
        mentions=tuple(citations.mentions()),
        footnotes=tuple(footnotes),
    )


def _ask(resource: Resource, record: dict[str, Any], frame: Frame | None, is_past: bool, beside: Beside) -> None:
    """Let each part ask what it needs."""
    if frame:
        beside.ask(_SHAPES, shapes_sql(frame))
    ask_disputes(record, beside)
    ask_oxides(resource, record, beside)
    if not is_past:
        ask_related(resource.kind, record, beside)
        ask_production(resource.kind, record["slug"], beside)
        ask_licences(record, beside)
        ask_unknown(resource.kind, record["slug"], beside)


def _names(kind: str, record: dict[str, Any], title: str, citations: Citations) -> tuple[Name, ...]:
    stated = [
        Name(one["text"], one["language"], one["kind"], tuple(citations.supporting(f"names:{one['text']}")))
        for one in record.get("names") or ()
        if one["text"] != title
    ]
    texts = {title, *(name.text for name in stated)}
    translated = (Name(text, code, CLDR, ()) for text, code in translated_names(kind, record["slug"]) if text not in texts)
    return (*stated, *translated)


def _source_kind(code: str) -> str:
    return in_sentence(gettext(str(SourceKind(code).label))) if code in SourceKind.values else gettext("not stated")


def _commodities(record: dict[str, Any], citations: Citations) -> tuple[tuple[str, str, str], ...]:
    commodity = resource_of_kind("commodity")
    return tuple(
        (one["slug"], own_name("commodity", one["slug"], one["name"]), page_of(commodity, one["slug"]))
        for one in record.get("commodities") or ()
        if "slug" in one
    )


def _location(
    resource: Resource,
    record: dict[str, Any],
    citations: Citations,
    others: list[Related],
    frame: Frame | None,
    beside: Beside,
) -> Location | None:
    if resource.geometry is None:
        return None
    geometry = record.get("geometry")
    longitude, latitude = record.get("longitude"), record.get("latitude")
    if geometry and geometry.get("type") == "Point" and longitude is None:
        longitude, latitude = geometry["coordinates"][:2]
    fields = dict(fields_of(resource))
    kind, basis = record.get("location_kind"), record.get("uncertainty_basis")
    return Location(
        outline=_drawn(resource, record, frame, longitude, latitude, others, beside.answer(_SHAPES)) if frame else None,
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
    shapes: list[Any],
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
    country = record if resource.kind == "country" else record.get("country") or {}
    own = [one["slug"] for one in (country, *(record.get("memberships") or ())) if "slug" in one]
    is_area = resource.kind not in DRAWN_BY_COUNTRIES
    return draw(frame, shapes, points, own, record.get("geometry") if is_area else None)
