"""Writing a release: into a folder that nobody sees, which gets its name when it is complete."""

import fcntl
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import orjson

from api.query.list_query import ListQuery
from api.tiles.extents import bounds_of
from api.tiles.layer import layers
from registry.sealing.seal import seal, seals
from releases import register
from releases.catalogue import releases
from releases.contents import files_in, write_listed_sums
from releases.heads import HEADS, document
from releases.metadata import Described, write_metadata
from releases.names import MANIFEST, folder, is_name
from releases.snapshot import taken
from releases.static_api import write_api
from releases.tables import write_tables
from releases.tiles import write_tiles

_UNFINISHED = ".unfinished-"


class Refused(Exception):
    """A release that cannot be written, and why."""


def write_release(name: str, *, instant: datetime | None, with_api: bool, tell: Callable[[str], None]) -> Path:
    """Write a release; raises Refused. A process that is killed leaves an invisible folder, which the next one removes."""
    if not is_name(name):
        raise Refused(f"“{name}” is no name of a release; use the year and the month, e.g. 2026.12 or 2026.12.1")
    root = folder()
    root.mkdir(parents=True, exist_ok=True)
    with _alone(root):
        target = root / name
        if os.path.lexists(target):
            raise Refused(f"release {name} exists; releases never change. Use another name, e.g. {_following(name)}")
        for left in root.glob(f"{_UNFINISHED}*"):
            shutil.rmtree(left)
        unfinished = root / f"{_UNFINISHED}{name}"
        unfinished.mkdir()
        try:
            _fill(unfinished, name, instant, with_api, tell)
            _protect(unfinished)
            unfinished.rename(target)
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)
        descriptor = os.open(root, os.O_RDONLY)
        os.fsync(descriptor)
        os.close(descriptor)
    return target


def _fill(made: Path, name: str, instant: datetime | None, with_api: bool, tell: Callable[[str], None]) -> None:
    before = next(iter(releases()), None)
    seal()
    try:
        with taken(instant) as snapshot:
            if before and datetime.fromisoformat(before["instant"]) >= snapshot.instant:
                raise Refused(f"the instant is not after that of release {before['name']}")
            (made / HEADS).write_bytes(orjson.dumps(document(seals()), option=orjson.OPT_INDENT_2))
            tell("register of ids")
            register.write_register(made, name, snapshot, before, folder() / before["name"] if before else None)
            changes, records = register.counts(), register.records()
            write_tables(made, snapshot, tell)
            write_tiles(made / "tiles", tell)
            if with_api:
                write_api(made, name, snapshot.position, tell)
            bounds = bounds_of([ListQuery(layer.resource) for layer in layers()])
    except ValueError as error:
        raise Refused(str(error)) from error
    tell("checksums")
    described = Described(name, snapshot.instant, before["name"] if before else None, files_in(made), bounds)
    write_metadata(made, described)
    files = files_in(made)
    manifest = {
        "name": name,
        "instant": snapshot.instant.isoformat(),
        "position": snapshot.position,
        "before": before["name"] if before else None,
        "records": records,
        "changes": changes,
        "has_api": with_api,
        "files": [asdict(one) for one in files],
    }
    (made / MANIFEST).write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n")
    write_listed_sums(made, files, MANIFEST)


def _protect(made: Path) -> None:
    """Take the right to write from all files; folders keep it for their owner, who may have to move them."""
    for path in made.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o444)


@contextmanager
def _alone(root: Path) -> Iterator[None]:
    """Let nobody else write a release meanwhile; the lock ends with this process, however that ends."""
    with (root / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refused("another release is being written") from None
        yield


def _following(name: str) -> str:
    month, number = name[:7], name[8:]
    return f"{month}.{int(number or 0) + 1}"
