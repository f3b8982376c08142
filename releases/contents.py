"""The files of a release: their types, titles, lengths and checksums."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path

from api.exports.formats import FORMATS
from releases.names import CHECKSUMS
from releases.register import BRIDGES, CHANGES, IDS, RIGHTS

API = "api/v1"
_TYPES = {f".{one.extension}": one.media_type.split(";")[0] for one in FORMATS.values()} | {
    ".json": "application/json",
    ".jsonld": "application/ld+json",
    ".pmtiles": "application/vnd.pmtiles",
    "": "text/plain",
}
_TITLES = {
    "registry.gpkg": "All records as one GeoPackage, a layer for each kind, with a data dictionary for each",
    "csv/statements.csv": "Statements: every value with each source that supports or contradicts it, as CSV",
    "parquet/statements.parquet": "Statements: every value with each source that supports or contradicts it, as Parquet",
    "csv/dictionary.csv": "Data dictionary: the meaning of each column of each table",
    IDS: "Register of ids: uid, slug, status, first and last release",
    CHANGES: "What was added, changed, withdrawn or merged since the last release",
    BRIDGES: "The ids by which other registers call the records",
    RIGHTS: "Sources, with the rights and the attribution of each",
    "heads.json": "Heads of the hash chain over the history",
    "dcat.jsonld": "Description of the release (DCAT 3)",
    "schema.jsonld": "Description of the release (schema.org)",
    "ro-crate-metadata.json": "Description of the release (RO-Crate 1.1)",
    "datacite.json": "Description of the release (DataCite 4.5)",
    f"{API}/{CHECKSUMS}": "Checksums of the files of the API",
}
_FORMS = {"csv": "as CSV", "parquet": "as GeoParquet", "tiles": "as vector tiles (PMTiles)"}


@dataclass(frozen=True)
class ReleaseFile:
    """A file of a release; its path is below the release's folder."""

    path: str
    title: str
    media_type: str
    bytes: int
    sha256: str


def media_type(path: str) -> str:
    """Return the media type of a file by its name."""
    return _TYPES.get(Path(path).suffix, "application/octet-stream")


def files_in(root: Path) -> list[ReleaseFile]:
    """List the files below a folder; those of the API are listed in a file of their own, which is among them."""
    return [_file(root, path) for path in _paths(root) if path == f"{API}/{CHECKSUMS}" or not path.startswith(f"{API}/")]


def write_sums(root: Path, target: Path) -> None:
    """Write the checksums of all files below a folder, as `sha256sum --check` reads them."""
    own = target.relative_to(root).as_posix()
    lines = [f"{checksum(root / path)}  {path}\n" for path in _paths(root) if path != own]
    target.write_text("".join(lines))


def write_listed_sums(root: Path, files: list[ReleaseFile], *others: str) -> None:
    """Write the checksums of files that are known, and of others."""
    sums = {one.path: one.sha256 for one in files} | {path: checksum(root / path) for path in others}
    (root / CHECKSUMS).write_text("".join(f"{sums[path]}  {path}\n" for path in sorted(sums)))


def checksum(path: Path) -> str:
    """Return the SHA-256 of a file, which is then on the disk."""
    with path.open("rb") as file:
        os.fsync(file.fileno())
        return file_digest(file, "sha256").hexdigest()


def _paths(root: Path) -> Iterator[str]:
    yield from sorted(path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())


def _file(root: Path, path: str) -> ReleaseFile:
    return ReleaseFile(path, _title(path), media_type(path), (root / path).stat().st_size, checksum(root / path))


def _title(path: str) -> str:
    folder, _, name = path.rpartition("/")
    return _TITLES.get(path) or f"{Path(name).stem.replace('-', ' ').capitalize()} {_FORMS.get(folder, '')}".strip()
