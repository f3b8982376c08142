"""What the pages of releases show, in the language of the page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.utils.translation import gettext, gettext_noop

from api.resources.resource import all_resources
from pages.cite import Citation
from pages.labels import kinds_of

#: Changes as they are counted, with the heading of their column.
CHANGES = {
    "added": gettext_noop("added"),
    "changed": gettext_noop("changed"),
    "withdrawn": gettext_noop("withdrawn"),
    "merged": gettext_noop("merged"),
    "restored": gettext_noop("restored"),
}


@dataclass(frozen=True)
class ReleaseRow:
    """A release in the list."""

    name: str
    instant: datetime
    records: int
    bytes: int
    changes: tuple[int, ...]


@dataclass(frozen=True)
class KindRow:
    """What a release has of a kind of record, and how many changed in each way since the last one."""

    label: str
    records: int
    changes: tuple[int, ...]


@cache
def _models() -> dict[str, Any]:
    return {resource.kind: resource.model for resource in all_resources()}


def row_of_release(manifest: Mapping[str, Any]) -> ReleaseRow:
    """Return a release as the list shows it."""
    return ReleaseRow(
        manifest["name"],
        datetime.fromisoformat(manifest["instant"]),
        sum(manifest["records"].values()),
        sum(one["bytes"] for one in manifest["files"]),
        tuple(sum(counted.get(change, 0) for counted in manifest["changes"].values()) for change in CHANGES),
    )


def reference_of_release(manifest: Mapping[str, Any], address: str) -> Citation:
    """Return a release as literature cites it."""
    return Citation(
        key=f"release-{manifest['name']}",
        title=f"Release {manifest['name']}",
        kind="dataset",
        edition=f"version {manifest['name']}",
        updated=manifest["instant"],
        address=address,
        fixed=address,
    )


def page_of_release(manifest: Mapping[str, Any], address: str) -> dict[str, Any]:
    """Return what the page of a release shows."""
    kinds = [
        KindRow(
            kinds_of(model),
            manifest["records"].get(kind, 0),
            tuple(manifest["changes"].get(kind, {}).get(change, 0) for change in CHANGES),
        )
        for kind, model in _models().items()
    ]
    row = row_of_release(manifest)
    return {
        "release": row,
        "manifest": manifest,
        "kinds": kinds,
        "change_names": [gettext(words) for words in CHANGES.values()],
        "files": manifest["files"],
        "reference": reference_of_release(manifest, address).words,
    }
