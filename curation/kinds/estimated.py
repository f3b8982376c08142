"""The estimates of a deposit or prospecting object on its page: listed, opened, and added with a way back."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext

from curation.inlines import LinksInline
from registry.models import ResourceEstimate
from registry.words import called_lazy

#: Where the estimates are on the page.
ESTIMATES = "estimates-group"


def figures(estimate: ResourceEstimate) -> str:
    """Return ore and contained tonnes of an estimate in one line."""
    parts = []
    for name, what in (("ore", "ore"), ("contained", estimate.get_contained_basis_display() or "contained")):
        low, value, high = (getattr(estimate, f"{name}_tonnes{end}") for end in ("_low", "", "_high"))
        if value is not None:
            parts.append(f"{value:,.0f} t {what}")
        elif low is not None or high is not None:
            parts.append(f"{'' if low is None else f'{low:,.0f}'}–{'' if high is None else f'{high:,.0f}'} t {what}")
    return ", ".join(parts) or gettext("no tonnage")


def estimated_by(model: type[models.Model]) -> str:
    """Return the column by which estimates are those of a record of a kind."""
    columns = (field for field in ResourceEstimate._meta.fields if isinstance(field, models.ForeignKey))
    return next(field.name for field in columns if field.related_model is model)


class EstimatesInline(LinksInline):
    """The estimates of a record, each with a page of its own, from which one returns here."""

    model = ResourceEstimate
    template = "curation/estimates.html"
    fields = readonly_fields = ("figures", "grade", "reporting_code", "category", "effective", "state")
    chooses = ("commodity",)
    show_change_link = False
    verbose_name_plural = called_lazy("estimates")

    def get_queryset(self, request: HttpRequest) -> Any:
        """Load their grades with them."""
        return super().get_queryset(request).prefetch_related("grades__analyte")

    @admin.display(description=called_lazy("figures"))
    def figures(self, estimate: ResourceEstimate) -> str:
        """Lead to the estimate by its tonnages, in one line."""
        address = reverse("admin:registry_resourceestimate_change", args=[estimate.pk])
        return format_html('<a href="{}?from=record">{}</a>', address, figures(estimate))

    @admin.display(description=called_lazy("grades"))
    def grade(self, estimate: ResourceEstimate) -> str:
        """Return the grades in one line."""
        return ", ".join(map(str, estimate.grades.all())) or "–"

    @admin.display(description=called_lazy("state"))
    def state(self, estimate: ResourceEstimate) -> str:
        """Describe its state of curation."""
        return estimate.get_record_status_display()


class EstimatedPage(admin.ModelAdmin):
    """The page of a record that has estimates."""

    def response_post_save_add(self, request: HttpRequest, obj: Any) -> HttpResponseRedirect:
        """Go on to an estimate of the new record, if that is what the curator pressed."""
        if "_estimate" in request.POST:
            address = reverse("admin:registry_resourceestimate_add")
            return HttpResponseRedirect(f"{address}?{estimated_by(type(obj))}={obj.pk}&from=record")
        return super().response_post_save_add(request, obj)
