"""Every id of the dossier is found in the registry, on exactly one row."""

import csv
from dataclasses import astuple
from typing import Any

from registry.geo.uncertainty import NOT_STATED, printed_uncertainty
from registry.models import Citation, Deposit, Disagreement, ExternalId
from tests.seed.conftest import shared


def dossier_ids(node: Any) -> set[str]:
    """Collect every `id` of the dossier, however deep."""
    if isinstance(node, list):
        return set().union(*map(dossier_ids, node)) if node else set()
    if not isinstance(node, dict):
        return set()
    own = {node["id"]} if isinstance(node.get("id"), str) else set()
    return own.union(*(dossier_ids(value) for value in node.values()))


def test_every_id_of_the_dossier_is_found_once(facts: dict[str, Any], whole: None) -> None:
    located = list(csv.DictReader(shared("facts/located_deposits.csv").open(encoding="utf-8")))
    wanted = dossier_ids(facts) | {row["id"] for row in located}
    held = list(ExternalId.objects.filter(scheme="dossier").values_list("value", flat=True))
    assert len(wanted) > 900
    assert wanted - set(held) == set()
    assert set(held) - wanted == set()
    assert len(held) == len(set(held))


def test_every_row_of_the_located_deposits_with_a_match_is_a_citation_of_its_place(whole: None) -> None:
    for row in csv.DictReader(shared("facts/located_deposits.csv").open(encoding="utf-8")):
        held = ExternalId.objects.get(scheme="dossier", value=row["id"])
        if row["match_confidence"] == "no match":
            assert held.deposit is not None, row["id"]
            continue
        citation = held.citation
        assert citation is not None and citation.fields[0] == "location", row["id"]
        source, _, locator = row["src"].partition("#")
        assert (citation.source.slug, citation.locator) == (source, locator)
        if row["longitude"]:
            assert citation.stated_value == {
                "type": "Point",
                "coordinates": [float(row["longitude"]), float(row["latitude"])],
            }
        else:
            assert citation.stated_value is None


def test_what_repeats_another_row_is_no_second_citation(whole: None) -> None:
    repeated = [
        row
        for row in csv.DictReader(shared("facts/located_deposits.csv").open(encoding="utf-8"))
        if row["record_id"].startswith("C0")
    ]
    assert len(repeated) == 7
    for row in repeated:
        citation = ExternalId.objects.get(scheme="dossier", value=row["id"]).citation
        assert citation is not None and citation.external_ids.count() == 2 and "not independent" in citation.note


#: Disagreements whose sides are not those of the dossier → sides more or fewer, with the section of the audit that says why.
OTHER_SIDES = {
    "x-kut-tonnage": (+1, "B2.2"),
    "x-ru-reserves": (-1, "B3.1"),
    "x-mn-reserves": (-1, "B3.3"),
}


def test_disagreements_keep_their_sides(facts: dict[str, Any], whole: None) -> None:
    for stated in facts["disagreements"]:
        held = Disagreement.objects.get(external_ids__value=stated["id"])
        more, _ = OTHER_SIDES.get(stated["id"], (0, ""))
        # One record can stand for several sides of the dossier.
        assert 2 <= held.members.count() <= len(stated["members"]) + more


def test_deposits_are_where_their_own_sources_put_them(whole: None) -> None:
    placed = Deposit.objects.filter(location__isnull=False)
    assert placed.count() == 97
    assert set(placed.filter(location_kind="georeferenced_place").values_list("slug", flat=True)) == {
        "shok-karagay",
        "maoniuping",
        "phalaborwa",
        "tanbreez",
    }
    for deposit in placed:
        points = Citation.objects.filter(deposit=deposit, fields__contains=["location"], relation="supports")
        assert any(
            p.stated_value["coordinates"] == [deposit.location.x, deposit.location.y] for p in points if p.stated_value
        ), deposit
        shown = printed_uncertainty(deposit.coordinates_as_printed, deposit.location_kind)
        assert (deposit.location_uncertainty_m, deposit.uncertainty_basis) == astuple(shown)
        # Seven decimals of a degree are arithmetic, not precision.
        exact = any(len(part.partition(".")[2]) == 7 for part in deposit.coordinates_as_printed.split(", "))
        assert (shown == NOT_STATED) == (deposit.location_kind == "georeferenced_place" or exact)
    outliers = Citation.objects.filter(note__contains="OUTLIER")
    assert outliers.count() == 3
    for outlier in outliers:
        at = outlier.deposit.location if outlier.deposit else None
        assert at is None or outlier.stated_value["coordinates"] != [at.x, at.y]
