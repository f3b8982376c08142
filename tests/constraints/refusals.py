"""How a refusal of the database is expected."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import IntegrityError


@contextmanager
def refused(constraint: str, words: str = "") -> Iterator[None]:
    """Expect the database to refuse by a constraint, or a trigger's named error, whose name holds this, with some words."""
    with pytest.raises(IntegrityError) as caught:
        yield
    name = getattr(caught.value.__cause__, "diag", None)
    assert constraint in str(name and name.constraint_name), f"refused by {name and name.constraint_name}: {caught.value}"
    assert words in str(caught.value)
