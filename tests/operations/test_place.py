"""Where the private database is found, made and run."""

import os
import shutil
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

import config.embedded
from config.embedded import binaries, embedded_url, settings
from config.embedded.location import ClusterLocation
from config.embedded.messages import Refusal
from tests.operations.machine import checkout_in, copy, embedded, sql, temporary_root


def test_address_of_a_database_never_made(empty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Asking for the address makes nothing, and says what to do."""
    monkeypatch.setattr(config.embedded, "ROOT", empty)
    with pytest.raises(ImproperlyConfigured, match=r"set DATABASE_URL or start with \./run serve"):
        embedded_url(test=False)
    assert not (empty / ".data").exists()


def test_address_of_a_database(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is the one that the command line prints, and one per cluster."""
    monkeypatch.setattr(config.embedded, "ROOT", checkout)
    assert embedded_url(test=False) == embedded(checkout, "url").stdout.strip()
    with pytest.raises(ImproperlyConfigured, match=r"\./run test"):
        embedded_url(test=True)


@pytest.mark.slow
def test_checkout_that_postgres_cannot_reach(as_root: None) -> None:
    """Below a closed folder, such as root's home, the data go to /var/lib; a copy gets its own, a move is noticed."""
    with temporary_root() as closed:
        root = checkout_in(closed / "registry")
        closed.chmod(0o700)
        assert sql(root, "CREATE TABLE kept ()") == ""
        place = ClusterLocation.of(root, test=False)
        try:
            assert place.data.is_relative_to("/var/lib")
            assert not ClusterLocation.of(copy(root, closed / "copy"), test=False).data.exists()
            moved = root.rename(closed / "moved")
            with pytest.raises(Refusal, match="this checkout was moved; its database is in /var/lib"):
                ClusterLocation.of(moved, test=False)
            moved.rename(root)
            assert sql(root, "SELECT to_regclass('kept') IS NOT NULL") == "t"
        finally:
            shutil.rmtree(place.data.parent)


def test_data_moved_where_postgres_cannot_reach(template: Path, as_root: None) -> None:
    """The message says how to open the way or where to put them."""
    with temporary_root() as closed:
        root = copy(template, closed / "registry")
        closed.chmod(0o700)
        done = embedded(root, "start")
        assert done.returncode == 1
        assert "cannot reach its database" in done.stderr
        assert "mv " in done.stderr


def test_links_to_some_programs_are_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder on PATH with links to initdb, pg_ctl and postgres, but no psql, leads to the folder that has all."""
    whole = binaries.find()
    for name in ("initdb", "pg_ctl", "postgres"):
        (tmp_path / name).symlink_to(whole.program(name))
    monkeypatch.setattr(binaries, "_USUAL_PLACES", ())
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("REGISTRY_PG_BIN", raising=False)
    assert binaries.find() == whole


def test_no_postgresql(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message names the ways out."""
    monkeypatch.setenv("REGISTRY_PG_BIN", str(tmp_path))
    with pytest.raises(Refusal, match=r"(?s)found: no PostgreSQL.*apt-get install.*brew install.*DATABASE_URL"):
        binaries.find()


def test_postgresql_without_postgis(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is named as found, and not used."""
    for name in binaries.PROGRAMS:
        program = tmp_path / "bin" / name
        program.parent.mkdir(exist_ok=True)
        program.write_text("#!/bin/sh\necho 'postgres (PostgreSQL) 99.1'\n")
        program.chmod(0o755)
    monkeypatch.setenv("REGISTRY_PG_BIN", str(tmp_path / "bin"))
    with pytest.raises(Refusal, match="found: 99 without PostGIS"):
        binaries.find()


def test_a_quarter_of_the_memory_keeps_pages() -> None:
    """Not less than 64 MB, not more than 2 GB."""
    given = {1 << 20: "'64MB'", 1 << 30: "'256MB'", 4 << 30: "'1024MB'", 64 << 30: "'2048MB'"}
    assert {machine: settings.shared_buffers(machine) for machine in given} == given


def test_a_container_has_the_memory_that_it_is_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing bounds it, or nobody says, it has the machine's."""
    bound, machine = tmp_path / "memory.max", os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    monkeypatch.setattr(settings, "_BOUNDS", (tmp_path / "missing", bound))
    for said, expected in (("max\n", machine), ("300000000\n", 300_000_000), (f"{2**63 - 4096}\n", machine)):
        bound.write_text(said)
        assert settings.memory_bytes() == expected
