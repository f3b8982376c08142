"""The private database runs while anybody uses it, and no longer."""

import os
import signal
import subprocess
from pathlib import Path

import pytest

from tests.operations.machine import command, embedded, environment, eventually, processes_in


def use(root: Path, *program: str) -> "subprocess.Popen[str]":
    """Start a program that uses the database of a checkout."""
    return subprocess.Popen(
        command("with", *program),
        cwd=root,
        env=environment(),
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )


def runs(root: Path) -> bool:
    """Say whether the database of a checkout runs."""
    return embedded(root, "status").returncode == 0


def test_status_of_the_command_comes_back(checkout: Path) -> None:
    """And so does what it says."""
    done = embedded(checkout, "with", "sh", "-c", "echo said; exit 7")
    assert (done.stdout, done.returncode) == ("said\n", 7)
    assert not runs(checkout)


def test_the_last_user_stops_it(checkout: Path) -> None:
    """Two users share one server; the first to go leaves it to the other."""
    with use(checkout, "sleep", "60") as first, use(checkout, "sleep", "60") as second:
        assert eventually(lambda: len(processes_in(checkout / ".data" / "pg")) > 3 and runs(checkout))
        assert eventually(lambda: _children(first) == _children(second) == 1)
        first.terminate()
        assert first.wait(5) == 128 + signal.SIGTERM
        assert runs(checkout)
        second.terminate()
        second.wait(20)
        assert not runs(checkout)


def test_killed_user_does_not_count(checkout: Path) -> None:
    """The system takes its lock back, so the next user is the last one."""
    with use(checkout, "sleep", "60") as killed:
        assert eventually(lambda: _children(killed) == 1)
        killed.kill()
    assert runs(checkout)
    embedded(checkout, "with", "true")
    assert not runs(checkout)


def test_started_by_hand_it_stays(checkout: Path) -> None:
    """Until it is stopped by hand; the next start by a user is again for the use only."""
    embedded(checkout, "start")
    embedded(checkout, "with", "true")
    assert runs(checkout)
    embedded(checkout, "stop")
    embedded(checkout, "with", "true")
    assert not runs(checkout)


@pytest.mark.slow
def test_ended_while_making(empty: Path) -> None:
    """A signal in the middle of making waits until there is something whole, and then nothing is left running."""
    with use(empty, "sleep", "60") as user:
        assert eventually((empty / ".data" / "socket" / ".s.PGSQL.5432").exists)
        # As a terminal does it: to all that belong together.
        os.killpg(user.pid, signal.SIGINT)
        assert user.wait(30) == 128 + signal.SIGINT
    assert not processes_in(empty)
    assert (empty / ".data" / "pg").exists()


def test_ctrl_c_is_for_the_command(checkout: Path) -> None:
    """A shell in which Ctrl-C means “never mind” goes on, and the database with it."""
    program = "trap 'echo never mind' INT; echo ready; for i in 1 2 3; do sleep 0.2; done; echo done"
    with subprocess.Popen(
        command("with", "sh", "-c", program),
        cwd=checkout,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    ) as user:
        assert user.stdout is not None
        assert user.stdout.readline() == "ready\n"
        os.killpg(user.pid, signal.SIGINT)
        assert user.stdout.read().split("\n")[-2:] == ["done", ""]
    assert user.returncode == 0
    assert not runs(checkout)


def _children(process: "subprocess.Popen[str]") -> int:
    path = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    names = [Path(f"/proc/{pid}/comm").read_text() for pid in path.read_text().split()]
    return names.count("sleep\n")
