"""Resource and reserve estimates and their grades, each under the code it was reported by."""

from typing import ClassVar

from django.contrib.gis.db import models
from django.core.exceptions import ValidationError
from django.db.models import Case, F, Q, Value, When
from django.utils.translation import gettext

from registry.constraints import Check, SQLCheck, exactly_one, finite, in_order, one_of, partial_dates
from registry.fields import PartialDateField
from registry.history import kept_in_history
from registry.keys import RowKey
from registry.models.base import CitedRecord, listed_by, record_constraints, record_triggers, supported_by
from registry.models.commodities import Commodity
from registry.models.deposits import Deposit
from registry.models.prospecting import ProspectingObject
from registry.triggers import NoCycle, TouchParent, kept
from registry.vocabularies import (
    CATEGORIES,
    Comparator,
    ContainedBasis,
    EstimateCategory,
    EstimateStage,
    GradeUnit,
    ReportingCode,
)
from registry.vocabularies.estimates import GRADE_WHOLES


def category_rule() -> Q:
    """Return the condition that a category is one that its reporting code knows."""
    rule = Q(category__isnull=True)
    for code, categories in CATEGORIES.items():
        if categories:
            rule |= Q(reporting_code=code, category__in=categories)
    return rule


@kept_in_history
class ResourceEstimate(CitedRecord):
    """A quantity of ore or of contained metal that somebody states for a deposit or a prospecting object.

    Figures keep their unit, their code and their source; codes are never converted into one another and never added.
    """

    #: An estimate is of one thing by what it is.
    unstated = frozenset(("deposit", "prospecting_object"))

    label_field: ClassVar[str] = "slug"
    history_by: ClassVar[tuple[str, ...]] = ("deposit", "prospecting_object", "supersedes")

    deposit = models.ForeignKey(
        Deposit,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="estimates",
        help_text="Deposit of the estimate.",
    )
    prospecting_object = models.ForeignKey(
        ProspectingObject,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="estimates",
        help_text="Prospecting object of the estimate.",
    )
    zone = models.CharField(max_length=200, null=True, blank=True, help_text="Part of the body that the estimate covers.")
    measure = models.CharField(
        max_length=200, null=True, blank=True, help_text="The counted quantity, as stated by the source."
    )
    commodity = models.ForeignKey(
        Commodity,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="The estimated commodity: REE for all rare earths, or one commodity; null if not stated.",
    )
    ore_tonnes_low = models.FloatField(null=True, blank=True, help_text="Ore, tonnes, lower bound.")
    ore_tonnes = models.FloatField(null=True, blank=True, help_text="Ore, tonnes.")
    ore_tonnes_high = models.FloatField(null=True, blank=True, help_text="Ore, tonnes, upper bound.")
    contained_tonnes_low = models.FloatField(null=True, blank=True, help_text="Contained, tonnes, lower bound.")
    contained_tonnes = models.FloatField(null=True, blank=True, help_text="Contained, tonnes.")
    contained_tonnes_high = models.FloatField(null=True, blank=True, help_text="Contained, tonnes, upper bound.")
    contained_basis = models.CharField(
        max_length=16,
        choices=ContainedBasis.choices,
        null=True,
        blank=True,
        help_text="The substance counted by the contained tonnes.",
    )
    comparator = models.CharField(
        max_length=8,
        choices=Comparator.choices,
        default=Comparator.EQ,
        help_text="Qualifier of the figure in the source.",
    )
    reporting_code = models.CharField(
        max_length=16,
        choices=ReportingCode.choices,
        default=ReportingCode.UNSPECIFIED,
        help_text="Code it was reported under.",
    )
    category = models.CharField(
        max_length=32,
        choices=EstimateCategory.choices,
        null=True,
        blank=True,
        help_text="Category, valid for its reporting code.",
    )
    unfc_class = models.CharField(max_length=20, null=True, blank=True, help_text="UNFC class, e.g. E2F2G1.")
    balance = models.BooleanField(null=True, blank=True, help_text="GKZ: on the state balance, or off it.")
    stage = models.CharField(
        max_length=24,
        choices=EstimateStage.choices,
        default=EstimateStage.UNSPECIFIED,
        help_text="Resource, reserve, target, forecast or past production.",
    )
    resources_include_reserves = models.BooleanField(
        null=True, blank=True, help_text="Whether resources are stated inclusive of reserves."
    )
    effective = PartialDateField(help_text="Effective date of the estimate.")
    cutoff_as_printed = models.CharField(max_length=200, null=True, blank=True, help_text="Cut-off, as printed.")
    text_as_printed = models.CharField(max_length=500, null=True, blank=True, help_text="The figures, as printed.")
    supersedes = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="superseded_by",
        help_text="The earlier estimate that it replaces.",
    )

    class Meta:
        ordering = ["id"]
        constraints = [
            *record_constraints("estimate"),
            finite(
                "estimate_finite",
                "ore_tonnes_low",
                "ore_tonnes",
                "ore_tonnes_high",
                "contained_tonnes_low",
                "contained_tonnes",
                "contained_tonnes_high",
            ),
            exactly_one("estimate_of_one", "deposit", "prospecting_object"),
            in_order(
                "estimate_ore", "ore_tonnes_low", "ore_tonnes", "ore_tonnes_high", what="Ore tonnages", field="ore_tonnes"
            ),
            in_order(
                "estimate_contained",
                "contained_tonnes_low",
                "contained_tonnes",
                "contained_tonnes_high",
                what="Contained tonnages",
                field="contained_tonnes",
            ),
            SQLCheck(
                name="estimate_contained_basis",
                sql="(contained_basis IS NULL)"
                " = (num_nonnulls(contained_tonnes_low, contained_tonnes, contained_tonnes_high) = 0)",
                field="contained_basis",
                violation_error_message="Contained tonnes require a basis, and a basis requires contained tonnes.",
            ),
            one_of("estimate_basis", "contained_basis", ContainedBasis, null=True),
            one_of("estimate_comparator", "comparator", Comparator),
            one_of("estimate_code", "reporting_code", ReportingCode),
            Check(
                name="estimate_category",
                condition=category_rule(),
                violation_error_message="This reporting code has no such category.",
                field="category",
            ),
            SQLCheck(
                name="estimate_unfc",
                sql="unfc_class IS NULL OR (reporting_code = 'UNFC' AND unfc_class ~"
                r" '^E[1-3](\.[1-3])?F[0-4](\.[1-3])?G[1-4](\+[1-4])*$')",
                field="unfc_class",
                violation_error_message="A UNFC class must have the form E2F2G1 and requires the code UNFC.",
            ),
            SQLCheck(
                name="estimate_balance",
                sql="balance IS NULL OR reporting_code = 'GKZ'",
                field="balance",
                violation_error_message="Only GKZ estimates can be on or off the state balance.",
            ),
            one_of("estimate_stage", "stage", EstimateStage),
            partial_dates("estimate_dates", "effective"),
        ]
        indexes = [
            *listed_by(
                "estimate",
                "deposit",
                "prospecting_object",
                "commodity",
                "reporting_code",
                "category",
                "stage",
                "effective",
                "ore_tonnes",
                "contained_tonnes",
                "updated_at",
            ),
            *supported_by("estimate"),
        ]

    triggers = [
        *record_triggers("estimate"),
        TouchParent(deposit="registry_deposit", prospecting_object="registry_prospectingobject"),
        NoCycle("supersedes", "a record cannot replace itself"),
    ]

    def clean(self) -> None:
        """Explain as text what the database would refuse."""
        super().clean()
        if (self.deposit is None) == (self.prospecting_object is None):
            raise ValidationError(gettext("An estimate must belong to a deposit or a prospecting object, not both."))
        figures = (self.contained_tonnes_low, self.contained_tonnes, self.contained_tonnes_high)
        if any(f is not None for f in figures) != bool(self.contained_basis):
            raise ValidationError({"contained_basis": gettext("Contained tonnes require a basis.")})


@kept_in_history
class Grade(models.Model):
    """How much of something the ore of an estimate holds."""

    estimate = models.ForeignKey(ResourceEstimate, on_delete=models.CASCADE, related_name="grades", db_index=False)
    analyte = models.ForeignKey(
        Commodity, on_delete=models.PROTECT, related_name="+", help_text="Element, oxide or sum (TREO, TREE) measured."
    )
    value_low = models.FloatField(null=True, blank=True, help_text="Lower bound, in the unit.")
    value = models.FloatField(null=True, blank=True, help_text="Grade, in the unit.")
    value_high = models.FloatField(null=True, blank=True, help_text="Upper bound, in the unit.")
    comparator = models.CharField(
        max_length=8,
        choices=Comparator.choices,
        default=Comparator.EQ,
        help_text="Qualifier of the figure in the source.",
    )
    unit = models.CharField(max_length=8, choices=GradeUnit.choices, help_text="Unit of the grade.")
    mass_fraction = models.GeneratedField(
        expression=F("value")
        / Case(
            *(When(unit=unit, then=Value(float(whole))) for unit, whole in GRADE_WHOLES.items()),
            output_field=models.FloatField(),
        ),
        output_field=models.FloatField(null=True),
        db_persist=True,
        help_text="Grade as a mass fraction, 0 to 1.",
    )

    row_key = RowKey(columns=("analyte",), of="estimate")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["estimate", "analyte"], name="grade_once"),
            finite("grade_finite", "value_low", "value", "value_high"),
            in_order("grade_values", "value_low", "value", "value_high", what="Grades"),
            one_of("grade_unit", "unit", GradeUnit),
            one_of("grade_comparator", "comparator", Comparator),
            SQLCheck(
                name="grade_stated",
                sql="num_nonnulls(value_low, value, value_high) > 0",
                violation_error_message="A grade must have a value or a bound.",
            ),
            SQLCheck(name="grade_fraction", sql="mass_fraction <= 1", violation_error_message="A grade must be at most 100 %."),
            SQLCheck(
                name="grade_high_fraction",
                sql="value_high <= CASE unit WHEN 'pct' THEN 100 WHEN 'kg_t' THEN 1000 ELSE 1000000 END",
                violation_error_message="The upper bound of a grade must be at most 100 %.",
            ),
        ]

    triggers = [TouchParent(estimate="registry_resourceestimate"), *kept()]

    def __str__(self) -> str:
        """Return analyte, value and unit."""
        return f"{self.analyte} {self.value} {self.unit}"
