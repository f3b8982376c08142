"""Continuous archiving with pgBackRest: base backups and every change since, from which any moment can be restored.

`REGISTRY_ARCHIVE` names the folder of the archive, which should be on another disk or machine. Without it nothing is archived.
"""

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from config.embedded import pgbackrest, server, settings
from config.embedded.backup import Database
from config.embedded.cluster import Cluster
from config.embedded.messages import Refusal, step

_PATIENCE_S = 3600


def archive(cluster: Cluster, *, full: bool = False) -> None:
    """Make a base backup while the cluster runs: all of it, or what differs from the last whole one."""
    pgbackrest.required()
    with step("writing a base backup"):
        pgbackrest.run(cluster.place, "backup", f"--type={'full' if full else 'incr'}")


def drill(cluster: Cluster, at: datetime | None, query: str = "") -> str:
    """Restore a moment beside the running cluster, read every row, remove it, and report; raises Refusal if anything fails.

    The answer to a `query` in SQL is part of the report.
    """
    pgbackrest.required()
    begin = time.monotonic()
    with step("archiving what has been written until now"):
        pgbackrest.run(cluster.place, "check")
    with _restored(cluster, at) as (data, socket):
        found = Database.at(f"postgis://postgres@/registry?host={socket}")
        restored_s = time.monotonic() - begin
        with step("reading every row"):
            done = found.run("pg_dump", "--format=custom", "--compress=0", "--no-sync", "--file=/dev/null")
        if done.returncode:
            raise Refusal(f"the restored database cannot be read:\n{done.stderr.strip()[-2000:]}")
        size = sum(path.stat().st_size for path in data.rglob("*") if path.is_file())
        moment = at.isoformat() if at else "the last change"
        report = (
            f"restored to {moment} in {restored_s:.0f} s, read in {time.monotonic() - begin - restored_s:.0f} s, {size:,} bytes"
        )
        return f"{report}\n{found.ask(query)}" if query else report


def recover(cluster: Cluster, at: datetime | None) -> Path:
    """Put the state of a moment in the place of the cluster, and return where the former data are; only under `locked()`."""
    pgbackrest.required()
    place = cluster.place
    if cluster.pid() is not None:
        with step("archiving what has been written until now"):
            pgbackrest.run(place, "check")
    cluster.stop()
    kept = place.data.with_name(f"{place.data.name}.before-{int(time.time())}")
    restored = _fetched(cluster, at)
    place.data.rename(kept)
    restored.rename(place.data)
    # pgBackRest has noted the folder into which it restored.
    noted = place.data / "postgresql.auto.conf"
    place.account.write(noted, noted.read_text().replace(str(restored), str(place.data)))
    try:
        cluster.start()
        _await_end_of_recovery(Database.at(f"postgis://postgres@/registry?host={place.socket}"))
    except BaseException:
        cluster.stop()
        place.data.rename(restored)
        kept.rename(place.data)
        shutil.rmtree(restored)
        raise
    return kept


@contextmanager
def _restored(cluster: Cluster, at: datetime | None) -> Iterator[tuple[Path, Path]]:
    """Start the state of a moment in a folder of its own, and remove it at the end."""
    place = cluster.place
    data = _fetched(cluster, at)
    socket = place.socket / "drill"
    place.account.own_folder(socket)
    own = f"unix_socket_directories = '{socket}'\narchive_mode = off\nshared_buffers = '64MB'\nlogging_collector = off\n"
    place.account.write(data / "registry.conf", settings.configuration(place) + own)
    try:
        with step("replaying what was archived"):
            server.launch(place, cluster.installation, data, socket)
            _await_end_of_recovery(Database.at(f"postgis://postgres@/registry?host={socket}"))
        yield data, socket
    finally:
        server.halt(place, cluster.installation, data)
        shutil.rmtree(data)
        shutil.rmtree(socket, ignore_errors=True)


def _fetched(cluster: Cluster, at: datetime | None) -> Path:
    """Fetch the base backup before a moment into a folder beside the data, ready to replay up to it."""
    place = cluster.place
    data = place.data.with_name(f"{place.data.name}.restored")
    if data.exists():
        if server.running(data) is not None:
            server.halt(place, cluster.installation, data)
        shutil.rmtree(data)
    place.account.own_folder(data)
    until = ["--type=time", f"--target={at.isoformat(sep=' ')}", "--target-action=promote"] if at else ["--type=default"]
    try:
        with step("fetching the base backup"):
            pgbackrest.run(place, "restore", f"--pg1-path={data}", *until)
    except BaseException:
        shutil.rmtree(data, ignore_errors=True)
        raise
    return data


def _await_end_of_recovery(database: Database) -> None:
    deadline = time.monotonic() + _PATIENCE_S
    while (found := database.run("psql", "-qXAtc", "SELECT pg_is_in_recovery()")).stdout.strip() != "f":
        if found.returncode and time.monotonic() > deadline - _PATIENCE_S + 20:
            raise Refusal(f"the restored database ended: {found.stderr.strip()}")
        if time.monotonic() > deadline:
            raise Refusal(f"the changes were not replayed within {_PATIENCE_S} s")
        time.sleep(0.2)


def moment(text: str) -> datetime:
    """Read a moment with its time zone; raises Refusal."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None  # type: ignore[assignment]
    if found is None or found.tzinfo is None:
        raise Refusal(f"“{text}” is no moment with a time zone, such as 2026-12-01T09:30:00+00:00")
    return found


def arguments(given: list[str]) -> tuple[datetime | None, str, bool]:
    """Read `--at MOMENT`, `--ask SQL` and `--force`; raises Refusal."""
    at, query, force, rest = None, "", False, list(given)
    while rest:
        match rest:
            case ["--at", text, *rest]:
                at = moment(text)
            case ["--ask", query, *rest]:
                pass
            case ["--force", *rest]:
                force = True
            case _:
                raise Refusal(f"“{rest[0]}” is not understood: --at MOMENT, --ask SQL, --force")
    return at, query, force
