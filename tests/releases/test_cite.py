"""A query that is cited answers with the same bytes for ever, whatever changes; what may be held is bounded."""

import hashlib
import json
from typing import Any
from urllib.parse import quote

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from registry.models import Country, Deposit, Name
from registry.models.cited import CitedBody, CitedQuery
from releases import citations
from tests.records import country, made

QUERIES = {
    "/api/v1/deposits/?country=QC&development_status=unknown": 50,
    "/api/v1/deposits/": None,
    "/api/v1/deposits/?bbox=69,39,71,41": None,
    "/api/v1/deposits/?search=cited": None,
    "/api/v1/deposits/?near=70,40&radius_km=50": None,
    "/api/v1/deposits/cited-1/": 1,
    "/api/v1/countries/?fields=slug,name": None,
    "/api/v1/statements/?record=cited-1": None,
    "/api/v1/questions/funnel/": None,
    "/api/v1/deposits/?as_of=2200-01-01": 400,
    "/api/v1/deposits/?nonsense=1": 400,
    "/api/v1/deposits/no-such/": 404,
    "/api/v1/deposits/?near=70,40": 400,
    "/api/v1/deposits/export/": 400,
    "/admin/": 400,
    "": 400,
}


@pytest.fixture(scope="module")
def records(own_database: None) -> None:
    with transaction.atomic():
        here = country(slug="QC", name="Cited country")
        for number in range(50):
            made(
                "deposit",
                slug=f"cited-{number}",
                name=f"Cited {number}",
                country=here,
                host_rock="granite" if number > 4 else None,
            )
        Deposit.objects.create(slug="cited-draft", name="SECRET", country=here, host_rock="granite")


def cited(api: Any, query: str, status: int = 303) -> Any:
    response = api.post("/cite/", {"query": query})
    assert response.status_code == status, (query, response.content[:300])
    return response


def test_a_cited_query_answers_with_the_same_bytes_after_edits_of_every_kind(records: None, api: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(citations, "_PAGE", 20)
    kept = {}
    for query, expected in QUERIES.items():
        if expected and expected >= 400:
            cited(api, query, expected)
            continue
        address = cited(api, query)["Location"]
        data = api.get(f"{address.rstrip('/')}.json")
        assert data["ETag"] == f'"{hashlib.sha256(data.content).hexdigest()}"'
        assert data["Cache-Control"].endswith("immutable") and data["Access-Control-Allow-Origin"] == "*"
        document = json.loads(data.content)
        assert document["records"] == len(document["results"]) and b"SECRET" not in data.content
        assert expected is None or document["records"] == expected, query
        kept[address] = data.content
        assert api.get(address, headers={"Accept": "application/json"}).content == data.content
    first = next(iter(kept))
    assert cited(api, "/api/v1/deposits?development_status=unknown&country=QC&limit=7&format=json")["Location"] == first, (
        "it is the same"
    )
    assert CitedQuery.objects.count() == len(kept)

    # Bulk edits of every kind: columns, rows within, names of other records, merges, withdrawals, new records.
    with transaction.atomic():
        for turn in range(20):
            Deposit.objects.filter(slug__startswith="cited-").update(host_rock=f"rock {turn}")
    with transaction.atomic():
        Name.objects.filter(deposit__slug__startswith="cited-").delete()
        Country.objects.filter(slug="QC").update(name="Renamed country")
        kept_one = Deposit.objects.get(slug="cited-1")
        Deposit.objects.filter(slug__in=[f"cited-{n}" for n in range(10, 15)]).update(
            record_status="merged", merged_into=kept_one
        )
        Deposit.objects.filter(slug__in=[f"cited-{n}" for n in range(20, 25)]).update(record_status="withdrawn")
        made("deposit", slug="cited-new", name="Cited anew", host_rock="granite")
    for address, before in kept.items():
        assert api.get(f"{address.rstrip('/')}.json").content == before
    assert len(api.json("/api/v1/deposits/?country=QC")["results"]) == 40
    assert cited(api, "/api/v1/deposits/")["Location"] not in kept, "what has changed is another citation"

    for language in ("", "/ru"):
        page = api.get(f"{language}{first}", headers={"Accept": "text/html"})
        assert page.status_code == 200 and hashlib.sha256(kept[first]).hexdigest().encode() in page.content
    stem = first.rstrip("/")
    assert api.get(f"{stem}.bib").content.startswith(b"@misc{query-")
    assert b"UR  - http://testserver" in api.get(f"{stem}.ris").content
    assert api.json(f"{stem}.csl")[0]["URL"] == f"http://testserver{first}"
    form = api.get("/deposits/?country=QC", headers={"Accept": "text/html"}).content.decode()
    assert 'name="query" value="/api/v1/deposits/?country=QC"' in form
    assert api.get("/cite/").status_code == 405
    assert api.get("/cite/aaaaaaaaaaaaaaaa/").status_code == 404

    # The owner may take an answer away; its hash remains.
    key = stem.rpartition("/")[2]
    call_command("uncite", key)
    gone = api.get(f"{stem}.json")
    assert gone.status_code == 410 and hashlib.sha256(kept[first]).hexdigest() in gone.content.decode()
    assert api.get(first, headers={"Accept": "text/html"}).status_code == 200
    with pytest.raises(CommandError, match="no citation"):
        call_command("uncite", "aaaaaaaaaaaaaaaa")


def test_what_is_held_is_bounded(records: None, api: Any, monkeypatch: Any) -> None:
    before = CitedBody.objects.count()
    with monkeypatch.context() as patch:
        patch.setattr(citations, "MOST_RECORDS", 10)
        assert b"cite a release" in cited(api, "/api/v1/deposits/?country=QC", 413).content
    with monkeypatch.context() as patch:
        patch.setattr(citations, "MOST_BYTES", 1_000)
        cited(api, "/api/v1/deposits/?country=QC", 413)
    with monkeypatch.context() as patch:
        patch.setattr(citations, "MOST_HELD", 0)
        cited(api, f"/api/v1/deposits/?search={quote('never cited')}", 503)
    assert CitedBody.objects.count() == before
    monkeypatch.setattr(citations, "FROM_SENDER", CitedQuery.objects.count() + 1)
    cited(api, "/api/v1/deposits/?search=first")
    assert cited(api, "/api/v1/deposits/?search=second", 429)["Retry-After"]
