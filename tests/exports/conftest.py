"""The suites here read the seed."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests.seeded import on_seed  # noqa: F401


@pytest.fixture
def exported(db: None, tmp_path: Path) -> Any:
    """Ask for an export and keep it in a file. Exports read on connections of their own: they see what is committed."""
    return _keep(tmp_path)


def _keep(folder: Path) -> Callable[..., Path]:
    def keep(name: str, format_: str, query: str = "") -> Path:
        response = Client().get(f"/api/v1/{name}/export/?format={format_}{query}")
        content = b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined]
        assert response.status_code == 200, content[:500]
        path = folder / f"{name}{len(list(folder.iterdir()))}.{'geojsonl' if format_ == 'geojsonseq' else format_}"
        path.write_bytes(content)
        return path

    return keep
