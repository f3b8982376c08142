"""A resource's filters are a FilterSet of django-filter, and what django-filter documents of one holds."""

from typing import Any

import django_filters
import pytest
from django.test import RequestFactory

from api.errors import BadParameter
from api.filters.sets import Filters
from api.resources.resource import resource_named
from registry.models import Deposit
from tests.conformance.walks import slugs, walk

pytestmark = pytest.mark.django_db
DEPOSITS = resource_named("deposits")


@pytest.mark.parametrize(
    "asked",
    [
        {"country": "KZ"},
        {"country__not": "KZ,KG", "deposit_type": "carbonatite"},
        {"discovery_year__gte": "1950"},
        {"commodity": "HREE"},
        {"updated_at__gte": "2020-01-01"},
        {"admin_code__isnull": "true", "region": "central-asia"},
    ],
)
def test_the_queryset_holds_what_the_list_holds(api: Any, asked: dict[str, str]) -> None:
    kept = DEPOSITS.filters(asked, queryset=Deposit.objects.published())
    assert kept.is_valid(), kept.errors
    listed = slugs(walk(api, DEPOSITS, limit=1000, **asked))
    assert listed and sorted(kept.qs.values_list("slug", flat=True)) == sorted(listed)


def test_data_that_cannot_be_read_are_errors_of_the_form() -> None:
    kept = DEPOSITS.filters({"country": "nowhere", "discovery_year__gte": "old"}, queryset=Deposit.objects.all())
    assert set(kept.errors) == {"country", "discovery_year__gte"}
    assert "country__not" in kept.form.fields


class Own(Filters):
    """What an engineer adds who knows django-filter."""

    starts = django_filters.CharFilter(field_name="name", lookup_expr="istartswith", help_text="The begin of the name.")
    old = django_filters.BooleanFilter(method="keep_old")

    def keep_old(self, queryset: Any, name: str, value: bool) -> Any:
        return queryset.filter(discovery_year__lt=1960) if value else queryset


def test_filters_of_django_filter_are_parameters_of_the_api() -> None:
    parameters = Own.of(Deposit)
    assert list(parameters)[:2] == ["starts", "old"] and "updated_at__gte" in parameters
    published = Deposit.objects.published()
    rows = parameters["starts"].clause("ku").apply(published)
    assert {name[:2] for name in rows.values_list("name", flat=True)} == {"Ku"}
    old = parameters["old"].clause("true").apply(published)
    assert set(old) == set(published.filter(discovery_year__lt=1960)) == set(Own({"old": "true"}, queryset=published).qs)
    number = type("N", (Filters,), {"year": django_filters.NumberFilter(field_name="discovery_year")}).of(Deposit)
    with pytest.raises(BadParameter):
        number["year"].clause("many")


def test_a_filter_set_knows_its_request() -> None:
    request = RequestFactory().get("/")
    assert DEPOSITS.filters(request.GET, queryset=Deposit.objects.all(), request=request).request is request
