"""Where PostgreSQL with PostGIS is installed on this machine."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from config.embedded.messages import Refusal

#: A folder counts only if it holds all of these: a stray link to initdb is not an installation.
PROGRAMS = ("initdb", "pg_ctl", "postgres", "psql", "pg_dump", "pg_restore", "pg_isready")

_USUAL_PLACES = (
    "usr/lib/postgresql/*/bin",  # Debian, Ubuntu
    "usr/pgsql-*/bin",  # Red Hat, from PostgreSQL's own packages
    "usr/libexec/postgresql*",  # Alpine
    "opt/homebrew/opt/postgresql@*/bin",
    "usr/local/opt/postgresql@*/bin",
    "Applications/Postgres.app/Contents/Versions/*/bin",
    "opt/local/lib/postgresql*/bin",  # MacPorts
)


@dataclass(frozen=True)
class Installation:
    """One version of PostgreSQL: its folder of programs, its major version, and whether PostGIS belongs to it."""

    folder: Path
    major: int
    has_postgis: bool

    def program(self, name: str) -> str:
        """Return the full path of one of its programs."""
        return str(self.folder / name)


def _candidates() -> Iterator[Path]:
    if given := os.environ.get("REGISTRY_PG_BIN"):
        yield Path(given)
        return
    for pattern in _USUAL_PLACES:
        yield from Path("/").glob(pattern)
    for name in ("postgres", "pg_ctl", "psql"):
        if found := shutil.which(name):
            yield Path(found).parent
            # The program on PATH may be a link into a folder that holds the others too.
            yield Path(found).resolve().parent


def _output(*command: str) -> str:
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=20).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return ""


def _inspected(folder: Path) -> Installation | None:
    if not all((folder / program).exists() for program in PROGRAMS):
        return None
    version = re.search(r"(\d+)(?:\.|beta|rc|devel)", _output(str(folder / "postgres"), "--version"))
    if not version:
        return None
    major = int(version[1])
    shares = [
        Path(f"/usr/share/postgresql/{major}"),
        folder.parent / "share",
        folder.parent / "share" / "postgresql",
        folder.parent / "share" / f"postgresql@{major}",
    ]
    if reported := _output(str(folder / "pg_config"), "--sharedir"):
        shares.append(Path(reported))
    return Installation(folder, major, any((share / "extension" / "postgis.control").exists() for share in shares))


def installations() -> list[Installation]:
    """Every PostgreSQL server of this machine, highest version first."""
    folders = dict.fromkeys(folder.resolve() for folder in _candidates())
    found = [installation for folder in folders if (installation := _inspected(folder))]
    return sorted(found, key=lambda installation: installation.major, reverse=True)


def find(major: int | None = None) -> Installation:
    """Find the PostgreSQL with PostGIS to use: of the given major version, else the newest.

    Raises Refusal when there is none.
    """
    found = installations()
    for installation in found:
        if installation.has_postgis and major in (None, installation.major):
            return installation
    wanted = "PostgreSQL with PostGIS"
    if major:
        wanted = f"PostgreSQL {major} with PostGIS, which made this checkout's database,"
    near = ", ".join(f"{i.major}{'' if i.has_postgis else ' without PostGIS'} in {i.folder}" for i in found)
    version = major or 15
    raise Refusal(
        f"{wanted} was not found (found: {near or 'no PostgreSQL'}).\n"
        f"  Debian, Ubuntu: apt-get install postgresql-{version} postgresql-{version}-postgis-3\n"
        f"  macOS:          brew install postgresql@{version} postgis\n"
        "  elsewhere:      set REGISTRY_PG_BIN to the folder that holds initdb and psql,\n"
        "                  or DATABASE_URL to a PostGIS of your own: postgis://user:password@host:5432/name"
    )


def client_program(name: str) -> str:
    """Find psql, pg_dump or pg_restore, for a database that may be elsewhere.

    Raises Refusal when it is not installed.
    """
    for installation in installations():
        return installation.program(name)
    if path := shutil.which(name):
        return path
    raise Refusal(f"{name} was not found; install PostgreSQL's client programs (Debian: postgresql-client)")
