"""A registry of each earlier release is brought up to the newest schema, and every record says what it said."""

import lzma
from typing import Any

import orjson
import pytest
from django.core.management import call_command
from django.db import connection

from registry.derived import rebuild
from tests.conftest import ApiClient
from tests.upgrade.conftest import FOLDER

pytestmark = pytest.mark.usefixtures("db")

#: Fields of a release that later ones show otherwise, each with the reason.
CHANGED: dict[str, dict[str, str]] = {
    "1.0": {
        "disagreement_links": "they reach a record through its estimates, findings, citations, events and licences",
        "supports": "it counts records, not citations, and contradictions apart",
    }
}
#: What every change of a record moves.
MOVES = ("version", "updated_at")


@pytest.mark.parametrize("release", ["1.0"], indirect=True)
def test_every_record_says_what_it_said(release: str, request: Any) -> None:
    version = request.node.callspec.params["release"]
    before = orjson.loads(lzma.decompress((FOLDER / f"release-{version}.json.xz").read_bytes()))
    call_command("migrate", verbosity=0)
    api = ApiClient()
    wrong = []
    for name, records in before.items():
        for slug, record in records.items():
            now = api.json(f"/api/v1/{name}/{slug}/")
            differing = {key for key, value in record.items() if key not in MOVES and now.get(key) != value}
            wrong += [f"{name}/{slug}: {key}" for key in sorted(differing) if key not in CHANGED[version]]
    assert not wrong, f"{len(wrong)} values: {wrong[:20]}"
    assert rebuild.behind() == []
    call_command("derived", "check", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_proc WHERE proname ~ '^_?pgtrigger'")
        assert cursor.fetchone() == (0,), "what earlier releases derived is gone"
