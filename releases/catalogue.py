"""The releases that there are, from their manifests. Releases never change, so a manifest is read once."""

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from releases.names import MANIFEST, folder, is_name

Manifest = Mapping[str, Any]


def releases() -> list[Manifest]:
    """Return the manifests of all releases, the newest first."""
    root = folder()
    names = [path.name for path in root.iterdir() if is_name(path.name)] if root.is_dir() else []
    found = [one for name in names if (one := manifest_of(name))]
    return sorted(found, key=lambda one: (one["instant"], one["name"]), reverse=True)


def manifest_of(name: str) -> Manifest | None:
    """Return the manifest of a release; None if there is no such release."""
    if not is_name(name):
        return None
    try:
        return _read(folder() / name / MANIFEST)
    except (FileNotFoundError, NotADirectoryError):
        return None


@lru_cache(256)
def _read(path: Path) -> Manifest:
    found: Manifest = json.loads(path.read_bytes())
    return found


def file_of(name: str, path: str) -> Path | None:
    """Return the file of a release at a path below it; None if there is none."""
    if manifest_of(name) is None:
        return None
    base = (folder() / name).resolve()
    found = (base / path).resolve()
    return found if found.is_file() and found.is_relative_to(base) else None
