"""A filter that several resources share over codes of other records: the families of reporting codes."""

from django.db.models import Case, Value, When

from api.filters.coded_rows import CodedRowsFilter
from api.filters.facets import Watched
from registry.models import ResourceEstimate
from registry.vocabularies.estimates import CodeFamily, family_codes


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
