"""The `run` script: what it says and does where something is missing."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.operations import stand_in
from tests.operations.machine import environment, eventually, temporary_root


@pytest.fixture
def bare() -> Iterator[Path]:
    """Give a checkout without a .venv and without a database."""
    with temporary_root() as root:
        yield stand_in.build(root, packages=False)


def run(root: Path, *arguments: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    """Call ./run, from another folder."""
    return subprocess.run(
        [root / "run", *arguments], cwd="/", env=environment(**variables), capture_output=True, text=True, timeout=60
    )


def installing(root: Path, changes: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    """Do what `./run serve` does before it hands over, on a machine that differs by some shell functions.

    Its apt fails: whatever goes wrong in a test, nothing is installed on the machine that runs it.
    """
    (root / "bin").mkdir()
    fake = root / "bin" / "apt-get"
    fake.write_text("#!/bin/sh\necho E: Could not resolve host\nexit 100\n")
    fake.chmod(0o755)
    script = (
        f"set -eu; root={root} planned= PATH={root}/bin:$PATH; . scripts/install.sh; {changes}; install requirements.txt server"
    )
    return subprocess.run(
        ["sh", "-c", script], cwd=root, env=environment(**variables), capture_output=True, text=True, timeout=60
    )


def test_help_names_every_command(bare: Path) -> None:
    """And a command that does not exist is answered with it."""
    text = (bare / "run").read_text()
    commands = {"serve", "test", "lint", "schema", "lock", "bench", "manage", "psql", "backup", "restore"}
    done = run(bare, "help")
    assert all(f"./run {command} " in done.stdout and command in text for command in commands)
    wrong = run(bare, "serv")
    assert (wrong.returncode, wrong.stderr) == (2, done.stdout)


def test_no_install_only_names(bare: Path) -> None:
    """It says what would be installed, installs nothing and starts nothing."""
    done = run(bare, "serve", "--no-install")
    assert done.returncode == 0
    assert "to be installed in this folder: the Python packages of requirements.txt, into .venv, by uv" in done.stderr
    assert not (bare / ".venv").exists()
    assert not (bare / ".data" / "pg").exists()
    stand_in.lend_packages(bare)
    assert "nothing would be installed" in run(bare, "serve", "--no-install").stderr


@pytest.mark.parametrize("where", ["no PostgreSQL", "no Python", "own database"])
def test_no_install_names_debian_packages(bare: Path, where: str) -> None:
    """By what is missing on this machine."""
    changes, packages = {
        "no PostgreSQL": (
            "has_server() { false; }; ls() { :; }; codename() { echo bookworm; }",
            "postgresql-15-postgis-3",
        ),
        "no Python": ("find_python() { python=; }; find_uv() { false; }", "python3 python3-pip"),
        "own database": ("has_libraries() { false; }; codename() { echo bookworm; }", "libgdal32"),
    }[where]
    own = {"DATABASE_URL": "postgis://me@db.example/registry"} if where == "own database" else {}
    done = installing(bare, f"planned=yes; {changes}", **own)
    assert done.returncode == 0, done.stderr
    named = next(line for line in done.stderr.splitlines() if "with apt" in line)
    assert packages in named
    assert "postgresql-client" not in named
    assert ("postgresql-15" in named) == (where == "no PostgreSQL")


def test_not_root(bare: Path) -> None:
    """One message with the command for somebody who is."""
    done = installing(bare, "has_server() { false; }; ls() { :; }; id() { echo 1000; }; codename() { echo bookworm; }")
    assert done.returncode == 1
    assert "sudo apt-get install --no-install-recommends postgresql-15 postgresql-15-postgis-3" in done.stderr
    assert "DATABASE_URL" in done.stderr
    assert not (bare / ".venv").exists()


def test_no_apt(bare: Path) -> None:
    """One message that says what is wanted."""
    done = installing(bare, "has_server() { false; }; command() { false; }")
    assert done.returncode == 1
    assert "this system has no apt; install what Debian calls postgresql" in done.stderr


def test_python_too_old(bare: Path) -> None:
    """One message names the version that is there."""
    done = installing(bare, "find_python() { python=; return 1; }")
    assert done.returncode == 1
    assert "Python 3.11 or newer is needed, and this system has Python 3." in done.stderr


def test_apt_that_fails(bare: Path) -> None:
    """The end of its log is shown, and where the whole is."""
    (bare / ".data" / "log").mkdir(parents=True)
    done = installing(bare, "has_server() { false; }; id() { echo 0; }; mkdir() { :; }")
    assert done.returncode == 1
    assert "E: Could not resolve host" in done.stderr
    assert "No package server was reached: check the network" in done.stderr
    assert f"{bare}/.data/log/apt" in done.stderr
    assert not (bare / ".venv").exists()


@pytest.mark.slow
def test_told_to_end_while_installing(bare: Path) -> None:
    """What apt has begun it finishes; nothing after it is begun."""
    script = bare / "scripts" / "install.sh"
    script.write_text(script.read_text() + "has_server() { false; }; id() { echo 0; }\n")
    fake = bare / "apt-get"
    fake.write_text(f"#!/bin/sh\ntouch {bare}/begun; sleep 1; touch {bare}/finished\n")
    fake.chmod(0o755)
    variables = environment(PATH=f"{bare}:{os.environ['PATH']}")
    with subprocess.Popen([bare / "run", "serve"], env=variables, stderr=subprocess.DEVNULL) as process:
        assert eventually((bare / "begun").exists)
        process.terminate()
        assert process.wait(10) == 128 + signal.SIGTERM
    assert (bare / "finished").exists()
    assert not (bare / ".venv").exists()


@pytest.mark.slow
def test_no_network(bare: Path) -> None:
    """The installer fails with one message, and the next start begins again where this one ended."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        index = f"http://127.0.0.1:{closed.getsockname()[1]}/simple"
        variables = {"PIP_INDEX_URL": index, "UV_CACHE_DIR": str(bare / "cache"), "UV_HTTP_RETRIES": "0", "PIP_RETRIES": "0"}
        done = installing(bare, "has_server() { true; }", **variables)
    assert done.returncode == 1
    assert "No package server was reached" in done.stderr
    # Where the machine has no uv, fetching it is what fails first.
    logs = [path.read_text() for path in (bare / ".data" / "log").glob("*.log")]
    assert any("127.0.0.1" in log for log in logs), logs
    assert not (bare / ".venv" / "installed.txt").exists()


def test_folder_that_cannot_be_written(bare: Path) -> None:
    """One message."""
    (bare / ".data").write_text("in the way")
    done = run(bare, "serve")
    assert done.returncode == 1
    assert done.stderr.startswith(f"registry: this account may not write into {bare}/.data;")


def test_other_settings_of_the_caller_do_not_disturb(bare: Path, tmp_path: Path) -> None:
    """A foreign PYTHONPATH, Django project or folder `config` where the caller stands is not ours."""
    stand_in.lend_packages(bare)
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "__init__.py").write_text("raise SystemExit('not ours')")
    variables = {"PYTHONPATH": str(tmp_path), "DJANGO_SETTINGS_MODULE": "theirs", "DATABASE_URL": "postgis://a@h/b"}
    done = subprocess.run(
        [bare / "run", "manage", "check"], cwd=tmp_path, env=environment(**variables), capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


@pytest.mark.skipif(sys.platform == "darwin", reason="ldconfig is Linux's")
def test_libraries_are_seen(bare: Path) -> None:
    """The check that GeoDjango's libraries are there finds them where they are."""
    script = f"root={bare}; . {bare}/scripts/install.sh; has_libraries"
    assert subprocess.run(["sh", "-c", script], env=environment()).returncode == 0
