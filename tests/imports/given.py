"""Files for tests of the pipeline: opened already, their rows given in the registry's words."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from imports.flows import import_load, import_stage
from imports.rows import MappedRow
from imports.source_card import SourceCard
from registry.models import ImportRun

CARD = SourceCard(slug="survey-list", title="A survey's list", publisher="A survey")


@dataclass
class Given:
    """A file whose rows stand here: records in the registry's words; line 1 is the header."""

    records: list[dict[str, Any]]
    target: str = "deposit"
    kind: str = "survey-list"
    source: SourceCard = CARD
    columns: tuple[str, ...] = ("id", "name")
    unit: str = "rows"
    problems: dict[int, tuple[Any, ...]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    done: int = 0
    edits: bool = False
    gathered: bool = False
    accepted: dict[str, Any] = field(default_factory=dict)
    also: tuple[Any, ...] = ()

    @property
    def total(self) -> int:
        return len(self.records)

    def rows(self) -> Iterator[MappedRow]:
        for line, record in enumerate(self.records, 2):
            self.done = line - 1
            yield MappedRow(line, {"id": str(line), "name": record.get("name")}, dict(record), self.problems.get(line, ()))


def row(value: str, name: str = "Akbulak", **given: Any) -> dict[str, Any]:
    return {"external_id": {"scheme": "survey", "value": value}, "name": name, **given}


def at(longitude: float, latitude: float, country: str | None = None) -> dict[str, Any]:
    return {"location": (longitude, latitude), "location_kind": "reported", **({"country": country} if country else {})}


def load(folder: Path, *records: dict[str, Any], **given: Any) -> ImportRun:
    return _take(import_load, folder, records, given)


def stage(folder: Path, *records: dict[str, Any], **given: Any) -> ImportRun:
    return _take(import_stage, folder, records, given)


def _take(flow: Any, folder: Path, records: tuple[dict[str, Any], ...], given: dict[str, Any]) -> ImportRun:
    path = folder / "list.csv"
    path.write_text(repr(records), encoding="utf-8")
    told = {key: given.pop(key) for key in ("user", "publish", "progress", "options") if key in given}
    run: ImportRun = flow(opened=Given(list(records), **given), path=path, actor="test", **told)
    return run
