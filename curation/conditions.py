"""Conditions on a record, as the database is asked about them: what is empty, what points at it, what lies elsewhere."""

from collections.abc import Callable
from typing import Any

from django.db.models import Exists, Model, OuterRef, Q

from registry.homes import at_home
from registry.models.doubts import elsewhere

Condition = Callable[[], Any]


def never() -> Any:
    """Return the condition that holds of no record."""
    return Q(pk__in=[])


def there_is(model: type[Model], column: str, **conditions: Any) -> Exists:
    """Return the condition that a row of `model` points at the record through `column`."""
    return Exists(model._base_manager.filter(**{column: OuterRef("pk"), **conditions}))


def none(model: type[Model], column: str, **conditions: Any) -> Condition:
    """Return the condition that no such row is there."""
    return lambda: ~there_is(model, column, **conditions)


def some(model: type[Model], column: str, **conditions: Any) -> Condition:
    """Return the condition that such a row is there."""
    return lambda: there_is(model, column, **conditions)


def outside(geometry: str) -> Condition:
    """Return the condition that a place lies outside of the stated country and what it claims, where it has a shape."""
    placed = Q(elsewhere(geometry), country__boundary__isnull=False)
    return lambda: placed & ~Q(at_home())
