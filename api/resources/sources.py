"""Sources."""

from typing import Any

from drf_spectacular.utils import extend_schema_field

from api.filters.columns import CodeFilter, DateFilter, TextFilter
from api.filters.linked import LinkFilter
from api.filters.support import CitedFilters
from api.resources.children import CitationItem, ExternalIdItem, LinkOfOne
from api.resources.concerns import DisagreementLinks, Disputed, DisputedFilter
from api.resources.fields import Link, Linked, Model, Rendered, is_published
from api.resources.resource import Resource, register
from api.resources.support import CitedSummary, IndependentSources, NewestSourceYear, SourceKinds
from registry.kinds import TALLIED
from registry.models import Citation, Organization, Source
from registry.vocabularies import CitationRelation, SourceKind


class PublisherItem(Linked):
    """An organization of this registry that published the source."""

    class Meta:
        model = Organization
        through = "organization"
        fields = ("slug", "name")


class SourceSummary(CitedSummary):
    """A source as a list shows it."""

    derived_from = Link(
        help_text="The source that it reprints, translates or paraphrases; copies of one original count as one."
    )
    disputed = Disputed(help_text="Whether sources disagree about it.")
    updates = Link(help_text="The earlier edition of the same series.")
    independent_sources = IndependentSources("cited_by")
    source_kinds = SourceKinds("cited_by")
    newest_source_year = NewestSourceYear("cited_by")

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
            "updates",
            "next_edition",
            "note",
            "version",
            "updated_at",
            "disputed",
        )


@extend_schema_field(
    {
        "type": "object",
        "additionalProperties": {"type": "integer", "minimum": 1},
        "example": {"deposit": 12, "finding": 3},
    }
)
class Counted(Rendered):
    """How many published records of each kind the source is cited for in one relation; a record counts once."""

    def __init__(self, relation: CitationRelation, **kwargs: Any) -> None:
        """Choose the relation."""
        super().__init__(**kwargs)
        self.relation = relation

    def sql(self, alias: str, model: Any) -> str:
        """Add up what the triggers keep."""
        return (
            # Stripping writes it as compactly as all else is written: files hold it as it is.
            "(SELECT json_strip_nulls(COALESCE(json_object_agg(t.kind, t.records ORDER BY t.kind), '{}'::json)) FROM ("
            "SELECT kind, sum(records) AS records FROM registry_tally"
            f" WHERE source_id = {alias}.id AND relation = '{self.relation}'"
            " GROUP BY kind HAVING sum(records) > 0) t)"
        )

    def to_representation(self, source: Any) -> dict[str, int]:
        """Count the records themselves."""
        counts = {}
        for kind in sorted(TALLIED):
            cited = source.citations.filter(relation=self.relation, **{f"{kind}__isnull": False})
            ids = {c.pk for c in (getattr(one, kind) for one in cited) if is_published(c)}
            if kind == "finding" and self.relation == CitationRelation.SUPPORTS:
                ids |= {finding.pk for finding in source.findings.all() if is_published(finding)}
            if ids:
                counts[kind] = len(ids)
        return counts


class SourceLive(Model):
    """What a source is cited for, counted."""

    supports = Counted(CitationRelation.SUPPORTS, help_text="Published records that it supports, by kind; each counts once.")
    contradicts = Counted(CitationRelation.CONTRADICTS, help_text="Published records that it contradicts, by kind.")
    mentions = Counted(CitationRelation.MENTIONS, help_text="Published records that it only mentions, by kind.")

    class Meta:
        model = Source
        fields = ("supports", "contradicts", "mentions")


class SupportedItem(Model):
    """A record that cites the source."""

    record = LinkOfOne(*TALLIED, help_text="The record.")

    class Meta:
        model = Citation
        fields = ("record", "relation", "fields", "locator", "confidence")


class SourceDetail(Model):
    """What a single source shows beyond the list."""

    publisher_links = PublisherItem(many=True, help_text="Publishers that are organizations of this registry.")
    derivatives = Link(many=True, help_text="Copies, translations and paraphrases of it.")
    updated_by = Link(many=True, help_text="Later editions of the same series.")
    citations = SupportedItem(many=True, help_text="What it supports, contradicts or mentions.")
    findings = Link(many=True, help_text="Findings that it states.")
    external_ids = ExternalIdItem(many=True, help_text="Identifiers in other registers.")
    disagreement_links = DisagreementLinks(help_text="Disagreements between sources about it.")
    cited_by = CitationItem(many=True, help_text="Sources that report it.")

    class Meta:
        model = Source
        fields = (
            "publisher_links",
            "derivatives",
            "updated_by",
            "citations",
            "findings",
            "external_ids",
            "disagreement_links",
            "cited_by",
            "created_at",
            "published_at",
        )


class SourceFilters(CitedFilters):
    """What lists of sources can be asked for."""

    kind = CodeFilter(SourceKind)
    published = DateFilter()
    language = TextFilter()
    rights = TextFilter()
    updates = LinkFilter(help="The earlier edition, by that source's slug.")
    next_edition = DateFilter()
    derived_from = LinkFilter(help="What it is a copy of, by that source's slug.")
    disputed = DisputedFilter()


register(
    Resource(
        name="sources",
        kind="source",
        model=Source,
        summary=SourceSummary,
        live=SourceLive,
        detail=SourceDetail,
        filters=SourceFilters,
        orders=("id", "title", "published", "next_edition", "independent_sources", "updated_at"),
        search=("own", "publisher_links.organization.names"),
        period=("published", "published"),
        example_slug="itic-report",
        description="Publications, datasets and events, what each supports, contradicts or mentions, and which are copies.",
        example="rare earth",
    )
)
