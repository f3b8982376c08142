"""Each kind of schema change, carried out in a copy over the seeded registry: nothing breaks, nothing is lost."""

import re

import pytest

from tests.upgrade.scratch import Scratch

pytestmark = pytest.mark.usefixtures("db")

#: What has to hold after every change: all is as declared, lists and exports answer, a write reaches what follows from it.
SOUND = """
call_command("derived", "check", verbosity=0)
cite("kundybai", "host_rock")
kundybai = get("/api/v1/deposits/kundybai/")
Deposit.objects.filter(slug="kundybai").update(host_rock="after " + kundybai["updated_at"])
after = get("/api/v1/deposits/kundybai/")
assert after["version"] == kundybai["version"] + 1 and after["host_rock"].startswith("after"), after["version"]
assert after["version"] == Deposit.objects.get(slug="kundybai").history.latest("pgh_id").version
with connection.cursor() as cursor:
    cursor.execute("SELECT slug FROM registry_change ORDER BY transaction DESC LIMIT 1")
    last = cursor.fetchone()
    assert last == ("kundybai",), last
for name in ("deposits", "licenses", "sources"):
    for format in ("json", "csv"):
        assert Client().get(f"/api/v1/{name}/?format={format}&limit=1000").status_code == 200
    assert export(f"/api/v1/{name}/export/?format=csv")
"""


def test_a_column_is_renamed(scratch: Scratch) -> None:
    scratch.replace("locality", "place_words")
    both = ", ".join(f"migrations.RenameField('{m}', 'locality', 'place_words')" for m in ("deposit", "deposithistory"))
    scratch.migration(both)
    scratch.run(
        """
        call_command("migrate", verbosity=0)
        found = get("/api/v1/deposits/?fields=slug,place_words&limit=1000")["results"]
        assert sum(1 for r in found if r["place_words"]) > 3, found
        assert "locality" not in get("/api/v1/deposits/kundybai/")
        assert "place_words" in export("/api/v1/deposits/export/?format=csv").splitlines()[0]
        """,
        SOUND,
    )


def test_a_column_is_added(scratch: Scratch) -> None:
    column = 'nickname = models.CharField(max_length=40, null=True, help_text="A nickname.")'
    scratch.edit(lambda t: t.replace("    place_words = ", f"    {column}\n    place_words = "), "registry/models/deposits.py")
    scratch.edit(
        lambda t: t.replace('"place_words",\n', '"place_words",\n            "nickname",\n'), "api/resources/deposits.py"
    )
    field = "models.CharField(max_length=40, null=True, help_text='A nickname.')"
    scratch.migration(", ".join(f"migrations.AddField('{m}', 'nickname', {field})" for m in ("deposit", "deposithistory")))
    scratch.run(
        """
        call_command("migrate", verbosity=0)
        for slug in ("kundybai", "kutessay-ii", "mountain-pass"):
            cite(slug, "nickname", "host_rock")
        Deposit.objects.filter(slug="kundybai").update(nickname="Kun")
        assert get("/api/v1/deposits/?fields=slug,nickname&search=kundybai")["results"][0]["nickname"] == "Kun"
        assert Deposit.objects.get(slug="kundybai").history.latest("pgh_id").nickname == "Kun"
        """,
        SOUND,
    )


def test_a_column_is_altered_and_data_are_written_by_a_migration(scratch: Scratch) -> None:
    """One `.update()` after a change of the schema: it reaches documents, versions, history and the feed."""
    scratch.edit(
        lambda t: t.replace("nickname = models.CharField(max_length=40", "nickname = models.CharField(max_length=90"),
        "registry/models/deposits.py",
    )
    field = "models.CharField(max_length=90, null=True, help_text='A nickname.')"
    alter = ", ".join(f"migrations.AlterField('{m}', 'nickname', {field})" for m in ("deposit", "deposithistory"))
    scratch.migration(alter)
    scratch.migration(
        "migrations.RunPython(write)",
        """
        def write(apps, schema_editor):
            Deposit = apps.get_model("registry", "Deposit")
            Deposit.objects.filter(slug="kutessay-ii").update(nickname="K2", name="Kutessay Two")
            apps.get_model("registry", "Name").objects.filter(deposit__slug="kundybai", kind="alternate").delete()
        """,
    )
    scratch.run(
        """
        version = Deposit._base_manager.values_list("version", flat=True).get(slug="kutessay-ii")
        call_command("migrate", verbosity=0)
        after = get("/api/v1/deposits/kutessay-ii/")
        assert (after["nickname"], after["name"], after["version"]) == ("K2", "Kutessay Two", version + 1), after
        record = Deposit.objects.get(slug="kutessay-ii")
        assert record.history.latest("pgh_id").nickname == "K2"
        assert [r["slug"] for r in get("/api/v1/deposits/?search=Kutessay+Two&fields=slug")["results"]] == ["kutessay-ii"]
        with connection.cursor() as cursor:
            cursor.execute("SELECT version FROM registry_change WHERE slug = 'kutessay-ii' ORDER BY transaction DESC LIMIT 1")
            assert cursor.fetchone() == (version + 1,), "mirrors learn of it"
        """,
        SOUND,
    )


def test_a_column_is_removed(scratch: Scratch) -> None:
    scratch.edit(lambda t: re.sub(r"    nickname = .*\n", "", t), "registry/models/deposits.py")
    scratch.edit(lambda t: t.replace('            "nickname",\n', ""), "api/resources/deposits.py")
    scratch.migration(", ".join(f"migrations.RemoveField('{m}', 'nickname')" for m in ("deposit", "deposithistory")))
    scratch.run('call_command("migrate", verbosity=0)\nassert "nickname" not in get("/api/v1/deposits/kundybai/")', SOUND)


def test_a_list_of_children_is_removed_and_what_kept_it_is_dropped(scratch: Scratch) -> None:
    scratch.edit(
        lambda t: t.replace('            "parties",\n', "", 1).replace(
            '    parties = PartyItem(many=True, help_text="Who operates or owns it, as stated.")\n', ""
        ),
        "api/resources/deposits.py",
    )
    scratch.run(
        """
        call_command("migrate", verbosity=0)
        assert "parties" not in get("/api/v1/deposits/mountain-pass/")
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_proc WHERE prosrc LIKE '%<<note_rows>>%registry_depositparty%'")
            assert cursor.fetchone() == (0,)
        """,
        SOUND,
    )


def test_a_rebuild_that_is_killed_goes_on_where_it_was(scratch: Scratch) -> None:
    scratch.edit(
        lambda t: t.replace('            "admin_code",\n', '            "admin_code",\n            "source_srid",\n', 1),
        "api/resources/deposits.py",
    )
    killed = scratch.run(
        """
        rebuild.BATCH = 10
        from registry.upgrade import suspension
        def die(text):
            print(text, flush=True)
            if "documents:deposit: 20" in text:
                os.kill(os.getpid(), signal.SIGKILL)
        suspension.resume(die)
        """,
        status=-9,
    )
    assert "documents:deposit: 20 rendered" in killed
    finished = scratch.run(
        """
        (one,) = [(r, s) for r, s in rebuild.behind() if r.name == "documents:deposit"]
        assert one[1].position, one
        ready = Client().get("/readyz").json()
        assert "documents:deposit" in ready["rendered_behind"], ready
        seen = get("/api/v1/deposits/?fields=slug,source_srid&limit=1000")["results"]
        every = Deposit.objects.filter(record_status="published").count()
        assert len(seen) == every > 100, "lists answer while documents are behind"
        print("every:", Deposit.objects.count())
        rebuild.BATCH = 10
        call_command("migrate", verbosity=1)
        assert "rendered_behind" not in Client().get("/readyz").json()
        """,
        SOUND,
    )
    every = int(re.findall(r"every: (\d+)", finished)[0])
    # The first twenty are not rendered again.
    assert re.findall(r"documents:deposit: (\d+) rendered", finished)[-1] == str(every - 20)


def test_while_a_migration_is_unfinished_nothing_is_written_past_the_history(scratch: Scratch) -> None:
    """What a migration wrote before a later one failed is entered into the history by the run that finishes."""
    written = "apps.get_model('registry', 'Deposit').objects.filter(slug='mountain-pass').update(host_rock='by a migration')"
    scratch.migration(f"migrations.RunPython(lambda apps, editor: {written})")
    finished = scratch.newest
    scratch.migration("migrations.RunSQL('SELECT 1/0', '')")
    scratch.run(
        """
        from django.db.utils import DatabaseError, OperationalError
        try:
            call_command("migrate", verbosity=0)
        except DatabaseError:
            pass
        connection.close()
        try:
            Deposit.objects.filter(slug="kundybai").update(host_rock="unseen")
        except (DatabaseError, OperationalError) as error:
            assert "migrate" in str(error), error
        else:
            raise AssertionError("written without history")
        get("/api/v1/deposits/kundybai/")
        """
    )
    (scratch.folder / "registry" / "migrations" / f"{scratch.newest}.py").unlink()
    scratch.newest = finished
    scratch.migration("migrations.AddIndex('deposit', models.Index(fields=['age'], name='scratch_age'))")
    scratch.run(
        """
        record = Deposit.objects.get(slug="mountain-pass")
        assert record.host_rock == "by a migration" and record.history.latest("pgh_id").host_rock != record.host_rock
        call_command("migrate", verbosity=0)
        again = Deposit.objects.get(slug="mountain-pass")
        last = again.history.latest("pgh_id")
        assert (last.host_rock, last.version) == ("by a migration", record.version + 1), (last.host_rock, last.version)
        """,
        SOUND,
    )
