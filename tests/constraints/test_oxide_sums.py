"""Light and heavy oxides under a scheme: the formula by hand, and what is said when it cannot be filled in."""

import pytest

from registry.ree_sums import Oxide, Scheme, StatedGrade, oxide_sums, share

OXIDES = (
    Oxide("CeO2", "Ce", 1.22838),
    Oxide("Ce2O3", "Ce", 1.17128),
    Oxide("Nd2O3", "Nd", 1.16638),
    Oxide("Dy2O3", "Dy", 1.14768),
)
SCHEME = Scheme("usgs", "USGS", {"Ce": "light", "Nd": "light", "Pm": "light", "Dy": "heavy", "Sc": "neither"})


def test_a_sum_takes_oxides_as_stated_and_elements_by_their_factor() -> None:
    grades = [StatedGrade("Ce2O3", 0.01), StatedGrade("Nd", 0.002), StatedGrade("Dy", 0.0005, "approx"), StatedGrade("REO", 1)]
    sums = {one.name: one for one in oxide_sums(grades, OXIDES, SCHEME)}
    assert sums["LREO"].value == pytest.approx(0.01 + 0.002 * 1.16638)
    assert sums["HREO"].value == pytest.approx(0.0005 * 1.14768)
    assert sums["TREO"].value == pytest.approx(0.01 + 0.002 * 1.16638 + 0.0005 * 1.14768)
    assert (sums["LREO"].is_approximate, sums["HREO"].is_approximate) == (False, True)
    assert share(sums.values()) == pytest.approx(sums["HREO"].value / sums["TREO"].value)  # type: ignore[operator]
    assert "MREO" not in sums, "the scheme has no middle class"


def test_a_stated_oxide_goes_before_the_element_and_elements_are_counted_as_customary() -> None:
    (light, *_) = oxide_sums([StatedGrade("Ce", 0.5), StatedGrade("CeO2", 0.1), StatedGrade("Nd", 0)], OXIDES, SCHEME)
    assert light.value == pytest.approx(0.1)
    (light, *_) = oxide_sums([StatedGrade("Ce", 0.1), StatedGrade("Nd", 0)], OXIDES, SCHEME)
    assert [one.oxide for one in light.inputs] == ["CeO2", "Nd2O3"]


def test_what_is_missing_is_named_and_a_bound_is_no_grade() -> None:
    sums = {one.name: one for one in oxide_sums([StatedGrade("Ce", 0.1), StatedGrade("Dy", 0.1, "gt")], OXIDES, SCHEME)}
    assert (sums["LREO"].value, sums["LREO"].missing) == (None, ("Nd",))
    assert sums["LREO"].at_least == pytest.approx(0.122838)
    assert sums["HREO"].missing == ("Dy",)
    assert share(sums.values()) is None
