"""PostgreSQL's settings for the private cluster, and who may come in."""

import os
import sys
from pathlib import Path

from config.embedded.location import NAME, ClusterLocation

ROLES = ("postgres", NAME)

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


def configuration(place: ClusterLocation) -> str:
    """Write registry.conf, which is new at every start; local.conf has the last word."""
    folder = str(place.socket).replace("'", "''")
    serving = {"shared_buffers": shared_buffers(memory_bytes())} | _SERVING
    values = {"unix_socket_directories": f"'{folder}'"} | _ALWAYS | (_TESTING if place.test else serving)
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
