"""What the tests of hostile files share: bounds of time and memory, and the check of a refusal."""

import resource
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import shapefile

from imports.refusal import FileRefused
from imports.source_file import Opened
from tests.imports import made_files

HEAD = ["id", "name", "country", "lon", "lat"]
_SECONDS, _MEGABYTES = 10, 200


@pytest.fixture(autouse=True)
def within_bounds() -> Iterator[None]:
    """Fail a test in which reading takes long, or much memory beyond the most that was taken before."""
    start, before = time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    yield
    assert time.process_time() - start < _SECONDS
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < _MEGABYTES * 2**10


def refused(opens: Callable[..., Opened], rule: str, *arguments: Any, **options: Any) -> FileRefused:
    """Open and read a file that must be refused by a rule, in a message that names the file."""
    with pytest.raises(FileRefused) as caught:
        list(opens(*arguments, **options).rows())
    error = caught.value
    assert error.rule == rule, error
    assert str(error).startswith(f"{error.file}: ") and f"[{rule}]" in str(error)
    return error


def point_parts() -> dict[str, bytes]:
    """Give the parts of a Shapefile of one point."""
    return made_files.shapefile_parts([((1.0, 2.0), {"id": "1", "name": "A", "country": "KG"})], shapefile.POINT)
