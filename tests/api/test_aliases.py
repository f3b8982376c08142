"""Another name by which a record is asked for leads to it: at its address, in filters, never to a draft."""

import pytest

from registry import models as m
from tests import records
from tests.conftest import ApiClient

pytestmark = pytest.mark.django_db


def test_an_alias_stands_for_its_record(api: ApiClient) -> None:
    source, country = records.source(), records.country()
    deposit = records.deposit(cited=False)
    m.Citation.objects.create(deposit=deposit, source=source, fields=records.everything(m.Deposit))
    m.ExternalId.objects.create(source=source, scheme="alias", value="ofr-02-189")
    m.ExternalId.objects.create(country=country, scheme="alias", value="Land")
    m.ExternalId.objects.create(source=records.source(record_status="draft"), scheme="alias", value="hidden")
    m.ExternalId.objects.create(deposit=deposit, scheme="mrds", value="10")
    answer = api.get("/api/v1/sources/OFR-02-189/?lang=ru")
    assert (answer.status_code, answer["Location"]) == (301, f"/api/v1/sources/{source.slug}/?lang=ru")
    found = api.json("/api/v1/statements/?source=ofr-02-189&field=name")
    assert [one["record"] for one in found["results"]] == [deposit.slug]
    assert [one["slug"] for one in api.json("/api/v1/deposits/?source=ofr-02-189")["results"]] == [deposit.slug]
    assert api.json("/api/v1/deposits/?country=land")["results"] == api.json("/api/v1/deposits/?within=land")["results"] == []
    for wrong in ("hidden", "10", "nothing"):
        assert api.json(f"/api/v1/deposits/?source={wrong}", 400)["parameter"] == "source"
        assert api.get(f"/api/v1/sources/{wrong}/").status_code == 404
