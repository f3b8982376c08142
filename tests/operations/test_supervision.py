"""A killed database comes back by itself under a running service; one that dies again and again ends it with a message."""

import os
import signal
import subprocess
import urllib.error
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.operations import stand_in
from tests.operations.machine import embedded, eventually, postmaster, processes_in
from tests.operations.test_serve import fetch, free_port, serving

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def served(template: Path) -> Iterator[Path]:
    """Give a stand-in checkout whose database is made, and whose supervision gives up after three deaths, soon."""
    with stand_in.changed(
        template, "config/serve/supervision.py", "MOST_DEATHS, WITHIN_S = 5, 600.0", "MOST_DEATHS, WITHIN_S = 3, 600.0"
    ) as root:
        yield root


def answers(port: int) -> bool:
    """Say whether the front page, which asks the database, is served."""
    try:
        return fetch(port) == "1 deposits"
    except (OSError, urllib.error.HTTPError):
        return False


def postmaster_or_none(root: Path) -> int | None:
    """Give the process id of a checkout's server, if there is one."""
    try:
        return postmaster(root)
    except (OSError, IndexError, ValueError):
        return None


def said_until(process: "subprocess.Popen[str]", words: str) -> str:
    """Read what a service says until it says something; give all of it."""
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        said += line
        if words in line:
            return said
    pytest.fail(f"it never said “{words}”:\n{said}")


def test_a_killed_postmaster_comes_back_and_a_mortal_one_ends_the_service(served: Path) -> None:
    port = free_port()
    with serving(served, port) as (process, _):
        for death in range(2):
            killed = postmaster(served)
            os.kill(killed, signal.SIGKILL)
            assert eventually(lambda killed=killed: postmaster_or_none(served) not in (None, killed) and answers(port), 20)
            said = said_until(process, "is running again as process")
            assert "the database was killed; starting it again" in said
            assert ("in 1 s" in said) == (death == 1), "the second start waits"
        os.kill(postmaster(served), signal.SIGKILL)
        assert process.wait(20) == 1
        assert process.stdout is not None
        assert "the database died 3 times within 10 minutes" in process.stdout.read()
    assert eventually(lambda: not processes_in(served))


def test_a_database_that_was_stopped_in_order_is_left_alone(served: Path) -> None:
    port = free_port()
    with serving(served, port) as (process, _):
        assert embedded(served, "stop").returncode == 0
        assert not eventually(lambda: answers(port), 2)
        assert embedded(served, "status").returncode == 3
        assert embedded(served, "start").returncode == 0
        assert eventually(lambda: answers(port), 10)
        os.kill(postmaster(served), signal.SIGKILL)
        said_until(process, "is running again as process")
        process.terminate()
        assert process.wait(20) == 0
        assert embedded(served, "status").returncode == 0, "“start” said that it shall stay, and it does"
        assert embedded(served, "stop").returncode == 0
