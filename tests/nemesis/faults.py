"""What can happen to servers: each fault happens, and ends where it has an end; None says that it cannot be made here."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path
from random import Random

from config.embedded import ROOT
from tests.nemesis.ledger import Ledger
from tests.nemesis.running_cluster import RunningCluster

Fault = Callable[[RunningCluster, Random, Ledger], str | None]

_CLIENTS = 200
_HOURS = (-30 * 24, -3, -1, 1, 3, 24 * 400)


def _kill(found: list[tuple[int, str]], chance: Random) -> str:
    if not found:
        return "nothing was there"
    pid, command = chance.choice(found)
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    return f"process {pid}, {command[:40].strip()}"


def _services(cluster: RunningCluster) -> list[tuple[int, str]]:
    return [child for child in cluster.children() if "granian" in child[1]]


def worker_killed(cluster: RunningCluster, chance: Random, _ledger: Ledger) -> str:
    """Kill a worker of a service."""
    return _kill([worker for pid, _ in _services(cluster) for worker in cluster.children(pid)], chance)


def service_killed(cluster: RunningCluster, chance: Random, _ledger: Ledger) -> str:
    """Kill a service, whose workers are left."""
    return _kill(_services(cluster), chance)


def pooler_killed(cluster: RunningCluster, chance: Random, _ledger: Ledger) -> str:
    """Kill pgbouncer."""
    return _kill([child for child in cluster.children() if "pgbouncer" in child[1]], chance)


def proxy_killed(cluster: RunningCluster, chance: Random, _ledger: Ledger) -> str:
    """Kill nginx, whose workers are left."""
    return _kill([child for child in cluster.children() if "nginx" in child[1]], chance)


def backend_killed(cluster: RunningCluster, chance: Random, _ledger: Ledger) -> str:
    """Kill a session of the primary: PostgreSQL then starts all of them again."""
    postmaster = cluster.primary().cluster.pid()
    sessions = [child for child in cluster.children(postmaster) if " registry " in child[1]] if postmaster else []
    return _kill(sessions, chance)


def primary_killed(cluster: RunningCluster, _chance: Random, _ledger: Ledger) -> str:
    """Kill the primary: a replica is promoted."""
    primary = cluster.primary()
    primary.kill()
    return primary.name


def replica_killed(cluster: RunningCluster, chance: Random, _ledger: Ledger) -> str:
    """Kill a replica."""
    primary = cluster.primary().name
    replica = chance.choice([node for node in cluster.nodes if node.name != primary])
    replica.kill()
    return replica.name


def disk_full(cluster: RunningCluster, chance: Random, _ledger: Ledger) -> str | None:
    """Fill the disk of a server for some seconds."""
    if not cluster.disks:
        return None
    disk = chance.choice(cluster.disks)
    filler = disk / "filler"
    try:
        with filler.open("wb") as file, suppress(OSError):
            while True:
                file.write(bytes(1 << 20))
        with filler.open("ab", buffering=0) as file, suppress(OSError):
            while True:
                file.write(bytes(4096))
        was = "primary" if disk.name == cluster.primary().name else "replica"
        time.sleep(chance.uniform(5, 12))
    finally:
        filler.unlink()
    return f"{disk.name}, a {was}"


def clock_jumped(cluster: RunningCluster, chance: Random, _ledger: Ledger) -> str | None:
    """Let the clock of the services jump, and after some seconds back."""
    if not cluster.has_clock:
        return None
    hours = chance.choice(_HOURS)
    cluster.set_clock(hours * 3600)
    time.sleep(chance.uniform(8, 15))
    cluster.set_clock(0)
    return f"by {hours:+d} hours"


def clients_half_open(cluster: RunningCluster, chance: Random, _ledger: Ledger) -> str:
    """Connect again and again with clients that send half a head, half a body or nothing, or read nothing."""
    starts = (
        b"",
        b"GET /api/v1/organ",
        b"POST /admin/login/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 90000\r\n\r\nusername=",
        b"GET /api/v1/organizations/export/?format=csv HTTP/1.1\r\nHost: localhost\r\n\r\n",
    )
    with ExitStack() as stack:
        for number in range(_CLIENTS):
            # Half of them past the proxy.
            port = cluster.port + number % 2 * chance.choice((1, 2))
            with suppress(OSError):
                client = stack.enter_context(socket.create_connection(("127.0.0.1", port), 5))
                client.sendall(starts[number % len(starts)])
        time.sleep(chance.uniform(4, 10))
    return f"{_CLIENTS} of them"


def services_renewed(cluster: RunningCluster, _chance: Random, ledger: Ledger) -> str:
    """Let new workers take over, as after an upgrade."""
    words = [str(ROOT / "run"), "reload", "--port", str(cluster.port)]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60)
    if done.returncode:
        ledger.note_broken(f"./run reload failed: {done.stderr}")
    time.sleep(5)
    return ""


def backup_restored(cluster: RunningCluster, chance: Random, ledger: Ledger) -> str:
    """Make a backup, go on for some seconds, and restore it under load."""
    file = cluster.folder / "registry.dump"
    begin, url = time.monotonic(), cluster.primary().url
    done = cluster.command("-m", "config.embedded", "backup", str(file), DATABASE_URL=url)
    time.sleep(chance.uniform(0, 3))
    if done.returncode:
        ledger.note_broken(f"there is no backup: {done.stderr[-1000:]}")
        return "no backup"
    done = cluster.command("-m", "config.embedded", "restore", str(file), "--force", DATABASE_URL=url)
    if done.returncode:
        ledger.note_broken(f"the backup was not restored: {done.stderr[-1000:]}")
    ledger.take_back(begin)
    return f"{Path(file).stat().st_size >> 10:,} kB"


FAULTS: dict[str, Fault] = {
    "a worker is killed": worker_killed,
    "a service is killed": service_killed,
    "pgbouncer is killed": pooler_killed,
    "nginx is killed": proxy_killed,
    "a session of PostgreSQL is killed": backend_killed,
    "the primary is killed": primary_killed,
    "a replica is killed": replica_killed,
    "a disk is full": disk_full,
    "the clock jumps": clock_jumped,
    "clients are half-open": clients_half_open,
    "the services are renewed": services_renewed,
    "a backup is restored": backup_restored,
}
