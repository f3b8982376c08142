"""Sources."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.query.filters import CodeFilter, DateFilter, Filters, TextFilter
from api.query.linked import ExternalIdFilter, LinkFilter
from api.resources.children import CitationItem, ExternalIdItem, LinkOfOne
from api.resources.fields import Link, Model, Rendered, is_published
from api.resources.resource import Resource, register
from registry.models import Citation, Source, SourcePublisher
from registry.models.citations import CITED
from registry.vocabularies import SourceKind

#: Kinds of record that a source can support, as foreign keys of a citation.
_KINDS = tuple(kind for kind in CITED if kind not in ("license_event", "cited_source"))
_MOST = 1000


class PublisherItem(Model):
    """An organization of this registry that published the source."""

    slug = serializers.CharField(source="organization.slug", help_text="Identifier of the organization.")
    name = serializers.CharField(source="organization.name", help_text="Its name.")

    class Meta:
        model = SourcePublisher
        fields = ("slug", "name")


class SourceSummary(Model):
    """A source as a list shows it."""

    derived_from = Link(help_text="What it reprints, translates or paraphrases; copies of one root count as one.")

    class Meta:
        model = Source
        fields = (
            "slug",
            "uid",
            "kind",
            "title",
            "authors",
            "publisher",
            "published",
            "published_earliest",
            "language",
            "url",
            "copy_url",
            "retrieved",
            "rights",
            "attribution",
            "derived_from",
            "note",
            "version",
            "updated_at",
        )


@extend_schema_field(
    {
        "type": "object",
        "additionalProperties": {"type": "integer", "minimum": 1, "maximum": _MOST},
        "example": {"deposit": 12, "finding": 3},
    }
)
class Supports(Rendered):
    """How many published records of each kind cite the source; counted up to 1,000 of a kind."""

    def sql(self, alias: str, model: Any) -> str:
        """Count each kind on its own, and stop at the bound."""
        counts = ", ".join(
            f"(SELECT NULLIF(count(*), 0) FROM (SELECT FROM registry_citation c JOIN {CITED[kind]} x ON x.id = c.{kind}_id"
            f" AND x.record_status = 'published' WHERE c.source_id = {alias}.id LIMIT {_MOST}) n) AS {kind}"
            for kind in _KINDS
            if kind != "finding"
        )
        findings = (
            "(SELECT NULLIF(count(*), 0) FROM (SELECT id FROM registry_finding x"
            f" WHERE x.source_id = {alias}.id AND x.record_status = 'published'"
            " UNION SELECT x.id FROM registry_citation c"
            " JOIN registry_finding x ON x.id = c.finding_id AND x.record_status = 'published'"
            f" WHERE c.source_id = {alias}.id LIMIT {_MOST}) n) AS finding"
        )
        return f"(SELECT json_strip_nulls(row_to_json(n)) FROM (SELECT {counts}, {findings}) n)"

    def to_representation(self, source: Any) -> dict[str, int]:
        """Count the same by the ORM."""
        counts = {}
        for kind in _KINDS:
            ids = [c for c in source.citations.filter(**{f"{kind}__isnull": False}) if is_published(getattr(c, kind))]
            number = len(ids)
            if kind == "finding":
                own = {f.id for f in source.findings.all() if is_published(f)}
                number = len(own | {c.finding_id for c in ids})
            if number:
                counts[kind] = min(number, _MOST)
        return counts


class SourceLive(Model):
    """What a source supports, counted when it is read."""

    supports = Supports(help_text="How many published records of each kind cite it (at most 1,000 are counted).")

    class Meta:
        model = Source
        fields = ("supports",)


class SupportedItem(Model):
    """A record that cites the source."""

    record = LinkOfOne(*_KINDS, help_text="The record.")

    class Meta:
        model = Citation
        fields = ("record", "relation", "field", "locator", "confidence")


class SourceDetail(Model):
    """What a single source shows beyond the list."""

    publisher_links = PublisherItem(many=True, help_text="Publishers that are organizations of this registry.")
    derivatives = Link(many=True, help_text="Copies, translations and paraphrases of it.")
    citations = SupportedItem(many=True, help_text="What it supports, contradicts or mentions.")
    findings = Link(many=True, help_text="Findings that it states.")
    external_ids = ExternalIdItem(many=True, help_text="What other registers call it.")
    cited_by = CitationItem(many=True, help_text="Sources that tell of it.")

    class Meta:
        model = Source
        fields = (
            "publisher_links",
            "derivatives",
            "citations",
            "findings",
            "external_ids",
            "cited_by",
            "created_at",
            "published_at",
        )


class SourceFilters(Filters):
    """What lists of sources can be asked for."""

    kind = CodeFilter(SourceKind)
    published = DateFilter()
    language = TextFilter()
    derived_from = LinkFilter(help="What it is a copy of, by that source's slug.")
    external_id = ExternalIdFilter("source", ("citation", Citation, "cited_source"))


register(
    Resource(
        name="sources",
        kind="source",
        model=Source,
        summary=SourceSummary,
        live=SourceLive,
        detail=SourceDetail,
        filters=SourceFilters,
        orders=("id", "title", "published", "updated_at"),
        search="own",
        period=("published", "published"),
        description="Publications, datasets and events, what each supports, and which are copies of one another.",
        example="rare earth",
    )
)
