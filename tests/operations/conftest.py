"""Temporary checkouts with a private database, made once and copied for each test."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.operations.machine import checkout_in, copy, embedded, temporary_root


def pytest_configure(config: pytest.Config) -> None:
    """Name the mark of this folder."""
    config.addinivalue_line("markers", "slow: takes seconds, because real processes start and end")


@pytest.fixture
def empty() -> Iterator[Path]:
    """Give a checkout whose database was never made."""
    with temporary_root() as root:
        yield checkout_in(root)


@pytest.fixture(scope="session")
def template() -> Iterator[Path]:
    """Give a checkout with a database that is made and does not run, to be copied."""
    with temporary_root() as root:
        checkout_in(root)
        done = embedded(root, "with", "true")
        assert done.returncode == 0, done.stderr
        yield root


@pytest.fixture
def checkout(template: Path) -> Iterator[Path]:
    """Give a checkout of its own with a database that is made and does not run."""
    with temporary_root() as root:
        yield copy(template, root)


@pytest.fixture
def as_root() -> None:
    """Skip where the tests do not run as root, with an account “postgres” to step down to."""
    if os.geteuid() != 0 or not shutil.which("mount"):
        pytest.skip("needs root")
