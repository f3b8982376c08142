"""The sums of oxides that a question computes in SQL are those that pages compute in Python."""

from random import Random
from typing import Any

import pytest

from registry.models import Commodity, Grade, ReeScheme, ResourceEstimate
from registry.ree_sums import Oxide, Scheme, StatedGrade, oxide_sums, share
from tests import records

pytestmark = pytest.mark.django_db


def estimates(random: Random) -> list[ResourceEstimate]:
    """Make estimates that grade all, most or some elements, as elements, as oxides or as both, and exactly or not."""
    singles = list(Commodity.objects.published().filter(ree=True, kind__in=("element", "oxide")).order_by("id"))
    made = []
    for share_of_grades in (1, 1, 0.9, 0.5, 0.2):
        estimate = records.estimate()
        chosen = [one for one in singles if random.random() < share_of_grades]
        Grade.objects.bulk_create(
            Grade(
                estimate=estimate,
                analyte=one,
                value=random.uniform(0.01, 2_000),
                unit="ppm",
                comparator=random.choice(("eq", "eq", "eq", "approx", "gt")) if share_of_grades < 1 else "eq",
            )
            for one in chosen
        )
        made.append(estimate)
    return made


def test_both_computations_are_equal(api: Any) -> None:
    made = estimates(Random(7))
    oxides = [
        Oxide(one.slug, one.element.slug, float(one.oxide_factor))
        for one in Commodity.objects.published().filter(kind="oxide", ree=True, element__isnull=False).order_by("slug")
    ]
    found = api.json("/api/v1/questions/oxides-by-scheme/?verdict=computed,incomplete&limit=1000")["results"]
    rows = {(row["estimate"]["slug"], row["scheme"]["slug"]): row for row in found}
    compared = 0
    for scheme in ReeScheme.objects.published():
        classes = dict(scheme.classes.values_list("element__slug", "ree_class"))
        for estimate in made:
            stated = [
                StatedGrade(g.analyte.slug, g.mass_fraction, g.comparator) for g in estimate.grades.select_related("analyte")
            ]
            sums = {one.name: one for one in oxide_sums(stated, oxides, Scheme(scheme.slug, scheme.slug, classes))}
            row = rows[estimate.slug, scheme.slug]
            for name in ("LREO", "MREO", "HREO", "TREO"):
                value = sums[name].value if name in sums else None
                expected = None if value is None else pytest.approx(value * 100)
                assert row[f"{name.lower()}_pct"] == expected, (scheme.slug, estimate.slug, name)
            assert row["treo_at_least_pct"] == pytest.approx(sums["TREO"].at_least * 100)
            assert (row["missing"] or "").split(", ") == list(sums["TREO"].missing or ("",))
            ratio = share(sums.values())
            assert row["heavy_share_pct"] == (None if ratio is None else pytest.approx(ratio * 100))
            compared += ratio is not None
    assert compared >= 2, "some have all elements"


def test_the_order_of_rows_changes_no_digit(api: Any) -> None:
    """Grades that are stored in another order are the same grades; a sum of floats would differ in its last digit."""
    made = estimates(Random(11))
    graded = Grade.objects.filter(estimate__in=made)
    address = "/api/v1/questions/oxides-by-scheme/?verdict=computed,incomplete&limit=1000"
    before = api.json(address)["results"]
    rows = [{**row, "id": None} for row in graded.order_by("-id").values()]
    graded.delete()
    Grade.objects.bulk_create(Grade(**row) for row in rows)
    after = api.json(address)["results"]
    for row in (*before, *after):
        row.pop("version", None)
    assert after == before
