"""Services under measurement: ours and the peers, each in its own environment over the same database."""

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, quote, unquote, urlsplit

ROOT = Path(__file__).resolve().parent.parent
PEERS = ROOT / "bench" / "peers"
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Service:
    """How a service is started, and where it answers once it is ready."""

    name: str
    label: str
    port: int
    probe: str

    def command(self) -> list[str]:
        """Give the command: two workers each, as many threads as its own documentation advises."""
        python = str(environment(self.name) / "bin" / "python")
        port = str(self.port)
        if self.name in ("ours", "cached"):
            return [
                sys.executable, "-m", "granian", "--interface", "asginl", "--loop", "uvloop", "--no-ws", "--host", "127.0.0.1",
                "--port", port, "--workers", "2", "--log-level", "warning", "config.asgi:application",
            ]  # fmt: skip
        if self.name == "tipg":
            return [
                python,
                "-m",
                "uvicorn",
                "tipg.main:app",
                "--host",
                "127.0.0.1",
                "--port",
                port,
                "--workers",
                "2",
                "--log-level",
                "error",
            ]
        application = "pygeoapi.flask_app:APP" if self.name == "pygeoapi" else "conventional.wsgi:application"
        return [
            python,
            "-m",
            "gunicorn",
            application,
            "--bind",
            f"127.0.0.1:{port}",
            "--workers",
            "2",
            "--threads",
            "4",
            "--log-level",
            "error",
        ]

    def environment(self, database_url: str) -> dict[str, str]:
        """Give the variables it reads."""
        split = urlsplit(database_url)
        query = parse_qs(split.query)
        host = unquote(split.hostname or query.get("host", ["localhost"])[0])
        name, user = split.path.lstrip("/"), split.username or "registry"
        variables = {
            **os.environ,
            "DATABASE_URL": database_url,
            "REGISTRY_LOG_LEVEL": "WARNING",
            # Its peers keep no answers: equal work is measured without ours, and what it is worth beside it.
            "REGISTRY_BODY_CACHE_MB": "32" if self.name == "cached" else "0",
            "PGHOST": host,
            "PGUSER": user,
            "PGDATABASE": name,
            "PORT": str(self.port),
            "PYTHONPATH": str(PEERS if self.name == "conventional" else ROOT),
            "PYGEOAPI_CONFIG": str(PEERS / "pygeoapi.yml"),
            "PYGEOAPI_OPENAPI": str(ROOT / ".data" / "bench" / "pygeoapi-openapi.yml"),
            "TIPG_TABLE_CONFIG__public_bench_deposit__PK": "slug",
        }
        if self.name == "conventional":
            variables["DJANGO_SETTINGS_MODULE"] = "conventional.settings"
        if self.name == "tipg":
            variables["DATABASE_URL"] = f"postgresql://{user}@{quote(host, safe='')}/{name}"
        return variables


SERVICES = {
    "ours": Service("ours", "this registry", 8061, "/api/v1/deposits/?limit=1"),
    "cached": Service("cached", "… with its kept answers", 8065, "/api/v1/deposits/?limit=1"),
    "tipg": Service("tipg", "tipg 1.6.1", 8062, "/collections/public.bench_deposit/items?limit=1"),
    "pygeoapi": Service("pygeoapi", "pygeoapi 0.21", 8063, "/collections/deposits/items?f=json&limit=1"),
    "conventional": Service("conventional", "conventional DRF", 8064, "/api/deposits/?limit=1"),
}


def environment(name: str) -> Path:
    """Give the folder of a peer's packages."""
    return ROOT / ".data" / "bench" / name


def install(name: str) -> None:
    """Install a peer's hashed lock into an environment of its own."""
    lock, folder = PEERS / f"requirements-{name}.txt", environment(name)
    marker = folder / "installed.txt"
    if marker.exists() and marker.read_bytes() == lock.read_bytes():
        return
    uv = ROOT / ".data" / "tools" / "bin" / "uv"
    tool = str(uv) if uv.exists() else "uv"
    subprocess.run([tool, "venv", "-q", "--clear", "--python", sys.executable, str(folder)], check=True)
    python = str(folder / "bin" / "python")
    subprocess.run([tool, "pip", "sync", "-q", "--python", python, "--require-hashes", str(lock)], check=True)
    marker.write_bytes(lock.read_bytes())


@dataclass
class Running:
    """A service that answers."""

    service: Service
    process: "subprocess.Popen[bytes]"

    @property
    def base(self) -> str:
        """Give its address."""
        return f"http://127.0.0.1:{self.service.port}"

    def processes(self) -> list[int]:
        """List its process group."""
        found = []
        for folder in Path("/proc").iterdir():
            if folder.name.isdigit():
                try:
                    fields = (folder / "stat").read_text().rsplit(")", 1)[1].split()
                except OSError:
                    continue
                if int(fields[2]) == self.process.pid:
                    found.append(int(folder.name))
        return found

    def cpu_seconds(self) -> float:
        """Give the processor time that it has used so far."""
        total = 0
        for pid in self.processes():
            try:
                fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
                total += int(fields[11]) + int(fields[12])
            except OSError:
                continue
        return total / _TICKS

    def largest_worker_mb(self) -> float:
        """Give the resident memory of its largest process."""
        sizes = [0]
        for pid in self.processes():
            try:
                sizes.append(int(Path(f"/proc/{pid}/statm").read_text().split()[1]))
            except OSError:
                continue
        return max(sizes) * os.sysconf("SC_PAGE_SIZE") / 1e6


@contextmanager
def running(service: Service, database_url: str) -> Iterator[Running]:
    """Start a service, wait until it answers, and stop it with all its processes."""
    variables = service.environment(database_url)
    if service.name == "pygeoapi":
        target = Path(variables["PYGEOAPI_OPENAPI"])
        target.parent.mkdir(parents=True, exist_ok=True)
        generate = [str(environment("pygeoapi") / "bin" / "pygeoapi"), "openapi", "generate", variables["PYGEOAPI_CONFIG"]]
        target.write_bytes(subprocess.run(generate, env=variables, check=True, capture_output=True).stdout)
    log = ROOT / ".data" / "bench" / f"{service.name}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        process = subprocess.Popen(
            service.command(), env=variables, cwd=ROOT, stdout=output, stderr=output, start_new_session=True
        )
    alive = Running(service, process)
    try:
        _wait(alive, log)
        yield alive
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)


def _wait(alive: Running, log: Path) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if alive.process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(alive.base + alive.service.probe, timeout=30) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise SystemExit(f"{alive.service.label} did not start; the end of its log:\n{log.read_text()[-2000:]}")
