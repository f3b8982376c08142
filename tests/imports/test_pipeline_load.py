"""A file is loaded: every sound row becomes a record, cited by its row."""

from pathlib import Path

import pytest

from registry.models import Citation, Deposit, ExternalId, ImportRun, Name
from tests.imports.given import at, load, row
from tests.records import commodity, country, square

pytestmark = pytest.mark.django_db


def test_rows_become_published_records(tmp_path: Path) -> None:
    here = country(boundary=square(60, 40, 10))
    nd = commodity(slug="XNd")
    run = load(
        tmp_path,
        row("1", "Akbulak", **at(65, 45, here.slug), commodities=[{"symbol": "xnd", "role": "main"}],
            other_names=[{"text": "Ақбұлақ", "language": "kk-Cyrl"}]),
        row("2", "Кундыбай", description="a place"),
    )  # fmt: skip
    assert run.counts == {"rows": 2, "new": 2, "changed": 0, "unchanged": 0, "left": 0, "refused": 0, "warned": 0, "differing": 0}
    first = Deposit.objects.get(slug="akbulak-survey-1")
    assert (first.name, first.record_status, first.country, first.version) == ("Akbulak", "published", here, 1)
    assert first.location.coords == (65, 45) and first.located_in == [here.pk]
    assert [c.commodity for c in first.commodities.all()] == [nd]
    assert {n.text for n in first.names.all()} == {"Akbulak", "Ақбұлақ"}
    assert [str(e) for e in first.external_ids.all()] == ["survey:1"]
    cited = first.citations.get()
    assert (cited.source.slug, cited.locator, cited.relation) == ("survey-list", "row 2, 1", "supports")
    assert Deposit.objects.get(external_ids__value="2").slug == "kundibai-survey-2"
