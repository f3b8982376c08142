"""The locks: complete, hashed, agreeing, and the same for everybody."""

import re

import pytest

from tests.operations.machine import REPOSITORY

LOCKS = ("requirements.txt", "requirements-dev.txt")


def pins(lock: str) -> dict[str, str]:
    """Give each package of a lock with its version and marker."""
    return dict(re.findall(r"^([a-z0-9-]+)==(.+?) \\$", (REPOSITORY / lock).read_text(), flags=re.MULTILINE))


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_has_hashes(lock: str) -> None:
    """Nothing is installed that was not seen when the lock was made."""
    text = (REPOSITORY / lock).read_text()
    entries = re.split(r"^(?=[a-z])", text, flags=re.MULTILINE)[1:]
    assert len(entries) == len(pins(lock)) > 20
    assert all("--hash=sha256:" in entry for entry in entries)


@pytest.mark.parametrize("lock", LOCKS)
def test_no_host_and_no_machine(lock: str) -> None:
    """No address of a package server, no path of somebody's machine."""
    text = (REPOSITORY / lock).read_text()
    assert not re.findall(r"://|--(?:extra-)?index|--find-links|--trusted| /\w+/|@ ", text)


def test_development_contains_the_service() -> None:
    """What is tested is what is served; a package may be wanted on more systems than there."""
    service, development = ({name: pin.split(" ;")[0] for name, pin in pins(lock).items()} for lock in LOCKS)
    assert service.items() <= development.items()


@pytest.mark.parametrize("lock", LOCKS)
def test_locks_are_up_to_date(lock: str) -> None:
    """Every package asked for in the .in file is locked, in a version that it allows; else: ./run lock."""
    asked = (REPOSITORY / lock.replace(".txt", ".in")).read_text()
    names = re.findall(r"^([A-Za-z][A-Za-z0-9-]*)", asked, flags=re.MULTILINE)
    assert {name.lower() for name in names} <= pins(lock).keys()


def test_every_requirement_says_what_for() -> None:
    """A dependency without a reason is one too many."""
    for name in ("requirements.in", "requirements-dev.in"):
        for line in (REPOSITORY / name).read_text().splitlines():
            assert not line or line.startswith(("#", "-r")) or "  # " in line, line
