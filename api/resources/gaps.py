"""Gaps: what was looked for and not found."""

from api.filters.areas import AboutRegionFilter
from api.filters.columns import DateFilter
from api.filters.linked import CommodityFilter, ThroughFilter
from api.filters.sets import Filters
from api.resources.children import ExternalIdItem, SourceLink
from api.resources.fields import Linked, Model
from api.resources.resource import Resource, register
from api.resources.subjects import SubjectItem
from registry.models import Gap, GapSearch, GapSubject


class GapOf(Linked):
    """A gap as a record that it is about shows it."""

    class Meta:
        model = Gap
        through = "gap"
        fields = ("slug", "looked_for", "found_instead", "as_of")


class SearchItem(Model):
    """A source or another place that was searched."""

    source = SourceLink(allow_null=True, help_text="The source; null for another place.")  # type: ignore[assignment]

    class Meta:
        model = GapSearch
        fields = ("source", "place", "note")


class GapSummary(Model):
    """A gap as a list shows it."""

    searches = SearchItem(many=True, help_text="Where it was looked for.")
    subjects = SubjectItem(many=True, help_text="Its subjects.")

    class Meta:
        model = Gap
        fields = ("slug", "uid", "looked_for", "found_instead", "as_of", "searches", "subjects", "version", "updated_at")


class GapDetail(Model):
    """What a single gap shows beyond the list."""

    external_ids = ExternalIdItem(many=True, help_text="Identifiers in other registers.")

    class Meta:
        model = Gap
        fields = ("external_ids", "created_at", "published_at")


def _about(kind: str, text: str) -> ThroughFilter:
    return ThroughFilter(GapSubject, "gap", kind, help=text)


class GapFilters(Filters):
    """What lists of gaps can be asked for."""

    country = ThroughFilter(GapSubject, "gap", "country", help="Country it is about, by its ISO code.", example="KZ")
    region = AboutRegionFilter(
        "gap", GapSubject, GapSubject, help="Region by its code or M49 number: gaps about it, or about one of its countries."
    )
    commodity = CommodityFilter(GapSubject, "gap")
    deposit = _about("deposit", "Deposit it is about, by its slug.")
    prospecting_object = _about("prospecting_object", "Prospecting object it is about, by its slug.")
    license = _about("license", "Licence it is about, by its slug.")
    policy_framework = _about("policy_framework", "Policy framework it is about, by its slug.")
    organization = _about("organization", "Organization it is about, by its slug.")
    source = ThroughFilter(GapSearch, "gap", "source", help="Source that was searched, by its slug.")
    # `as_of` asks for the past of the registry.
    searched = DateFilter("as_of", help="Date of the last search (its field `as_of`).")


register(
    Resource(
        name="gaps",
        kind="gap",
        model=Gap,
        summary=GapSummary,
        detail=GapDetail,
        filters=GapFilters,
        orders=("id", "as_of", "updated_at"),
        search=("own",),
        period=("as_of", "as_of"),
        example_slug="gap-names-of-the-12",
        description="What was looked for and not found, where, and when; a gap is no statement and counts as none.",
        example="names",
    )
)
