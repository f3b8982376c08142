"""Names in the language that a reader chooses, where a record has one."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.gis.geos import Point

from registry.models import Deposit, DepositParty, LicenseParty, LicenseSite, Name
from tests import records

pytestmark = pytest.mark.django_db
A = "/api/v1"


@pytest.fixture
def record(db: None) -> Any:
    country = records.country(name="Kazakhstan")
    Name.objects.create(country=country, text="Казахстан", language="ru", kind="official")
    deposit = records.deposit(name="Tomtor", country=country)
    for text, language, kind in (
        ("Томторское", "ru", "alternate"),
        ("Томтор старый", "ru", "historic"),
        ("Tomtor qazaqsha", "kk-Latn", "alternate"),
        ("Томтор қазақша", "kk-Cyrl", "alternate"),
    ):
        Name.objects.create(deposit=deposit, text=text, language=language, kind=kind)
    return deposit


def test_names_of_records_and_links_follow_the_language(api: Any, record: Any) -> None:
    for address in (f"{A}/deposits/?slug={record.slug}&", f"{A}/deposits/{record.slug}/?"):
        for lang, accepted, name, country in (
            ("ru", "", "Томторское", "Казахстан"),
            ("", "ru-RU,ru;q=0.9,en;q=0.5", "Томторское", "Казахстан"),
            ("", "en-GB,ru;q=0.9", "Tomtor", "Kazakhstan"),
            ("", "en;q=0.5, ru; Q=0.9", "Томторское", "Казахстан"),
            ("en", "ru", "Tomtor", "Kazakhstan"),
            ("kk-Cyrl", "", "Томтор қазақша", "Kazakhstan"),
            ("kk-Latn", "", "Tomtor qazaqsha", "Kazakhstan"),
            ("fr", "", "Tomtor", "Kazakhstan"),
            ("", "", "Tomtor", "Kazakhstan"),
        ):
            headers = {"HTTP_ACCEPT_LANGUAGE": accepted} if accepted else {}
            answer = api.get(f"{address}lang={lang}" if lang else address[:-1], **headers)
            found = answer.json()
            shown = found["results"][0] if "results" in found else found
            assert (shown["name"], shown["country"]["name"]) == (name, country), (address, lang, accepted)
            assert ("Accept-Language" in answer["Vary"]) == (not lang)
    row = api.get(f"{A}/deposits/?slug={record.slug}&lang=ru&format=csv&fields=name").content.decode()
    assert "Томторское" in row
    feature = api.json(f"{A}/deposits/{record.slug}/?lang=ru&format=geojson")
    assert feature["properties"]["name"] == "Томторское"


def test_names_of_the_nearest_follow_the_language(api: Any, record: Any) -> None:
    Deposit.objects.filter(pk=record.pk).update(location=Point(116.6, 71.1, srid=4326), location_kind="reported")
    for more in ("", "&radius_km=50", "&format=geojson"):
        answer = api.get(f"{A}/deposits/?near=116.5,71&lang=ru{more}")
        assert "Томторское" in answer.content.decode(), more


def test_links_inside_rows_follow_the_language_too(api: Any, record: Any) -> None:
    operator, licence, part = records.organization(), records.license_(), records.deposit(parent=record)
    Name.objects.create(organization=operator, text="Оператор", language="ru", kind="official")
    Name.objects.create(license=licence, text="Лицензия", language="ru", kind="official")
    Name.objects.create(deposit=part, text="Участок", language="ru", kind="official")
    DepositParty.objects.create(deposit=record, organization=operator)
    LicenseParty.objects.create(license=licence, organization=operator)
    LicenseSite.objects.create(license=licence, deposit=record)
    now = api.json(f"{A}/deposits/{record.slug}/")
    found = api.json(f"{A}/deposits/{record.slug}/?lang=ru")
    assert list(found) == list(now), "the fields keep their order"
    assert found["parties"][0]["organization"] == {"slug": operator.slug, "name": "Оператор"}
    assert [found[name][0]["name"] for name in ("license_links", "children")] == ["Лицензия", "Участок"]
    (listed,) = api.json(f"{A}/licenses/?slug={licence.slug}&lang=ru")["results"]
    assert listed["parties"][0]["organization"]["name"] == "Оператор"
    (own,) = api.json(f"{A}/licenses/{licence.slug}/?lang=ru")["sites"]
    assert own["site"]["name"] == "Томторское"


def test_each_language_has_its_own_tag(api: Any, record: Any) -> None:
    address = f"{A}/deposits/?slug={record.slug}"
    tags = {api.get(address, HTTP_ACCEPT_LANGUAGE=one)["ETag"] for one in ("ru", "ru-RU;q=0.1,ru", "kk", "en", "*")}
    assert len(tags) == 3
    for wrong in ("lang=русский", "lang=", "lang=ru&as_of=2999-01-01"):
        assert api.get(f"{address}&{wrong}").status_code == 400, wrong
    past = api.json(f"{A}/deposits/{record.slug}/?lang=ru&as_of={datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}", 400)
    assert past["parameter"] == "lang"
