"""Many deposits at once."""

from typing import Any

import pytest

from tests.scattered import scatter as scatter_deposits


@pytest.fixture
def scatter(db: None) -> Any:
    """Return the function that makes deposits all over the world."""
    return scatter_deposits
