"""docs/changing.md, carried out word for word in a copy: every kind of change works on every surface that it reaches."""

import pytest

from tests.upgrade.document import edits
from tests.upgrade.scratch import Scratch

pytestmark = pytest.mark.usefixtures("db")

_MIGRATE = """
call_command("makemigrations", "registry", verbosity=0)
call_command("migrate", verbosity=0)
call_command("derived", "check", verbosity=0)
"""
_SIGNED_IN = """
from django.contrib.auth import get_user_model
curator = Client()
curator.force_login(get_user_model().objects.create_superuser("head" + str(os.getpid()), password="x"))
"""


_LOAD = """
from pathlib import Path
def load(kind, text, mapping=""):
    Path("file.csv").write_text(text)
    Path("mapping.yaml").write_text(mapping)
    given = {"mapping": Path("mapping.yaml")} if mapping else {}
    call_command("load", kind, file=Path("file.csv"), verbosity=0, **given)
"""


def carried_out(scratch: Scratch, *headings: str) -> int:
    """Carry out the blocks of sections, and count the files that they change."""
    done = [edit for heading in headings for edit in edits(heading)]
    for edit in done:
        edit.carry_out(scratch.folder)
    return len({edit.name for edit in done})


def test_a_column_a_filter_and_a_kind_of_file_then_a_rename_and_a_migration_with_data(scratch: Scratch) -> None:
    assert carried_out(scratch, "A column") == 3
    assert carried_out(scratch, "A filter") == 2
    assert carried_out(scratch, "A kind of file") == 1
    scratch.run(
        _MIGRATE,
        """
        cite("kundybai", "alteration", "host_rock")
        Deposit.objects.filter(slug="kundybai").update(alteration="argillic", host_rock="rock of the test")
        (found,) = get("/api/v1/deposits/?host_rock=rock%20of%20the%20test")["results"]
        assert found["slug"] == "kundybai", "the filter"
        found = get("/api/v1/deposits/?alteration=argillic&fields=slug,alteration")["results"]
        assert found == [{"slug": "kundybai", "alteration": "argillic"}], found
        assert get("/api/v1/deposits/?order=-alteration&fields=slug")["results"][0]["slug"] == "kundybai"
        assert get("/api/v1/deposits/kundybai/")["alteration"] == "argillic"
        assert "alteration" in export("/api/v1/deposits/export/?format=csv").splitlines()[0]
        assert Deposit.objects.get(slug="kundybai").history.latest("pgh_id").alteration == "argillic"
        items = get("/ogc/collections/deposits/items?f=json&filter=alteration%3D'argillic'")["features"]
        assert [item["id"] for item in items] == ["kundybai"], items
        from drf_spectacular.generators import SchemaGenerator
        described = json.dumps(SchemaGenerator().get_schema(request=None, public=True), default=str)
        assert "Alteration of the host rock." in described
        """,
        _SIGNED_IN,
        _LOAD,
        """
        page = curator.get(f"/admin/registry/deposit/{Deposit.objects.get(slug='kundybai').pk}/change/").content.decode()
        assert 'name="alteration"' in page
        load("example-survey", "site,title,found\\n1,Hill of the survey,1975\\n")
        (found,) = get("/api/v1/deposits/?external_id=example_survey:1")["results"]
        assert (found["name"], found["discovery_year"]) == ("Hill of the survey", 1975), "the kind of file"
        load("generic", "id,name,alteration\\n1,Hill of the test,potassic\\n", '''
        target: "deposit"
        source: {slug: "file-of-the-test", title: "A file"}
        record:
          external_id: {scheme: "test", column: "id"}
          name: "name"
          alteration: "alteration"
        '''.replace("\\n        ", "\\n"))
        assert get("/api/v1/deposits/?alteration=potassic")["results"][0]["name"] == "Hill of the test"
        """,
    )
    assert carried_out(scratch, "A rename", "A migration with data") == 5
    scratch.run(
        """
        call_command("migrate", verbosity=0)
        call_command("makemigrations", check=True, dry_run=True)
        call_command("derived", "check", verbosity=0)
        record = get("/api/v1/deposits/kundybai/")
        assert record["rock_alteration"] == "clay" and "alteration" not in record
        assert [one["slug"] for one in get("/api/v1/deposits/?rock_alteration=clay")["results"]] == ["kundybai"]
        told = [event.rock_alteration for event in Deposit.objects.get(slug="kundybai").history.order_by("pgh_id")][-2:]
        assert told == ["argillic", "clay"], told
        """
    )


def test_a_resource(scratch: Scratch) -> None:
    done = edits("A resource")
    assert len({edit.name for edit in done}) == 5
    kind, *others = done
    kind.carry_out(scratch.folder)
    missing = scratch.run("", status=1)
    assert "“laboratory” has no model Laboratory" in missing
    for edit in others:
        edit.carry_out(scratch.folder)
    scratch.run(
        _MIGRATE,
        """
        call_command("seed", verbosity=0)
        (one,) = get("/api/v1/laboratories/?country=KZ&order=name")["results"]
        assert (one["slug"], one["country"]["slug"], one["disputed"]) == ("example-laboratory", "KZ", False), one
        whole = get("/api/v1/laboratories/example-laboratory/")
        assert {name["text"] for name in whole["names"]} == {"Example laboratory", "Лаборатория"}, whole
        assert whole["citations"][0]["source"]["slug"] == "ac-video"
        assert get("/api/v1/laboratories/?search=лаборатория")["results"][0]["slug"] == one["slug"]
        assert "example-laboratory" in export("/api/v1/laboratories/export/?format=csv")
        assert get("/ogc/collections/laboratories/items?f=json&filter=name%20LIKE%20'Example%25'")["features"]
        assert get("/api/v1/sources/ac-video/")["supports"]["laboratory"] == 1
        from registry.models.laboratories import Laboratory
        record = Laboratory.objects.get(slug="example-laboratory")
        Laboratory.objects.filter(pk=record.pk).update(name="Renamed")
        assert get("/api/v1/laboratories/example-laboratory/")["version"] == whole["version"] + 1
        from django.db import IntegrityError, transaction
        try:
            with transaction.atomic():
                record.citations.all().delete()
        except IntegrityError as error:
            assert "keeps at least one citation" in str(error), error
        else:
            raise AssertionError("left without a source")
        with connection.cursor() as cursor:
            cursor.execute("SELECT kind, slug FROM registry_change ORDER BY transaction DESC LIMIT 1")
            assert cursor.fetchone() == ("laboratory", "example-laboratory"), "mirrors learn of it"
        """,
        _SIGNED_IN,
        """
        page = curator.get(f"/admin/registry/laboratory/{record.pk}/change/")
        assert page.status_code == 200 and 'value="Renamed"' in page.content.decode()
        assert curator.get("/admin/registry/laboratory/?q=Renamed").status_code == 200
        """,
        _LOAD,
        """
        load("generic", "id,name,country\\n7,Laboratory of the test,KZ\\n", '''
        target: "laboratory"
        source: {slug: "list-of-laboratories", title: "A list"}
        record:
          external_id: {scheme: "test_laboratories", column: "id"}
          name: "name"
          country: "country"
        '''.replace("\\n        ", "\\n"))
        (found,) = get("/api/v1/laboratories/?external_id=test_laboratories:7")["results"]
        assert (found["name"], found["country"]["slug"]) == ("Laboratory of the test", "KZ")
        """,
    )
