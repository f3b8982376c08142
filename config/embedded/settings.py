"""PostgreSQL's settings for the private cluster, and who may come in."""

import os
import sys
from pathlib import Path

from config.embedded.location import NAME, ClusterLocation

ROLES = ("postgres", NAME)
#: The name of the cluster in the archive.
STANZA = "registry"

_ALWAYS = {
    "listen_addresses": "''",
    "port": "5432",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "jit": "off",
    "timezone": "'UTC'",
    "log_timezone": "'UTC'",
    "work_mem": "'16MB'",
    "maintenance_work_mem": "'128MB'",
    "max_wal_size": "'1GB'",
    "random_page_cost": "1.1",
    "effective_io_concurrency": "0" if sys.platform == "darwin" else "64",
}
_SERVING = {
    "wal_compression": "on",
    "logging_collector": "on",
    "log_directory": "'log'",
    "log_filename": "'postgresql-%a.log'",
    "log_truncate_on_rotation": "on",
    "log_rotation_age": "'1d'",
    "log_rotation_size": "0",
    "log_min_duration_statement": "'1s'",
}
#: Test data may be lost in a power cut; what is saved is half of the tests' time.
_TESTING = {
    "shared_buffers": "'128MB'",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "checkpoint_timeout": "'30min'",
}


#: What bounds a container's memory, of cgroups new and old; “max” where nothing does.
_BOUNDS = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"))


def memory_bytes() -> int:
    """Return how much memory there is: the machine's, or less where a container is bounded."""
    found = [os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")]
    for path in _BOUNDS:
        try:
            found.append(int(path.read_text()))
        except (OSError, ValueError):
            continue
    return min(found)


def shared_buffers(machine_bytes: int) -> str:
    """Return PostgreSQL a quarter of the memory, as its manual advises, but 64 MB at least and 2 GB at most.

    With 256 MB a box of 1,000 among a million records waited 17 to 25 ms for its rows, which came from the kernel one by one,
    with 2 GB 10 to 13.
    """
    return f"'{min(max(machine_bytes // 4, 64 << 20), 2 << 30) >> 20}MB'"


def archive_folder() -> Path | None:
    """Return the folder of the archive of changes (`REGISTRY_ARCHIVE`); None if nothing is archived."""
    text = os.environ.get("REGISTRY_ARCHIVE", "").strip()
    return Path(text) if text else None


def archive_configuration(place: ClusterLocation, folder: Path) -> str:
    """Write the configuration of pgBackRest: where the archive and the cluster are, and how long whole backups are kept."""
    return "\n".join(
        [
            "# Written at every start by the registry.",
            "[global]",
            f"repo1-path={folder}",
            "repo1-retention-full=2",
            "start-fast=y",
            "log-level-file=off",
            "log-level-console=warn",
            f"lock-path={place.socket}/pgbackrest",
            f"[{STANZA}]",
            f"pg1-path={place.data}",
            f"pg1-socket-path={place.socket}",
            "pg1-user=postgres",
            "",
        ]
    )


def _archiving(place: ClusterLocation) -> dict[str, str]:
    """Return the settings by which the server archives each piece of its log, after a minute at the latest."""
    if archive_folder() is None or place.test:
        return {}
    path = str(place.archiving).replace("'", "''")
    command = f'pgbackrest --config="{path}" --stanza={STANZA} archive-push "%p"'
    return {"archive_mode": "on", "archive_command": f"'{command}'", "archive_timeout": "'60s'"}


def configuration(place: ClusterLocation) -> str:
    """Write registry.conf, which is new at every start; local.conf has the last word."""
    folder = str(place.socket).replace("'", "''")
    serving = {"shared_buffers": shared_buffers(memory_bytes())} | _SERVING
    values = {"unix_socket_directories": f"'{folder}'"} | _ALWAYS | (_TESTING if place.test else serving) | _archiving(place)
    lines = [f"{name} = {value}" for name, value in values.items()]
    return "\n".join(
        [
            "# Written at every start; put your own settings into local.conf.",
            *lines,
            "include_if_exists 'local.conf'\n",
        ]
    )


#: The operating system says who is calling; no passwords, no network.
ACCESS = "local all all peer map=registry\n"


def identities(account: str) -> str:
    """Write pg_ident.conf: root, the owning account and PostgreSQL's own may act as either role."""
    names = sorted({account, "root", "postgres"})
    return "".join(f"registry {name} {role}\n" for name in names for role in ROLES)
