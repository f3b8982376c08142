"""Filters that several resources share over codes of other records: kinds of source, families of reporting codes."""

from django.db.models import Case, F, Value, When

from api.filters.coded_rows import CodedRowsFilter
from api.filters.facets import Watched
from registry.models import Citation, ResourceEstimate
from registry.vocabularies import SourceKind
from registry.vocabularies.estimates import CodeFamily, family_codes


def source_kind_filter(kind: str) -> CodedRowsFilter:
    """Return the filter of a kind of record by the kinds of the public sources that it cites."""
    back = f"{kind}_id"
    through = f"SELECT {back} FROM registry_citation WHERE {back} IS NOT NULL AND source_id IN ({{ids}})"
    return CodedRowsFilter(
        lambda: Citation.objects.filter(source__record_status="published"),
        kind,
        F("source__kind"),
        list(SourceKind.values),
        (
            Watched(Citation._meta.db_table, back),
            Watched("registry_source", through=through, columns=("kind", "record_status")),
        ),
        help="Kind of a source that is cited for it.",
        example="dataset",
    )


def code_family_filter(kind: str) -> CodedRowsFilter:
    """Return the filter of a kind of record by the families of the codes of its estimates."""
    families = [When(reporting_code__in=codes, then=Value(family)) for family, codes in family_codes().items()]
    return CodedRowsFilter(
        lambda: ResourceEstimate.objects.filter(record_status="published"),
        kind,
        Case(*families),
        list(CodeFamily.values),
        (Watched(ResourceEstimate._meta.db_table, f"{kind}_id"),),
        help="Family of reporting codes under which an estimate of it is stated: figures compare only within one.",
        example="CRIRSCO",
    )
