"""Resource and reserve estimates."""

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.filters.across import AcrossFilter, Way
from api.filters.columns import CodeFilter, DateFilter, NumberFilter
from api.filters.linked import CommodityFilter, LinkFilter, RegionFilter, ThroughFilter
from api.filters.support import CitedFilters
from api.resources.children import CitationItem, ExternalIdItem, LinkOfOne
from api.resources.concerns import DisagreementLinks, Disputed, DisputedFilter
from api.resources.fields import Link, ListFromChildren, Model, Rendered
from api.resources.resource import Resource, register
from api.resources.support import CitedSummary
from registry.models import Citation, Deposit, DepositCommodity, Grade, ProspectingObject, ResourceEstimate
from registry.vocabularies import ContainedBasis, DepositType, DevelopmentStatus, EstimateCategory, EstimateStage, ReportingCode


def _fraction(alias: str) -> str:
    """Return the SQL of a grade's mass fraction without the digits that a division of floats adds: 0.204 % is 0.00204."""
    return f"round({alias}.mass_fraction::numeric, 12)::float8"


@extend_schema_field({"type": "number", "format": "double", "nullable": True})
class MassFraction(Rendered):
    """A grade as a mass fraction, to twelve decimals."""

    columns = ("mass_fraction",)

    def sql(self, alias: str, model: Any) -> str:
        """Round the generated column."""
        return _fraction(alias)

    def to_representation(self, grade: Any) -> float | None:
        """Round the same."""
        return None if grade.mass_fraction is None else round(grade.mass_fraction, 12)


class GradeItem(serializers.ModelSerializer):  # type: ignore[type-arg]
    """How much of something the ore holds."""

    analyte = Link(help_text="Element, oxide or sum measured.")
    mass_fraction = MassFraction(help_text="Grade as a mass fraction, 0 to 1; null without a value.")

    class Meta:
        model = Grade
        fields = ("analyte", "value_low", "value", "value_high", "comparator", "unit", "mass_fraction")


_FIGURES = (
    "measure",
    "zone",
    "commodity",
    "ore_tonnes_low",
    "ore_tonnes",
    "ore_tonnes_high",
    "contained_tonnes_low",
    "contained_tonnes",
    "contained_tonnes_high",
    "contained_basis",
    "comparator",
    "grades",
    "reporting_code",
    "category",
    "unfc_class",
    "balance",
    "stage",
    "resources_include_reserves",
    "effective",
    "cutoff_as_printed",
    "text_as_printed",
)


class EstimateItem(Model):
    """An estimate as the record that it is for shows it."""

    commodity = Link(help_text="The estimated commodity.")
    grades = GradeItem(many=True, help_text="The contained quantity.")
    citations = CitationItem(many=True, help_text="The sources that state it.")

    class Meta:
        model = ResourceEstimate
        fields = ("slug", *_FIGURES, "citations")


class EstimateSummary(CitedSummary):
    """An estimate as a list shows it."""

    of = LinkOfOne("deposit", "prospecting_object", help_text="The deposit or prospecting object.")
    commodity = Link(help_text="The estimated commodity.")
    grades = GradeItem(many=True, help_text="The contained quantity.")
    supersedes = Link(help_text="The earlier estimate that it replaces.")
    disputed = Disputed(help_text="Whether sources disagree about it.")

    class Meta:
        model = ResourceEstimate
        fields = ("slug", "uid", "of", *_FIGURES, "supersedes", "version", "updated_at", "disputed")


@extend_schema_field(
    {
        "type": "array",
        "items": {
            "type": "object",
            "required": ["quantity", "value", "unit", "formula"],
            "properties": {
                "quantity": {"type": "string"},
                "value": {"type": "number"},
                "unit": {"type": "string"},
                "formula": {
                    "type": "string",
                    "description": "How it was computed, from which figures of this estimate.",
                },
            },
        },
    }
)
class Derived(ListFromChildren):
    """What follows from the figures: contained tonnes from ore and grade; computed, never stated."""

    reads = "grades"

    def sql_from(self, rows: str, alias: str, model: Any) -> str:
        """Multiply the ore by each grade that is a single value."""
        return (
            "COALESCE((SELECT json_agg((SELECT row_to_json(d) FROM (SELECT 'contained ' || a.slug AS quantity,"
            f" round(({alias}.ore_tonnes * g.mass_fraction)::numeric)::float8 AS value, 't' AS unit,"
            f" format('%s t of ore × %s', {alias}.ore_tonnes, {_fraction('g')}) AS formula) d) ORDER BY g.id)"
            f" FROM {rows} g JOIN registry_commodity a ON a.id = g.analyte_id"
            f" WHERE g.estimate_id = {alias}.id AND {alias}.ore_tonnes * g.mass_fraction IS NOT NULL), '[]'::json)"
        )

    def to_representation(self, estimate: Any) -> Any:
        """Multiply the same."""
        return [
            {
                "quantity": f"contained {g.analyte.slug}",
                "value": float(round(estimate.ore_tonnes * g.mass_fraction)),
                "unit": "t",
            }
            for g in estimate.grades.all()
            if estimate.ore_tonnes is not None and g.mass_fraction is not None
        ]


class EstimateDetail(Model):
    """What a single estimate shows beyond the list."""

    derived = Derived(help_text="Values computed from the figures, with their formula; not stated by a source.")
    superseded_by = Link(many=True, help_text="Later estimates that replace it.")
    external_ids = ExternalIdItem(many=True, help_text="Identifiers in other registers.")
    disagreement_links = DisagreementLinks(help_text="Disagreements between sources about it.")
    citations = CitationItem(many=True, help_text="The sources that state it.")

    class Meta:
        model = ResourceEstimate
        fields = ("derived", "superseded_by", "external_ids", "disagreement_links", "citations", "created_at", "published_at")


_DEPOSIT, _OBJECT = Way("deposit"), Way("prospecting_object")


class EstimateFilters(CitedFilters):
    """What lists of estimates can be asked for."""

    deposit = LinkFilter(help="Deposit of the estimate, by its slug.", example="kutessay-ii")
    prospecting_object = LinkFilter(help="Prospecting object of the estimate, by its slug.")
    country = AcrossFilter(
        "country", LinkFilter(help="Stated country by its ISO 3166-1 code."), _DEPOSIT, _OBJECT, example="KZ"
    )
    region = AcrossFilter("country_id", RegionFilter(), _DEPOSIT, _OBJECT)
    deposit__country = AcrossFilter("country", LinkFilter(help="Stated country by its ISO 3166-1 code."), _DEPOSIT)
    deposit__deposit_type = AcrossFilter("deposit_type", CodeFilter(DepositType), _DEPOSIT, example="ion_adsorption_clay")
    deposit__development_status = AcrossFilter("development_status", CodeFilter(DevelopmentStatus), _DEPOSIT)
    deposit__commodity = AcrossFilter("commodity", CommodityFilter(DepositCommodity, "deposit"), _DEPOSIT)
    commodity = LinkFilter(help="The estimated commodity, by its symbol.")
    reporting_code = CodeFilter(ReportingCode)
    category = CodeFilter(EstimateCategory)
    stage = CodeFilter(EstimateStage)
    contained_basis = CodeFilter(ContainedBasis)
    effective = DateFilter()
    ore_tonnes = NumberFilter()
    contained_tonnes = NumberFilter()
    source = ThroughFilter(Citation, "estimate", "source", where={"estimate__isnull": False}, help="Cited source, by its slug.")
    disputed = DisputedFilter()


def _of_published(estimates: QuerySet[Any]) -> QuerySet[Any]:
    deposits = Deposit.objects.published().filter(id=OuterRef("deposit_id"))
    objects = ProspectingObject.objects.published().filter(id=OuterRef("prospecting_object_id"))
    return estimates.filter(Exists(deposits) | Exists(objects))


register(
    Resource(
        name="estimates",
        kind="estimate",
        model=ResourceEstimate,
        summary=EstimateSummary,
        detail=EstimateDetail,
        filters=EstimateFilters,
        orders=("id", "effective", "ore_tonnes", "contained_tonnes", "independent_sources", "updated_at"),
        published=_of_published,
        needs="of",
        search=("deposit.names", "prospecting_object.names"),
        period=("effective", "effective"),
        example_slug="nolans-bore-2017-resource",
        description="Resources, reserves and forecasts as stated, each with its reporting code; never converted or added up.",
    )
)
