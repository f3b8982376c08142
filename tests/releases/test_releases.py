"""A release: complete, of one instant, reproducible, immutable; what changed since the last one; drafts never leak."""

import csv
import hashlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from django.conf import settings
from django.contrib.gis.geos import Point
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from pmtiles.reader import MmapSource, Reader

from api.resources.resource import all_resources
from config.environment import ROOT
from registry.models import Deposit, ExternalId
from tests.caches import forget_everything
from tests.records import made as made_now

_REPORTED = {"location_kind": "reported"}
_NOON = datetime.now(UTC).replace(microsecond=0)


def made(*given: Any, **more: Any) -> Any:
    """Make a record with its citation, which the commit asks for."""
    with transaction.atomic():
        return made_now(*given, **more)


def release(name: str, *arguments: str, at: datetime | None = None) -> Path:
    forget_everything()
    instant = ["--instant", (at or datetime.now(UTC)).isoformat()] if at else []
    with open(os.devnull, "w") as nothing:
        call_command("release", name, *arguments, *instant, stdout=nothing, stderr=nothing)
    return Path(settings.RELEASES) / name


def table(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def sums(folder: Path) -> dict[str, str]:
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            found[path.relative_to(folder).as_posix()] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


@pytest.fixture(scope="module")
def records(own_database: None) -> dict[str, Any]:
    """Make two public deposits with a place, one that will be merged and one withdrawn, and a draft."""
    found = {
        name: made("deposit", slug=f"rel-{name}", name=f"Deposit {name}", location=Point(70 + number, 40), **_REPORTED)
        for number, name in enumerate(("kept", "changed", "merged", "withdrawn"))
    }
    found["draft"] = Deposit.objects.create(slug="rel-draft", name="SECRET-DRAFT", location=Point(10, 10), **_REPORTED)
    ExternalId.objects.create(deposit=found["kept"], scheme="usgs_ree", value="1042")
    ExternalId.objects.create(deposit=found["draft"], scheme="usgs_ree", value="SECRET-ID")
    return found


def test_a_release_is_complete_reproducible_and_followed_by_what_changed(
    records: dict[str, Any], releases_in: Path, tmp_path: Path, api: Any
) -> None:
    # Two releases of the same data and instant, in different folders, are the same bytes.
    first = release("2026.11", at=_NOON)
    settings.RELEASES = tmp_path / "again"
    assert sums(release("2026.11", at=_NOON)) == sums(first)
    settings.RELEASES = releases_in

    listed = sums(first)
    checked = dict(reversed(line.split("  ")) for line in (first / "SHA256SUMS").read_text().splitlines())
    of_api = dict(reversed(line.split("  ")) for line in (first / "api/v1/SHA256SUMS").read_text().splitlines())
    known = checked | {f"api/v1/{path}": value for path, value in of_api.items()}
    assert listed == known | {"SHA256SUMS": listed["SHA256SUMS"]}
    assert not [path for path in first.rglob("*") if path.is_file() and os.access(path, os.W_OK) and os.geteuid()]
    for resource in all_resources():
        assert {f"csv/{resource.name}.csv", f"parquet/{resource.name}.parquet"} <= set(listed)
    for path in first.rglob("*"):
        assert not path.is_file() or b"SECRET" not in path.read_bytes(), path

    ids = {row["slug"]: row for row in table(first / "ids.csv") if row["kind"] == "deposit"}
    assert set(ids) == {f"rel-{name}" for name in ("kept", "changed", "merged", "withdrawn")}
    assert ids["rel-kept"]["first_release"] == ids["rel-kept"]["last_release"] == "2026.11"
    assert [row["value"] for row in table(first / "bridges.csv")] == ["1042"]
    assert {row["rights"] for row in table(first / "rights.csv")} == {"not stated"}

    with sqlite3.connect(first / "registry.gpkg") as file:
        assert {row[0] for row in file.execute("SELECT slug FROM deposits")} == set(ids)
        assert {name for (name,) in file.execute("SELECT table_name FROM gpkg_contents")} >= {r.name for r in all_resources()}
    with (first / "tiles/deposits.pmtiles").open("rb") as file:
        reader = Reader(MmapSource(file))
        assert reader.header()["max_zoom"] == 8
        assert reader.metadata()["vector_layers"][0]["id"] == "deposits"
        import gzip

        import mapbox_vector_tile

        tile = mapbox_vector_tile.decode(gzip.decompress(reader.get(0, 0, 0)))
        assert {one["properties"]["slug"] for one in tile["deposits"]["features"]} == set(ids)
        assert gzip.decompress(reader.get(0, 0, 0)) == api.get("/tiles/deposits/0/0/0.mvt").content
    crate = json.loads((first / "ro-crate-metadata.json").read_text())["@graph"]
    parts = {part["@id"] for part in crate[1]["hasPart"]}
    assert {"registry.gpkg", "ids.csv", "tiles/deposits.pmtiles"} <= parts == {e["@id"] for e in crate if e["@type"] == "File"}
    for name, member in (("dcat.jsonld", "dcat:distribution"), ("schema.jsonld", "distribution"), ("datacite.json", "titles")):
        assert json.loads((first / name).read_text())[member]
    # What the shapes of DCAT-AP and the schema of DataCite demand.
    for one in json.loads((first / "dcat.jsonld").read_text())["dcat:distribution"]:
        assert one["dcat:accessURL"] == {"@id": "./"} and one["spdx:checksum"]["spdx:checksumValue"]["@type"] == "xsd:hexBinary"
    assert json.loads((first / "datacite.json").read_text())["publicationYear"] == f"{_NOON:%Y}"

    # What happens until the next release.
    Deposit.objects.filter(slug="rel-changed").update(host_rock="carbonatite")
    Deposit.objects.filter(slug="rel-merged").update(record_status="merged", merged_into=records["kept"])
    Deposit.objects.filter(slug="rel-withdrawn").update(record_status="withdrawn")
    made("deposit", slug="rel-added", name="Deposit added")
    second = release("2026.12", at=_NOON + timedelta(seconds=1))
    changes = {row["slug"]: row for row in table(second / "changelog.csv") if row["kind"] == "deposit"}
    assert {slug: row["change"] for slug, row in changes.items()} == {
        "rel-added": "added", "rel-changed": "changed", "rel-merged": "merged", "rel-withdrawn": "withdrawn"
    } | ({"rel-kept": "changed"} if "rel-kept" in changes else {})  # fmt: skip
    assert changes["rel-changed"]["fields"] == "host_rock"
    assert changes["rel-merged"]["merged_into"] == "rel-kept"
    after = {row["slug"]: row for row in table(second / "ids.csv") if row["kind"] == "deposit"}
    assert (after["rel-withdrawn"]["status"], after["rel-withdrawn"]["last_release"]) == ("withdrawn", "2026.11")
    assert (after["rel-added"]["first_release"], after["rel-kept"]["first_release"]) == ("2026.12", "2026.11")
    assert sums(first) == listed, "the earlier release is as it was"

    # The API without the registry: a plain file server, and its links.
    _walk(second)
    _is_served(second, api)


def _walk(folder: Path) -> None:
    """Follow the links of the API's files from a plain file server, and find every record."""
    from functools import partial
    from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
    from threading import Thread
    from urllib.parse import urljoin
    from urllib.request import urlopen

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        base = f"http://127.0.0.1:{server.server_port}/api/v1/index.json"
        index = orjson.loads(urlopen(base).read())
        ids = {(row["kind"], row["slug"]) for row in table(folder / "ids.csv") if row["status"] == "published"}
        kinds, found = {resource.name: resource.kind for resource in all_resources()}, set()
        for one in index["resources"]:
            page: str | None = urljoin(base, one["address"])
            while page:
                answer = orjson.loads(urlopen(page).read())
                for record in answer["results"]:
                    whole = orjson.loads(urlopen(urljoin(base, one["record"].format(slug=record["slug"]))).read())
                    assert {**whole, **record} == whole
                    found.add((kinds[one["name"]], record["slug"]))
                page = answer["next"] and urljoin(page, answer["next"])
        assert found == ids
        server.shutdown()


def _is_served(folder: Path, api: Any) -> None:
    """Ask the service for the releases, a release and its files."""
    assert [one["name"] for one in api.json("/releases/index.json")["releases"]] == ["2026.12", "2026.11"]
    assert api.json("/releases/?format=json") == api.json("/releases/index.json")
    for address in ("/releases/", "/ru/releases/", "/releases/2026.12/", "/ru/releases/2026.12/"):
        page = api.get(address, headers={"Accept": "text/html"})
        assert page.status_code == 200 and b"2026.12" in page.content, address
    assert api.json("/releases/2026.12/", headers={"Accept": "application/json"})["changes"]["deposit"]["added"] == 1
    cited = "http://testserver/releases/2026.12/"
    assert b"version = {2026.12}" in api.get("/releases/2026.12/citation.bib").content
    assert f"UR  - {cited}\r\n" in api.get("/releases/2026.12/citation.ris").content.decode()
    assert [(one["URL"], one["version"]) for one in api.json("/releases/2026.12/citation.csl")] == [(cited, "2026.12")]
    assert api.get("/releases/2031.01/citation.bib").status_code == 404
    assert f"{cited}</p>" in api.get("/ru/releases/2026.12/", headers={"Accept": "text/html"}).content.decode()
    whole = (folder / "tiles/deposits.pmtiles").read_bytes()
    address = "/releases/2026.12/tiles/deposits.pmtiles"
    response = api.get(address)
    assert b"".join(response.streaming_content) == whole
    assert response["Content-Type"] == "application/vnd.pmtiles"
    assert (response["Content-Length"], response["Cache-Control"]) == (str(len(whole)), "public, max-age=31536000, immutable")
    assert response["ETag"].strip('"') == hashlib.sha256(whole).hexdigest()
    assert response["Access-Control-Allow-Origin"] == "*"
    part = api.get(address, headers={"Range": "bytes=0-126", "Accept-Encoding": "gzip"})
    assert (part.status_code, b"".join(part.streaming_content)) == (206, whole[:127])
    assert api.get(address, headers={"If-None-Match": response["ETag"]}).status_code == 304
    text = api.get("/releases/2026.12/ids.csv", headers={"Range": "bytes=0-3", "Accept-Encoding": "gzip"})
    assert (text.status_code, b"".join(text.streaming_content)) == (206, b"kind")
    assert api.get("/releases/2026.12/api/v1/index.json").status_code == 200
    for missing in (
        "2026.12/../../../etc/passwd",
        "2026.12/%2e%2e/2026.11/ids.csv",
        "2031.01/ids.csv",
        ".lock",
        "2026.12/tiles",
    ):
        assert api.get(f"/releases/{missing}").status_code == 404, missing
    assert api.get("/releases/2031.01/").status_code == 404
    assert api.get("/releases/?x=1").status_code == 400
    assert api.post("/releases/").status_code == 405


def test_a_name_is_used_once_and_must_be_one(records: dict[str, Any], releases_in: Path) -> None:
    (releases_in / "2026.12").mkdir(parents=True)
    with pytest.raises(CommandError, match=r"release 2026\.12 exists; .* e\.g\. 2026\.12\.1"):
        release("2026.12")
    for name in ("december", "2026.13", "../2026.12", "2026.12.0"):
        with pytest.raises(CommandError, match="is no name of a release"):
            release(name)
    with pytest.raises(CommandError, match="must be on the present day"):
        release("2026.11", at=_NOON - timedelta(days=3))
    assert [path.name for path in releases_in.iterdir() if path.name != ".lock"] == ["2026.12"]


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGKILL])
def test_a_killed_release_leaves_nothing(records: dict[str, Any], releases_in: Path, ending: int) -> None:
    code = (
        "import os, django; django.setup(); from django.conf import settings; from django.db import connection, transaction;"
        "settings.RELEASES = os.environ['RELEASES']; connection.settings_dict['NAME'] = os.environ['NAME'];"
        "from django.core.management import call_command; call_command('release', '2026.10')"
    )
    name = str(connection.settings_dict["NAME"])
    given = {**os.environ, "RELEASES": str(releases_in), "NAME": name, "DJANGO_SETTINGS_MODULE": "config.settings"}
    with subprocess.Popen([sys.executable, "-c", code], env=given, stderr=subprocess.PIPE, cwd=ROOT) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if b"deposits" in line:
                break
        process.send_signal(ending)
        process.wait(60)
    assert not (releases_in / "2026.10").exists()
    made_again = release("2026.09", "--no-api", at=datetime.now(UTC) + timedelta(seconds=2))
    time.sleep(0.1)
    assert {path.name for path in releases_in.iterdir()} == {".lock", made_again.name}
    assert not (made_again / "api").exists()
