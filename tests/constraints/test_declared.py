"""A constraint carries its field, its message and its range once: forms, imports and refusals read them there."""

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from imports.rows import RawRow
from imports.values.draft import Draft
from imports.values.numbers import year
from imports.values.terms import Terms
from registry.constraints import range_of
from registry.models import Deposit
from registry.models.deposits import DISCOVERED
from registry.refusals import Refusal, words_for
from tests import records


def test_a_message_stands_at_a_field_that_there_is() -> None:
    models = apps.get_app_config("registry").get_models()
    told = [(model, one.field) for model in models for one in model._meta.constraints if getattr(one, "field", None)]
    assert len(told) > 40
    for model, field in told:
        model._meta.get_field(field)


def test_the_words_of_a_constraint_are_found_by_its_whole_name() -> None:
    assert words_for("deposit_slug") == ("slug", "This slug is already in use (slugs are case-insensitive).")
    assert words_for("license_number")[0] == "number"
    assert words_for("grade_once") == (None, "The same row is listed twice.")
    assert words_for("some_number_of_nobody") == (None, "")


@pytest.mark.django_db
@pytest.mark.parametrize("wrong", [1499, 2201])
def test_a_range_is_declared_once(wrong: int) -> None:
    field = Deposit._meta.get_field("discovery_year")
    assert range_of(Deposit, "discovery_year") == DISCOVERED
    with pytest.raises(ValidationError):
        field.run_validators(wrong)
    draft = Draft(RawRow(1, {"year": str(wrong)}), "deposit", Terms({}, {}, {}, {}))
    year(draft, "year", "discovery_year")
    assert not draft.record and draft.problems[0].rule == "impossible-number"
    assert DISCOVERED.says in draft.problems[0].message
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        records.deposit(discovery_year=wrong)
    told = Refusal.of(refused.value)
    assert (told.field, told.message) == ("discovery_year", DISCOVERED.says)


@pytest.mark.django_db
def test_a_rule_of_a_trigger_comes_with_its_field_and_its_message() -> None:
    one = records.region()
    with pytest.raises(IntegrityError) as raised, transaction.atomic():
        type(one).objects.filter(pk=one.pk).update(parent=one)
    refusal = Refusal.of(raised.value)
    assert (refusal.field, refusal.message) == ("parent", "A record cannot be among its own ancestors.")
