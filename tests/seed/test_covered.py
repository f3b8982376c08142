"""Every value and row of the seed is covered by a citation that supports it."""

from registry.uncovered import uncovered


def test_no_value_of_the_seed_is_without_a_source(whole: None) -> None:
    assert {f"{one.kind.plural}/{one.slug}": one.entries for one in uncovered()} == {}
