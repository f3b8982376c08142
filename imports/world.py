"""The world layer: rare-earth sites of public files, loaded as any file is, after the cards of the seed."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from imports.flows import file_sha256, import_load
from imports.progress import Progress, silent
from imports.source_file import open_file
from registry.models import ImportRun
from registry.seeding.reader import WORLD as FOLDER
from registry.vocabularies import ImportState

#: Column with the number of the row in the publisher's file, of which a file of the layer is an excerpt.
ROW = "source_row"


@dataclass(frozen=True)
class WorldFile:
    """A file of the layer, and the kind of file that it is."""

    name: str
    kind: str


#: In the order in which they are loaded: a later file cites what an earlier one made, where a record has the ids of both.
WORLD = (
    WorldFile("usgs_ree.csv", "usgs-ree"),
    WorldFile("mrds.csv", "mrds"),
    WorldFile("usgs_major.csv", "usgs-major"),
    WorldFile("ga_critical_minerals.csv", "ga-critical-minerals"),
)


def load_world(fixtures: Path, progress: Progress = silent) -> Iterator[ImportRun]:
    """Load the files that are not loaded already, each as an import of its own; raises FileRefused or ImportRefused."""
    for file in WORLD:
        path = fixtures / FOLDER / file.name
        loaded = ImportRun.objects.filter(kind=file.kind, state=ImportState.LOADED, file_sha256=file_sha256(path))
        if not loaded.exists():
            opened = open_file(path, file.kind, line_column=ROW)
            yield import_load(opened=opened, path=path, actor="seed", options={"line_column": ROW}, progress=progress)
