"""Two records side by side: what a curator must see before saying that they are one."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.contrib.admin.sites import AdminSite
from django.db import connection, models
from django.utils.translation import gettext

from curation.forms.location import on_map
from curation.labels import field_label, label
from curation.light import light
from curation.linked import change_url
from curation.merging.display import Reason, reasons, shown, verdict
from registry.geo.written import distance
from registry.matching import candidates_of, kind_of
from registry.merging import Difference, plan_of
from registry.merging.differences import groups_of, value_of
from registry.merging.names import name_column_of
from registry.merging.plan import Move
from registry.merging.stated_values import Statement, citation_column_of
from registry.models import Citation, Name
from registry.models.base import Record
from registry.sql import identifier, sql
from registry.words import called

#: Of each list, so many are shown.
_MOST = 30
#: Names of rows as people know them, where the table's own is too technical.
CALLED = {
    "Citation.source": "citations of it",
    "Citation.cited_source": "statements of other sources about it",
    "FindingSubject": "findings about it",
    "GapSubject": "gaps about it",
    "GapSearch.source": "searches in it",
    "DisagreementMember": "disagreements about it",
    "LicenseSite": "links with licences",
    "ExternalId": "ids in other registers",
    "DepositParty.organization": "roles at deposits",
    "LicenseParty.organization": "roles at licences",
    "FrameworkParty.organization": "roles in policy frameworks",
    "FrameworkApplication.organization": "policy frameworks that apply to its members",
    "OrganizationParent.organization": "its parents",
    "OrganizationParent.parent": "organizations that it owns or hosts",
    "OrganizationMember.group": "its members",
    "OrganizationMember.organization": "its memberships",
    "SourcePublisher.organization": "sources it published",
}


@dataclass(frozen=True)
class ComparedRecord:
    """One of the two records."""

    record: Any
    address: str
    names: tuple[str, ...]
    citations: tuple[Any, ...]
    more_citations: int


@dataclass(frozen=True)
class FieldChoice:
    """A field in which they differ: what each says, which value is chosen, and what becomes of the other."""

    name: str
    title: str
    stays: list[str]
    gone: list[str]
    takes_gone: bool
    if_stays: str
    if_gone: str


@dataclass(frozen=True)
class Moving:
    """One kind of row that moves, with those that both have."""

    title: str
    moved: int
    doubled: int
    crossing: int
    twins: tuple[tuple[str, tuple[tuple[str, str, str], ...]], ...]


@dataclass(frozen=True)
class Comparison:
    """Everything on the page."""

    stays: ComparedRecord
    gone: ComparedRecord
    choices: list[FieldChoice]
    alike: list[tuple[str, list[str]]]
    moving: list[Moving]
    score: float | None
    verdict: str
    reasons: list[Reason]
    distance: str
    map: dict[str, Any] | None

    @property
    def sides(self) -> list[dict[str, Any]]:
        """Return both, the one that stays first."""
        return [{"role": "stays", "side": self.stays}, {"role": "gone", "side": self.gone}]


def compare(gone: Record, stays: Record, taken: Collection[str] | None, site: AdminSite) -> Comparison:
    """Compare two records; `taken` are the choices that were sent, None before anything was chosen."""
    plan = plan_of(gone, stays)
    found = next((c for c in candidates_of(gone, most=50, least=0) if c.record == stays.pk), None)
    differing = {field.name for difference in plan.differences for field in difference.fields}
    alike = [
        (field_label(fields[0]), lines)
        for fields in groups_of(type(stays))
        if not any(field.name in differing for field in fields)
        and (lines := shown(fields, {field.name: value_of(stays, field) for field in fields}))
    ]
    return Comparison(
        _compared(stays, site),
        _compared(gone, site),
        [_choice(d, *plan.statements[d.name], taken) for d in plan.differences],
        alike,
        [_moving(move) for move in plan.moves if move.moved or move.doubled or move.crossing],
        found.score if found else None,
        verdict(found.score, found.evidence) if found else "unlikely",
        reasons(found.evidence) if found else [],
        _distance(gone, stays),
        _map(gone, stays),
    )


def _compared(record: Record, site: AdminSite) -> ComparedRecord:
    model = type(record)
    names: tuple[str, ...] = ()
    if column := name_column_of(model):
        rows = Name.objects.filter(**{column: record.pk}).exclude(kind="preferred")[:_MOST]
        names = tuple(f"{name.text} ({name.language})" if name.language else name.text for name in rows)
    cites: list[Any] = []
    number = 0
    if column := citation_column_of(model):
        rows_of = Citation.objects.filter(**{column: record.pk})
        cites, number = list(light(rows_of, "source")[:_MOST]), rows_of.count()
    return ComparedRecord(record, change_url(record, site), names, tuple(cites), max(number - len(cites), 0))


def _choice(
    difference: Difference, kept: list[Statement], other: list[Statement], taken: Collection[str] | None
) -> FieldChoice:
    """Offer what somebody says where the survivor says nothing; else the survivor's, as the rule is."""
    return FieldChoice(
        difference.name,
        field_label(difference.fields[0]),
        shown(difference.fields, difference.kept),
        shown(difference.fields, difference.other),
        difference.survivor_is_silent if taken is None else difference.name in taken,
        _remains(difference, difference.other, kept),
        _remains(difference, difference.kept, other),
    )


def _remains(difference: Difference, values: dict[str, Any], found: list[Statement]) -> str:
    """Describe what keeps the values that do not stay."""
    if not any(True for _ in difference.stated(values)):
        return ""
    cited = [c for statement in found for c in statement.citations]
    if cited:
        sources = sorted({label(c.source) for c in cited})
        if len(sources) > 1:
            return gettext("a citation of %(source)s and others will state it") % {"source": sources[0]}
        return gettext("a citation of %(source)s will state it") % {"source": sources[0]}
    return gettext("another name keeps it") if not found else gettext("the history keeps it")


def _moving(move: Move) -> Moving:
    model, name = move.relation.model, move.relation.field.name
    related = move.relation.field.remote_field.related_name
    title = CALLED.get(f"{model.__name__}.{name}") or CALLED.get(model.__name__)
    if title is not None:
        title = gettext(title)
    else:
        title = called(
            str(related if related and not related.endswith("+") else model._meta.verbose_name_plural).replace("_", " ")
        )
    twins = tuple(
        (label(twin.stays), tuple((field_label(f), _text(f, kept), _text(f, lost)) for f, kept, lost in twin.differs))
        for twin in move.twins
    )
    return Moving(title, move.moved, move.doubled, move.crossing, twins)


def _text(field: Any, value: Any) -> str:
    return "; ".join(shown((field,), {field.name: value})) or "–"


def _geometry(record: Record) -> Any:
    fields = ("footprint", "location", "area")
    return next((value for name in fields if (value := getattr(record, name, None)) is not None), None)


def _map(gone: Record, stays: Record) -> dict[str, Any] | None:
    """Return both shapes for the map; None where neither has a place."""
    shapes = {"stays": _geometry(stays), "gone": _geometry(gone)}
    if not any(shapes.values()):
        return None
    return {side: on_map(shape) if shape else None for side, shape in shapes.items()}


def _distance(gone: Record, stays: Record) -> str:
    """Measure between the two as the score does; "" if one has no place."""
    try:
        kind = kind_of(type(gone))
    except KeyError:
        return ""
    if kind.geometry is None or _geometry(gone) is None or _geometry(stays) is None:
        return ""
    between = sql(
        "SELECT ST_Distance({a}::geography, {b}::geography) FROM {table} a, {table} b WHERE a.id = {gone} AND b.id = {stays}",
        a=identifier("a", kind.geometry),
        b=identifier("b", kind.geometry),
        table=identifier(kind.table),
        gone=gone.pk,
        stays=stays.pk,
    )
    with connection.cursor() as cursor:
        cursor.execute(between.text, between.values)
        (metres,) = cursor.fetchone()
    return distance(metres)


def older_first(one: Any, other: Any) -> tuple[Any, Any]:
    """Return what is likelier to go and to stay: published stays before unpublished, then the older record."""
    gone, stays = sorted((one, other), key=lambda record: (record.record_status == "published", -record.pk))
    return gone, stays


def pair(model: type[Record], one: int, other: int) -> "models.QuerySet[Any]":
    """Return two records as they are compared, without their rendered documents."""
    return model._base_manager.filter(pk__in=(one, other)).defer("document", "geometry_document")
