"""The real files, loaded on top of the seed: exact counts, every doubtful place found, and the same again changes nothing."""

from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from imports.flows import import_load
from imports.source_file import open_file
from registry.models import Citation, Country, Deposit, Finding, ImportProblem, ImportRow, ImportRun, License
from tests.imports.sample_files import real

#: Kind → file, rows, new, changed, refused.
FILES: dict[str, tuple[str, int, int, int, int]] = {
    "usgs-ree": ("usgs/ree_ofr02189.csv", 799, 723, 71, 0),
    "mrds": ("usgs/mrds_ree_sites.csv", 1392, 1358, 25, 9),
    "usgs-major": ("usgs/major_deposits.csv", 3168, 3138, 30, 0),
    "usgs-mcs": ("usgs/mcs2024_rare_earths_world.csv", 45, 0, 0, 0),  # the seed has them
    "wa-tenements": ("licences/wa_tenements_221.geojson", 221, 221, 0, 0),
    "ga-critical-minerals": ("australia/ga_critical_minerals_354.xlsx", 354, 328, 26, 0),
    "natural-earth": ("boundaries/ne_50m_admin_0_countries.geojson", 241, 0, 1, 6),
}
PLACES = ("swapped", "sign-lost", "digit-lost", "outside-country")


def loaded(kind: str, file: str = "") -> ImportRun:
    path = real(file or FILES[kind][0])
    return import_load(opened=open_file(path, kind), path=path, actor="test")


@pytest.mark.usefixtures("whole")
@pytest.mark.parametrize("kind", FILES)
def test_every_file_goes_in_and_the_second_time_changes_nothing(kind: str) -> None:
    _, rows, new, changed, refused = FILES[kind]
    counts = loaded(kind).counts
    assert (counts["rows"], counts["new"], counts["changed"], counts["refused"]) == (rows, new, changed, refused)
    history = [m.history.rel.related_model.objects.count() for m in (Deposit, License, Finding, Country, Citation)]  # type: ignore[attr-defined]
    again = loaded(kind).counts
    assert (again["new"], again["changed"], again["unchanged"]) == (0, 0, rows - refused)
    assert history == [m.history.rel.related_model.objects.count() for m in (Deposit, License, Finding, Country, Citation)]  # type: ignore[attr-defined]


def listed() -> dict[str, dict[str, str]]:
    """Give the rows whose point is not in the stated country, by kind and id, as the derived list has them."""
    files = {"usgs_ree": "usgs-ree", "usgs_major": "usgs-major", "mrds": "mrds"}
    found: dict[str, dict[str, str]] = {}
    kind = ""
    for line in real("usgs/coordinate_mismatches.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("   MISMATCH"):
            found.setdefault(kind, {})[line.split()[1]] = line.split(maxsplit=2)[2]
        elif not line.startswith(" "):
            kind = next((name for start, name in files.items() if line.startswith(start)), "")
    return found


@pytest.mark.usefixtures("whole")
def test_every_listed_place_that_is_elsewhere_is_found() -> None:
    """The list compares names as well: what it names and we do not lies in the stated country after all, under another name."""
    unexplained, found, at_home, unstated = [], 0, 0, 0
    for kind in ("usgs-ree", "usgs-major"):
        run = loaded(kind)
        doubted = set(ImportProblem.objects.filter(run=run, rule__in=PLACES).values_list("row__value", flat=True))
        rows = {r.value: r for r in ImportRow.objects.filter(run=run)}
        for value, words in listed()[kind].items():
            mapped: dict[str, Any] = rows[value].mapped
            if value in doubted:
                found += 1
            elif mapped.get("country") is None:
                unstated += 1
            elif lies_in(mapped["country"], mapped["location"]):
                at_home += 1
            else:
                unexplained.append((kind, value, words))
    assert unexplained == []
    assert (found, at_home, unstated) == (51, 108, 10)


def lies_in(code: str, place: list[float]) -> bool:
    """Tell whether a place lies in a country or in an area it claims, or within two kilometres: coasts are generalised."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM registry_countrypiece p JOIN registry_country c ON c.id = p.country_id"
            " WHERE c.slug = %(code)s AND ST_DWithin(geography(p.shape), geography(ST_Point(%(x)s, %(y)s, 4326)), 2000))"
            " OR EXISTS (SELECT FROM registry_disputedareaparty p JOIN registry_country c ON c.id = p.country_id"
            " WHERE c.slug = %(code)s AND p.area_id = ANY (registry_disputed_at(ST_Point(%(x)s, %(y)s, 4326))))",
            {"code": code, "x": place[0], "y": place[1]},
        )
        return bool(cursor.fetchone()[0])


@pytest.mark.usefixtures("whole")
def test_the_known_errors_of_the_files_come_with_their_fix() -> None:
    loaded("usgs-ree")
    fixes = dict(ImportProblem.objects.filter(rule__in=PLACES).exclude(fix="").values_list("row__mapped__name", "fix"))
    assert fixes == {
        # Neither a swap nor a sign brings Bonga home; the ten that its latitude has lost does.
        "Bonga": "A digit may be missing: -14.26667, 13.96667 lies in Angola.",
        "Mrima Hill": "The longitude may have lost its sign: -4.41667, 39.25 lies in Kenya.",
        "Vuoriyarvi": "A digit may be missing: 56.8, 30.11667 or 66.8, 30.11667 lies in Russian Federation.",
    }


@pytest.mark.usefixtures("whole")
def test_licences_by_centroid_keep_the_point_in_their_citation(tmp_path: Path) -> None:
    """The first two thousand; all 29,882 take half a minute."""
    lines = real("licences/wa_tenements_centroids_29882.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    path = tmp_path / "centroids.csv"
    path.write_text("".join(lines[:2_001]), encoding="utf-8")
    run = import_load(opened=open_file(path, "wa-tenement-centroids"), path=path)
    assert (run.counts["rows"], run.counts["new"], run.counts["refused"]) == (2_000, 2_000, 0)
    one = License.objects.get(external_ids__value="CML1200448")
    cited = one.citations.get()
    assert cited.locator == "row 2, CML1200448" and cited.stated_value["type"] == "Point"
    assert [str(p) for p in one.parties.all()] == ["THE GRIFFIN COAL MINING COMPANY PTY LIMITED (holder)"]


@pytest.mark.django_db
def test_without_the_seed_a_row_says_what_the_registry_lacks() -> None:
    """(It also asks pytest-django for the database, of which the seeded one is a clone.)"""
    counts = loaded("usgs-ree").counts
    assert counts["rows"] == 799 and counts["new"] > 500
