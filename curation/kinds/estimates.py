"""The pages of resource and reserve estimates."""

import json
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponseRedirect
from django.utils.translation import gettext_lazy

from curation.declared import page_of
from curation.forms.choices import AnyRecordField
from curation.inlines import CitationsInline, ExternalIdsInline, RowsInline
from curation.kinds.estimated import ESTIMATES, figures
from curation.linked import change_url
from curation.lists import ChooseFilter
from curation.record_admin import RecordAdmin, SluggedForm
from registry.models import Citation, Grade, ResourceEstimate
from registry.vocabularies import CATEGORIES, CitationRelation, ReportingCode
from registry.words import called_lazy

OF = ("deposit", "prospecting_object")


class EstimateForm(SluggedForm):
    """One estimate, for a deposit or a prospecting object."""

    record = AnyRecordField(
        ResourceEstimate,
        OF,
        label=gettext_lazy("Estimate of"),
        help_text=gettext_lazy("The deposit or prospecting object of the estimate."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer only what fits the reporting code."""
        super().__init__(*args, **kwargs)
        if "category" in self.fields:
            self.fields["category"].widget.attrs |= {"data-fits": json.dumps(CATEGORIES), "data-fits-by": "reporting_code"}
        for name, code in (("unfc_class", ReportingCode.UNFC), ("balance", ReportingCode.GKZ)):
            if name in self.fields:
                self.fields[name].widget.attrs |= {"data-only-for": code.value, "data-only-by": "reporting_code"}

    def slug_text(self) -> str:
        """Call an estimate by what it is for, its code and its date."""
        chosen = self.cleaned_data.get("record")
        if not chosen:
            return ""
        code = self.cleaned_data.get("reporting_code")
        parts = [chosen[1].slug, "" if code in (None, "unspecified") else code, self.cleaned_data.get("effective") or ""]
        return " ".join([*filter(None, parts), "estimate"])


class GradesInline(RowsInline):
    """The contained quantity."""

    model = Grade
    fields = ("analyte", "comparator", "value_low", "value", "value_high", "unit")

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        """Offer a row for the grade of a new estimate."""
        return 0 if obj else 1


class EstimateCitationsInline(CitationsInline):
    """The citations of an estimate; one that is added from a deposit begins with the source that the deposit cites last."""

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        """Offer the citation that the address suggests."""
        return 1 if obj is None and suggested_source(request) else 0


def suggested_source(request: HttpRequest) -> int | None:
    """Return the source of the newest citation of the record for which an estimate is being added."""
    column = next((one for one in OF if one in request.GET), None)
    key = request.GET.get(column, "") if column else ""
    if not key.isascii() or not key.isdecimal() or len(key) > 18:
        return None
    cited = Citation.objects.filter(**{column: int(key)}, relation=CitationRelation.SUPPORTS)  # type: ignore[arg-type]
    return cited.order_by("-pk").values_list("source", flat=True).first()


@page_of(ResourceEstimate)
class EstimateAdmin(RecordAdmin):
    """Estimates, each under the code it was reported by."""

    form = EstimateForm
    list_shows = ("figures", "reporting_code", "category", "effective")
    list_select_related = ("deposit", "prospecting_object", "commodity")
    list_narrows = (("reporting_code", ChooseFilter), ("category", ChooseFilter), ("stage", ChooseFilter))
    fieldsets = (
        (None, {"fields": ("record", "slug", ("zone", "measure"), "commodity")}),
        (
            gettext_lazy("Figures"),
            {
                "fields": (
                    ("ore_tonnes_low", "ore_tonnes", "ore_tonnes_high"),
                    ("contained_tonnes_low", "contained_tonnes", "contained_tonnes_high"),
                    ("contained_basis", "comparator"),
                    "text_as_printed",
                ),
                "description": gettext_lazy(
                    "In tonnes, as stated by the source. Codes are never converted, and figures never added up."
                ),
            },
        ),
        (
            gettext_lazy("Code and date"),
            {
                "fields": (
                    ("reporting_code", "category"),
                    ("unfc_class", "balance"),
                    ("stage", "resources_include_reserves"),
                    ("effective", "cutoff_as_printed"),
                    "supersedes",
                )
            },
        ),
    )
    inlines = (EstimateCitationsInline, GradesInline, ExternalIdsInline)

    @admin.display(description=called_lazy("figures"))
    def figures(self, estimate: ResourceEstimate) -> str:
        """Return the tonnages in one line."""
        return figures(estimate)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Take the deposit from the address, `?deposit=7`."""
        initial = super().get_changeform_initial_data(request)
        initial.pop("from", None)
        for column in OF:
            if key := initial.pop(column, None):
                initial["record"] = f"{column}:{key}"
        return initial

    def get_formset_kwargs(self, request: HttpRequest, obj: Any, inline: Any, prefix: str) -> dict[str, Any]:
        """Fill the suggested source in."""
        given: dict[str, Any] = super().get_formset_kwargs(request, obj, inline, prefix)
        source = suggested_source(request) if request.method == "GET" and isinstance(inline, EstimateCitationsInline) else None
        return {**given, "initial": [{"source": source}]} if source else given

    def response_post_save_add(self, request: HttpRequest, obj: Any) -> HttpResponseRedirect:
        """Return to the deposit from whose page it was added."""
        return self._back(request, obj) or super().response_post_save_add(request, obj)

    def response_post_save_change(self, request: HttpRequest, obj: Any) -> HttpResponseRedirect:
        """Return to the deposit from whose page it was opened."""
        return self._back(request, obj) or super().response_post_save_change(request, obj)

    def _back(self, request: HttpRequest, obj: ResourceEstimate) -> HttpResponseRedirect | None:
        parent = obj.deposit or obj.prospecting_object
        if "from" not in request.GET or parent is None:
            return None
        return HttpResponseRedirect(f"{change_url(parent, self.admin_site)}#{ESTIMATES}")
