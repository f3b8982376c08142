"""The private database of this checkout, from the command line.

  python3 -m config.embedded [--test] COMMAND

  start               start it, and let it stay until “stop”
  stop                stop it
  status              say whether it runs (exit status 3 if not)
  url                 print its address, as DATABASE_URL would give it
  with COMMAND …      run a command while it runs
  psql …              open it in psql
  backup FILE         save it into a file
  restore FILE        bring a file back; --force to replace what is there
  archive [--full]    make a base backup in the archive (REGISTRY_ARCHIVE)
  drill [--at TIME]   restore a moment from the archive beside the cluster, read every row, and report
  recover --force     put a moment from the archive in the place of the cluster; --at TIME, else the last change
  destroy --yes       stop it and delete everything in it

With DATABASE_URL set, “with”, “psql”, “backup” and “restore” use that database instead.
"""

import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from config.embedded import ROOT, archive
from config.embedded.backup import Database, backup, restore, sweep
from config.embedded.binaries import client_program
from config.embedded.cluster import Cluster
from config.embedded.lease import Ended, in_use, keep, run
from config.embedded.messages import Refusal, advice, say


def start(*, test: bool) -> int:
    """Start the cluster, to stay."""
    cluster = Cluster(ROOT, test=test)
    with cluster.locked():
        pid = cluster.start()
        keep(cluster)
    print(f"running as process {pid}: {cluster.place.url}")
    return 0


def stop(*, test: bool) -> int:
    """Stop the cluster."""
    cluster = Cluster(ROOT, test=test)
    with cluster.locked():
        print("stopped" if cluster.stop() else "was not running")
    return 0


def status(*, test: bool) -> int:
    """Return whether the cluster runs."""
    pid = Cluster(ROOT, test=test).pid()
    print(f"running as process {pid}" if pid else "not running")
    return 0 if pid else 3


def destroy(arguments: Sequence[str], *, test: bool) -> int:
    """Delete the cluster and all its data."""
    cluster = Cluster(ROOT, test=test)
    if list(arguments) != ["--yes"]:
        raise Refusal(f"this deletes every record in {cluster.place.data}; to confirm: destroy --yes")
    with cluster.locked():
        cluster.stop()
        for folder in (cluster.place.data, cluster.place.socket):
            if folder.exists():
                shutil.rmtree(folder)
    return 0


def from_archive(command: str, given: Sequence[str]) -> int:
    """Run one of the commands of the archive, which is that of the private cluster."""
    if os.environ.get("DATABASE_URL", "").strip():
        raise Refusal("DATABASE_URL is set: the archive of your own PostgreSQL is for its own tools; see docs/operations.md")
    cluster = Cluster(ROOT)
    if command == "recover":
        at, _, force = archive.arguments(list(given))
        if not force:
            raise Refusal("this replaces the present database; to confirm: --force")
        with cluster.locked():
            ran = cluster.pid() is not None
            kept = archive.recover(cluster, at)
            if ran:
                keep(cluster)
            else:
                cluster.stop()
        print(f"recovered; the former data are in {kept}")
        return 0
    with in_use(test=False):
        if command == "archive":
            archive.archive(cluster, full="--full" in given)
        else:
            at, query, _ = archive.arguments(list(given))
            print(archive.drill(cluster, at, query))
    return 0


def on_database(command: str, arguments: Sequence[str], *, test: bool) -> int:
    """Run one of the commands that work on the database in use."""
    with in_use(test=test) as url:
        database = Database.at(url)
        match command, list(arguments):
            case "with", [_, *_]:
                return run(arguments)
            case "psql", rest:
                return run([client_program("psql"), "--dbname", database.url, *rest], database.environment)
            case "backup", [file]:
                backup(database, Path(file))
                sweep(database)
            case "restore", [file]:
                restore(database, Path(file))
            case "restore", [file, "--force"] | ["--force", file]:
                restore(database, Path(file), force=True)
            case _:
                raise Refusal(__doc__ or "")
    return 0


def main(arguments: Sequence[str]) -> int:
    """Do what the arguments say and give the exit status; what cannot be done is one message."""
    test = "--test" in arguments[:1]
    command, *rest = [*arguments[test:], "help"]
    rest = rest[:-1]
    try:
        match command, rest:
            case "start", []:
                return start(test=test)
            case "stop", []:
                return stop(test=test)
            case "status", []:
                return status(test=test)
            case "url", []:
                print(Cluster(ROOT, test=test).place.url)
                return 0
            case "destroy", _:
                return destroy(rest, test=test)
            case (("archive" | "drill" | "recover"), _):
                return from_archive(command, rest)
            case (("with" | "psql" | "backup" | "restore"), _):
                return on_database(command, rest, test=test)
        print(__doc__)
        return 2
    except Ended as ended:
        return 128 + ended.number
    except Refusal as refusal:
        say(str(refusal))
    except OSError as error:
        say(f"{error}{advice(str(error), ROOT)}")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
