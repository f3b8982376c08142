"""A registry of each earlier release is upgraded to the newest schema, and every record keeps its values."""

import lzma
from collections.abc import Callable
from typing import Any

import orjson
import pytest
from django.core.management import call_command
from django.db import connection

from registry.derived import rebuild
from registry.kinds import kind_named
from registry.models import Deposit, ImportRow, ImportUpload
from tests.conftest import ApiClient
from tests.upgrade.conftest import FOLDER

pytestmark = pytest.mark.usefixtures("db")

#: Fields of a release that later ones show otherwise, each with the reason.
CHANGED: dict[str, dict[str, str]] = {
    "1.0": {
        "disagreement_links": "they reach a record through its estimates, findings, citations, events and licences",
        "located_in": "a record that changes is located again, and the dump has the shapes of three countries",
        "location_uncertainty_m": "the print of the coordinates shows it",
        "uncertainty_basis": "the print of the coordinates shows the uncertainty, or nothing states it",
        "rights": "a source of which no statement of rights was read says so",
        "supports": "it counts records, not citations, and contradictions apart",
        "finding_links": "gaps are no findings: `gap_links` lists them",
        "sources/findings": "gaps are no findings",
        "organizations/parent": "an organization has several parents, each with a share and dates: `parents`",
        "commodities/scheme_classes": "the scheme `industry` cited nothing and is withdrawn",
    }
}


def _lists_of_fields(told: Any) -> Any:
    """Let each citation name its field as a list: that of the whole record is empty."""
    if isinstance(told, list):
        return [_lists_of_fields(one) for one in told]
    if not isinstance(told, dict):
        return told
    known = {key: _lists_of_fields(value) for key, value in told.items()}
    if "field" in known:
        field = known.pop("field")
        known["fields"] = [field] if field else []
    return known


#: Version → what it wrote in other words than later releases do, made theirs.
REWORDED: dict[str, Callable[[Any], Any]] = {"1.0": _lists_of_fields}
#: Findings of a release that later ones keep as gaps, under the same slug and uid.
GAPS = {
    "1.0": (
        "gap-names-of-the-12",
        "gap-deposits-without-a-page",
        "gap-two-of-the-fifteen",
        "gap-uzbekistan-and-turkmenistan",
        "gap-itic-report",
    )
}
#: What every change of a record moves.
MOVES = ("version", "updated_at")


#: An import as the first release kept it: later ones call the columns, the keys of the JSON and a rule otherwise.
IMPORT = """
WITH run AS (
    INSERT INTO registry_importrun (kind, target, state, record_status, file_name, file_sha256, file_bytes, options, columns,
        source_card, actor, created_at, counts, report, message)
    VALUES ('generic', 'deposit', 'checked', 'draft', 'a.csv', '', 0, '{}', '[]', '{}', '', now(), '{}', '', '') RETURNING id
), row AS (
    INSERT INTO registry_importrow (run_id, line, scheme, value, digest, is_sound, raw, mapped, problems)
    SELECT id, 2, 'x', '1', '', true, '{}', '{}', '[{"rule": "outline-mended", "message": "A", "mend": "B"}]' FROM run
    RETURNING id, run_id
), upload AS (
    INSERT INTO registry_importupload (created_at, file_name, file_sha256, file_bytes, kind, mapping, encoding, layer, publish,
        looked)
    VALUES (now(), 'a.csv', '', 0, 'generic', '', '', '', true,
        '{"notes": [], "rows": [{"line": 2, "problems": [{"message": "A", "mend": "B"}]}, {"line": 3, "problems": []}]}')
)
INSERT INTO registry_importproblem (run_id, row_id, line, rule, "column", value, message, mend, is_error, by_registry)
SELECT run_id, id, 2, 'outline-mended', '', '', 'A', 'B', false, false FROM row
"""


@pytest.mark.parametrize("release", ["1.0"], indirect=True)
def test_every_record_says_what_it_said(release: str, request: Any) -> None:
    version = request.node.callspec.params["release"]
    before = orjson.loads(lzma.decompress((FOLDER / f"release-{version}.json.xz").read_bytes()))
    with connection.cursor() as cursor:
        cursor.execute(IMPORT)
    call_command("migrate", verbosity=0)
    assert_import_is_kept()
    api = ApiClient()
    wrong = []
    for name, records in before.items():
        for slug, record in records.items():
            if name == "findings" and slug in GAPS[version]:
                assert_is_gap(api, record)
                continue
            now = api.json(f"/api/v1/{name}/{slug}/")
            differing = {
                key for key, value in REWORDED[version](record).items() if key not in MOVES and not keeps(value, now.get(key))
            }
            changed = {key for key in differing if {key, f"{name}/{key}"} & CHANGED[version].keys()}
            wrong += [f"{name}/{slug}: {key}" for key in sorted(differing - changed)]
    assert not wrong, f"{len(wrong)} values: {wrong[:20]}"
    applies = api.json("/api/v1/policy-frameworks/eu-critical-raw-materials-act/")["applies_to"]
    assert [one["area"]["slug"] for one in applies] == ["european-union"]
    shown = {one.slug: (one.location_uncertainty_m, one.uncertainty_basis) for one in Deposit.objects.all()}
    assert (shown["kutessay-ii"], shown["shok-karagay"]) == ((0.556, "printed_precision"), (None, "not_stated"))
    assert shown["kyzyl-ompol"] == (927.0, "printed_precision") and (None, None) in shown.values()
    assert rebuild.behind() == []
    call_command("derived", "check", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_proc WHERE proname ~ '^_?pgtrigger'")
        assert cursor.fetchone() == (0,), "what earlier releases derived is gone"


def keeps(before: Any, now: Any) -> bool:
    """Tell whether a value is what it was; objects may have more members than they had."""
    if isinstance(before, dict) and isinstance(now, dict):
        return all(key in now and keeps(value, now[key]) for key, value in before.items())
    if isinstance(before, list) and isinstance(now, list):
        return len(before) == len(now) and all(keeps(*pair) for pair in zip(before, now, strict=True))
    return bool(before == now)


def assert_is_gap(api: ApiClient, finding: dict[str, Any]) -> None:
    api.json(f"/api/v1/findings/{finding['slug']}/", 404)
    gap = api.json(f"/api/v1/gaps/{finding['slug']}/")
    assert (gap["uid"], gap["looked_for"], gap["subjects"]) == (finding["uid"], finding["text"], finding["subjects"])
    assert gap["external_ids"] == finding["external_ids"]
    assert [search["source"]["slug"] for search in gap["searches"]] == [finding["source"]["slug"]]
    for subject in gap["subjects"]:
        plural = kind_named(subject["about"]["kind"]).plural
        record = api.json(f"/api/v1/{plural}/{subject['about']['slug']}/")
        assert finding["slug"] in [one["slug"] for one in record["gap_links"]]


def assert_import_is_kept() -> None:
    row, upload = ImportRow.objects.get(), ImportUpload.objects.get()
    assert row.problems == [{"rule": "outline-repaired", "message": "A", "fix": "B"}]
    assert [(p.rule, p.fix) for p in row.found.all()] == [("outline-repaired", "B")]
    assert upload.preview == {
        "notes": [],
        "rows": [{"line": 2, "problems": [{"message": "A", "fix": "B"}]}, {"line": 3, "problems": []}],
    }
