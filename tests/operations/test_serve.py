"""`./run serve` starts everything, says where it is, and leaves nothing behind."""

import os
import re
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.operations import stand_in
from tests.operations.machine import copy, embedded, environment, eventually, processes_in, temporary_root

pytestmark = pytest.mark.slow


def free_port() -> int:
    """Find a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def fetch(port: int) -> str:
    """Fetch the front page."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as answer:
        return str(answer.read().decode())


@pytest.fixture(scope="module")
def first_start(template: Path) -> Iterator[tuple[Path, str]]:
    """Serve a stand-in checkout for the first time, on port 1234 as it were, and give what was said."""
    with temporary_root() as root:
        stand_in.build(copy(template, root))
        port = free_port()
        with serving(root, port) as (process, said):
            assert fetch(port) == "1 deposits"
            process.send_signal(signal.SIGINT)
            assert process.wait(20) == 0
        assert not processes_in(root)
        yield root, said.replace(f":{port}/", ":1234/")


@pytest.fixture
def served(first_start: tuple[Path, str]) -> Path:
    """Give a checkout that was served before."""
    return first_start[0]


@contextmanager
def started(root: Path, *arguments: str, **variables: str) -> Iterator["subprocess.Popen[str]"]:
    """Start `./run serve` in a session of its own, with its messages in one pipe; end it if it still runs."""
    variables = {"REGISTRY_STATE": str(root / ".data" / "state")} | variables
    with subprocess.Popen(
        ["./run", "serve", *arguments],
        cwd=root,
        env=environment(**variables),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            yield process
        finally:
            process.terminate()
            process.wait(30)


@contextmanager
def serving(root: Path, port: int, **variables: str) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """Do the same, wait until it is ready, and give what it said until then."""
    with started(root, "--port", str(port), **variables) as process:
        assert process.stdout is not None
        said = ""
        for line in process.stdout:
            said += line
            if "Ctrl-C" in line:
                break
        else:
            pytest.fail(said)
        # One worker is ready; ending while the other boots would cost Granian's kill timeout, which one test is about.
        time.sleep(0.4)
        yield process, said


def test_first_start(first_start: tuple[Path, str]) -> None:
    """It fills the registry, makes an administrator, and says where everything is."""
    said = first_start[1]
    assert "loading the seed (world) into the empty registry" in said
    for place in ("/", "/api/v1/", "/admin/"):
        assert f"http://127.0.0.1:1234{place}" in said
    assert re.search(r"user: admin, password: \S{16} \(shown only now\)", said)


def test_second_start(served: Path) -> None:
    """It fills nothing, makes nobody, and serves what is there, until its terminal is closed."""
    port = free_port()
    with serving(served, port) as (process, said):
        assert "password" not in said
        assert "filling" not in said
        assert fetch(port) == "1 deposits"
        process.send_signal(signal.SIGHUP)
        assert process.wait(20) == 0
    assert not processes_in(served)


def test_behind_a_proxy(served: Path) -> None:
    """It is ready whatever names and schemes the outside uses; after a signal to end, no process is left."""
    with serving(served, free_port(), REGISTRY_HOSTS=".example.org", REGISTRY_HTTPS_PROXY="1") as (process, _):
        assert len(processes_in(served)) > 5
        process.terminate()
        assert process.wait(20) == 0
    assert not processes_in(served)


def test_end_while_booting(served: Path) -> None:
    """A server that still imports its application ends as well, and soon."""
    (served / "slow").touch()
    try:
        with started(served, "--port", str(free_port())) as process:
            assert eventually((served / "booting").exists)
            process.terminate()
            assert process.wait(5) == 0
        assert not processes_in(served)
    finally:
        (served / "slow").unlink()
        (served / "booting").unlink(missing_ok=True)


def test_two_share_one_database(served: Path) -> None:
    """The first to end leaves the other its database; the second takes it along."""
    one, two = free_port(), free_port()
    with serving(served, one) as (first, _), serving(served, two) as (second, _):
        _refused(served, one)
        first.terminate()
        first.wait(20)
        assert fetch(two) == "1 deposits"
        second.terminate()
        second.wait(20)
    assert not processes_in(served)


def _refused(root: Path, port: int) -> None:
    """See that a port of another ./run serve is taken: one message, before anything is started."""
    with started(root, "--port", str(port)) as process:
        said, _ = process.communicate(timeout=20)
    assert process.returncode == 1
    assert said == (
        f"registry: port {port} on 127.0.0.1 is used by another program; choose another: ./run serve --port {port + 1}\n"
    )


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--host", "192.0.2.1"), "is not an address of this machine"),
        (("--port", "65536"), "use a number from 1 to 65535"),
    ],
)
def test_wrong_address(served: Path, arguments: tuple[str, ...], words: str) -> None:
    """One message names what is wrong."""
    with started(served, *arguments) as process:
        said, _ = process.communicate(timeout=20)
    assert process.returncode != 0
    assert words in said
    assert not processes_in(served)


def test_killed_supervisor_takes_the_server_along(served: Path) -> None:
    """After kill -9 of ./run the port is free again; the database waits for the next start."""
    port = free_port()
    with serving(served, port) as (process, _):
        process.kill()
    assert eventually(lambda: not any(_is_server(pid) for pid in processes_in(served)))
    embedded(served, "with", "true")
    assert not processes_in(served)


def test_server_that_ends_by_itself(served: Path) -> None:
    """The command fails with a message and stops the database."""
    with serving(served, free_port()) as (process, _):
        master = min(pid for pid in processes_in(served) if _is_server(pid))
        os.kill(master, signal.SIGKILL)
        assert process.wait(20) == 1
        assert process.stdout is not None
        assert "exited unexpectedly" in process.stdout.read()
    assert not processes_in(served)


def test_a_database_that_is_not_there(served: Path) -> None:
    """DATABASE_URL that leads nowhere is one message, and no private database is started."""
    with started(served, "--port", str(free_port()), DATABASE_URL="postgis://a@127.0.0.1:9/b") as process:
        said, _ = process.communicate(timeout=30)
    assert process.returncode == 1
    assert "the database is unavailable; check DATABASE_URL" in said
    assert "Traceback" not in said


def _is_server(pid: int) -> bool:
    try:
        return b"granian" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False
