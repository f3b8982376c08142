"""Disagreements between sources, both sides in view."""

from types import new_class
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.filters.columns import PhraseFilter
from api.filters.sets import Filters
from api.resources.children import ExternalIdItem
from api.resources.concerns import concern_filters
from api.resources.fields import Model, PublishedList, Rendered, RenderedFromChildren, is_published
from api.resources.resource import Resource, register
from registry.derived.dispatch import ROW_OPTIONS
from registry.derived.objects import DerivedFunction
from registry.derived.steps import Layer
from registry.kinds import PARTS_OF_RECORDS, SIDES, kind_named
from registry.models import Concern, Disagreement
from registry.public import LEAST_SIDES, is_seen, is_side_seen, seen, sides_seen

_TEXT = {"type": "string", "nullable": True}

#: Kind of side → (where its words stand, what it says as columns, whether citations or a source carry it).
_SIDES: dict[str, tuple[tuple[str, ...], tuple[str, ...], str]] = {
    "deposit": (("name",), ("locality",), "citations"),
    "estimate": (
        ("measure", "text_as_printed"),
        (
            "ore_tonnes",
            "contained_tonnes",
            "contained_basis",
            "comparator",
            "reporting_code",
            "category",
            "stage",
            "effective",
        ),
        "citations",
    ),
    "prospecting_object": (("name", "description"), ("count",), "citations"),
    "license": (("name", "description"), ("status",), "citations"),
    "license_event": (("text",), ("kind", "date"), "citations"),
    "policy_framework": (("title",), ("status",), "citations"),
    "framework_event": (("text",), ("status", "date"), "citations"),
    "organization": (("name",), (), "citations"),
    "country": (("name",), (), "citations"),
    "finding": (("text",), ("value_low", "value", "value_high", "unit", "as_of"), "source"),
    "citation": (("note",), ("fields", "stated_value"), "source"),
    "source": (("title",), ("published",), "self"),
}


def _side(kind: str) -> tuple[tuple[str, ...], tuple[str, ...], str]:
    """Return the same for any kind; one that is not listed is reported by what a reader calls its records."""
    label: Any = getattr(kind_named(kind).model, "label_field", "slug")
    return _SIDES.get(kind, ((label,), (), "citations"))


@extend_schema_field(
    {
        "type": "object",
        "required": ["kind", "slug", "words", "says", "sources"],
        "properties": {
            "kind": {"type": "string", "enum": list(SIDES), "description": "The record on this side."},
            "slug": {**_TEXT, "description": "Slug of the record; for an event, that of its record."},
            "words": {**_TEXT, "description": "A description of what it is or states."},
            "says": {"type": "object", "description": "Its values by field; unknown fields are omitted."},
            "sources": {
                "type": "array",
                "description": "The sources of this side.",
                "items": {"type": "object", "properties": {"slug": _TEXT, "title": _TEXT, "locator": _TEXT}},
            },
        },
    }
)
class SideDocument(Rendered):
    """One side: what it is, what it says, who says so. A side that is not public is left out."""

    needed = True

    def sql(self, alias: str, model: Any) -> str:
        """Call the function of sides with the keys of the row."""
        return f"registry_side(ARRAY[{', '.join(f'{alias}.{kind}_id' for kind in SIDES)}])"

    @staticmethod
    def sql_of(kind: str, key: str) -> str:
        """Return the SQL of a side of a kind, null if readers do not see it."""
        words, says, carried = _side(kind)
        slug, join = "NULL" if kind == "citation" else "x.slug", ""
        if part := PARTS_OF_RECORDS.get(kind):
            slug, join = "h.slug", f" JOIN {kind_named(part.part_of).table} h ON h.id = x.{part.holder}_id"
        one = "json_build_object('slug', s.slug, 'title', s.title, 'locator', {locator})"
        if carried == "citations":
            column = kind_named(kind).cited_as
            sources = (
                f"(SELECT json_agg({one.format(locator='c.locator')} ORDER BY c.id) FROM registry_citation c"
                f" JOIN registry_source s ON s.id = c.source_id AND s.record_status = 'published' WHERE c.{column}_id = x.id)"
            )
        else:
            locator, source = ("x.locator", "x.source_id") if carried == "source" else ("''", "x.id")
            sources = (
                f"(SELECT json_agg({one.format(locator=locator)}) FROM registry_source s"
                f" WHERE s.id = {source} AND s.record_status = 'published')"
            )
        said = ", ".join(f"'{column}', x.\"{column}\"" for column in says)
        return (
            f"(SELECT json_build_object('kind', '{kind}', 'slug', {slug},"
            f" 'words', COALESCE({', '.join(f'NULLIF(x.{w}, {chr(39) * 2})' for w in words)}),"
            f" 'says', json_strip_nulls(json_build_object({said})), 'sources', COALESCE({sources}, '[]'::json))"
            f" FROM {kind_named(kind).table} x{join} WHERE x.id = {key} AND {is_seen(kind_named(kind), key)})"
        )

    def to_representation(self, member: Any) -> Any:
        """Do the same by the ORM."""
        for kind in SIDES:
            row = getattr(member, kind)
            if row is None:
                continue
            words, says, carried = _side(kind)
            part = PARTS_OF_RECORDS.get(kind)
            holder = getattr(row, part.holder) if part else row.source if kind == "citation" else row
            if not seen(row):
                return None
            if carried == "citations":
                carriers = [(c.source, c.locator) for c in row.citations.all().order_by("id")]
            else:
                carriers = [(row.source, row.locator)] if carried == "source" else [(row, "")]
            said = {column: getattr(row, column) for column in says}
            return {
                "kind": kind,
                "slug": None if kind == "citation" else holder.slug,
                "words": next((text for text in (getattr(row, w) for w in words) if text), None),
                "says": {column: value for column, value in said.items() if value is not None},
                "sources": [
                    {"slug": s.slug, "title": s.title, "locator": locator} for s, locator in carriers if is_published(s)
                ],
            }
        return None


class MemberItem(serializers.Serializer):  # type: ignore[type-arg]
    """One side of a disagreement."""

    side = SideDocument(help_text="The record on this side.")

    class Meta:
        list_serializer_class = PublishedList


def side_function() -> DerivedFunction:
    """Return the function that renders a side of a disagreement from the keys of its row, one for each kind.

    As one expression over all kinds, its queries took fifty times longer to plan and to start than to run.
    """
    branches = (
        f"IF keys[{number}] IS NOT NULL THEN RETURN {SideDocument.sql_of(kind, f'keys[{number}]')}; END IF;"
        for number, kind in enumerate(SIDES, 1)
    )
    return DerivedFunction(
        name="registry_side",
        purpose="One side of a disagreement: what it is, what it says, who says so; null if readers do not see it.",
        body=f"BEGIN {' '.join(branches)} RETURN NULL; END",
        arguments="keys bigint[]",
        returns="json",
        options=f"STABLE {ROW_OPTIONS}",
        layer=Layer.DOCUMENTS,
    )


@extend_schema_field({"type": "integer", "description": "Number of sides that readers see."})
class SidesSeen(RenderedFromChildren):
    """The number of sides that readers see; null of what is not shown: a draft, or one with too few of them."""

    reads = "members"
    sql_type = "bigint"
    columns = ("record_status",)

    def sql_from(self, rows: str, alias: str, model: Any) -> str:
        """Count them."""
        return (
            f"CASE WHEN {alias}.record_status = 'published' THEN (SELECT CASE WHEN count(*) >= {LEAST_SIDES} THEN count(*) END"
            f" FROM {rows} m WHERE m.disagreement_id = {alias}.id AND {is_side_seen('m')}) END"
        )

    def to_representation(self, record: Any) -> int | None:
        """Count the same by the ORM."""
        number = sides_seen(record) if is_published(record) else 0
        return number if number >= LEAST_SIDES else None


class DisagreementSummary(Model):
    """A disagreement as it is kept rendered."""

    sides = SidesSeen(help_text="Number of sides that readers see.")

    class Meta:
        model = Disagreement
        fields = ("slug", "uid", "title", "about", "note", "sides", "version", "updated_at")


class DisagreementLive(Model):
    """The sides of a disagreement, read with it: they stand in other records."""

    members = MemberItem(many=True, help_text="The sides, each with its sources.")

    class Meta:
        model = Disagreement
        fields = ("members",)


class DisagreementDetail(Model):
    """What a single disagreement shows beyond the list."""

    external_ids = ExternalIdItem(many=True, help_text="Identifiers in other registers.")

    class Meta:
        model = Disagreement
        fields = ("external_ids", "created_at", "published_at")


#: What lists of disagreements can be asked for: each kind of record that they can concern.
DisagreementFilters: type[Filters] = new_class(
    "DisagreementFilters",
    (Filters,),
    exec_body=lambda declared: declared.update(concern_filters(), about=PhraseFilter(example="location")),
)


def _with_sides(disagreements: QuerySet[Any]) -> QuerySet[Any]:
    return disagreements.filter(Exists(Concern.objects.published().filter(disagreement=OuterRef("id"))))


register(
    Resource(
        name="disagreements",
        kind="disagreement",
        model=Disagreement,
        summary=DisagreementSummary,
        live=DisagreementLive,
        detail=DisagreementDetail,
        filters=DisagreementFilters,
        orders=("id", "title", "updated_at"),
        published=_with_sides,
        needs="sides",
        search=("own",),
        example_slug="kundybai-pits",
        description="Questions on which sources disagree, with all sides and their sources.",
        example="coordinates",
    )
)
