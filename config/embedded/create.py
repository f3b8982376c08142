"""Making a cluster: complete, or not at all."""

import shutil
import time

from config.embedded import server, settings
from config.embedded.account import LOCALE
from config.embedded.binaries import Installation
from config.embedded.location import NAME, ClusterLocation
from config.embedded.messages import Refusal, advice

#: In template1, so that new databases have them and making one needs no superuser.
EXTENSIONS = ("postgis", "pg_trgm", "btree_gist", "unaccent")
_PATIENCE_S = 20


def make(place: ClusterLocation, installation: Installation) -> None:
    """Make a cluster with its role, extensions and empty database, and give it its name as the last act.

    Raises Refusal when initdb or SQL fails; nothing is left then.
    """
    clear(place, installation)
    try:
        _fill(place, installation)
    except BaseException:
        clear(place, installation)
        raise
    place.unfinished.rename(place.data)
    place.remember()


def clear(place: ClusterLocation, installation: Installation) -> None:
    """Remove what unfinished attempts left, servers too."""
    deadline = time.monotonic() + _PATIENCE_S
    while left := place.leftovers():
        for data in left:
            if server.running(data) is not None:
                server.halt(place, installation, data)
            # An initdb whose caller was killed still writes for a moment.
            shutil.rmtree(data, ignore_errors=time.monotonic() < deadline)
            time.sleep(0.05)


def _fill(place: ClusterLocation, installation: Installation) -> None:
    data, account = place.unfinished, place.account
    account.own_folder(data)
    # fsync comes once, at the end.
    _must(
        place,
        "initdb",
        *(installation.program("initdb"), "-D", str(data), "-U", "postgres", "-E", "UTF8", "--no-sync"),
        *(f"--locale={LOCALE}", "-A", "peer", *(() if place.test else ("--data-checksums",))),
    )
    with (data / "postgresql.conf").open("a") as file:
        file.write("\ninclude 'registry.conf'\n")
    account.write(data / "pg_hba.conf", settings.ACCESS)
    account.write(data / "pg_ident.conf", settings.identities(account.name))
    account.write(data / "registry.conf", settings.configuration(place) + "fsync = off\n")
    server.launch(place, installation, data)
    _sql(place, installation, "template1", *(f"CREATE EXTENSION {extension}" for extension in EXTENSIONS))
    # It may create databases, for the tests and for a restore beside the running one.
    _sql(place, installation, "postgres", f"CREATE ROLE {NAME} LOGIN CREATEDB", f"CREATE DATABASE {NAME} OWNER {NAME}")
    server.halt(place, installation, data)
    if not place.test:
        _must(place, "initdb", installation.program("initdb"), "-D", str(data), "--sync-only")


def _sql(place: ClusterLocation, installation: Installation, database: str, *statements: str) -> None:
    arguments = [part for statement in statements for part in ("-c", statement)]
    where = ("-h", str(place.socket), "-U", "postgres", "-d", database)
    _must(place, "psql", installation.program("psql"), "-qX", "-v", "ON_ERROR_STOP=1", *where, *arguments)


def _must(place: ClusterLocation, name: str, *command: str) -> None:
    done = place.account.run(*command)
    if done.returncode:
        raise Refusal(f"{name} failed:\n{done.stdout.strip()[-2000:]}{advice(done.stdout, place.data.parent)}")
