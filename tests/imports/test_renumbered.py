"""An id that named something else before: as in an edition whose rows were numbered again."""

import shutil
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from imports.source_file import guess
from registry.models import Deposit, ImportRun, License, Source
from tests.imports.given import at, load, row, stage
from tests.records import country, square
from tests.shared import SHARED

pytestmark = pytest.mark.django_db
CASES = SHARED / "cases" / "imports"


@pytest.fixture
def kazakhstan(db: None) -> Any:
    return country(slug="KZ", name="Kazakhstan")


def case(name: str) -> Path:
    if not (CASES / name).exists():
        pytest.skip(f"{name} is not beside the project")
    return CASES / name


def run_load(file: Path, mapping: Path, *options: str) -> tuple[int, str]:
    """Load with the command; give the exit code and what was said."""
    said = StringIO()
    try:
        call_command(
            "load", "generic", "--file", str(file), "--mapping", str(mapping), *options, stdout=said, stderr=StringIO()
        )
    except CommandError as error:
        return error.returncode, said.getvalue() + str(error)
    return 0, said.getvalue()


def names() -> dict[str, str]:
    return dict(Deposit.objects.values_list("external_ids__value", "name"))


def test_another_name_at_another_place_is_not_written_unless_requested(kazakhstan: Any) -> None:
    mapping, first, second = (case(name) for name in ("objectid.yaml", "objectid_real_id.csv", "objectid_next_edition.csv"))
    assert run_load(first, mapping)[0] == 0
    code, said = run_load(second, mapping)
    assert code == 3 and "None of 2 rows can be loaded." in said and "The id belonged to another record" in said
    assert names() == {"1": "Aksai", "2": "Borly"}
    problem = ImportRun.objects.latest("id").found.get(line=2)
    assert problem.message == (
        "This id belongs to “Aksai” (aksai-objectid-real-id-1); the row names “Borly”, at another place."
    )
    code, said = run_load(second, mapping, "--accept-renumbered")
    assert code == 0 and "2 changed" in said and names() == {"1": "Borly", "2": "Chulak"}
    assert run_load(second, mapping, "--dry-run")[0] == 0, "what this data set said last is what its id means"


@pytest.mark.parametrize(
    ("given", "goes_in"),
    [
        ({"name": "Aksai"} | at(70, 50), True),
        ({"name": "Borly"} | at(76.5, 43.2501), True),
        ({"name": "Aksay deposit"} | at(70, 50), True),
        ({"name": "Old name"} | at(70, 50), True),
        ({"name": "Borly"}, True),
        ({"name": "Borly"} | at(70, 50), False),
        ({"name": "Aksai-2"} | at(70, 50), False),
        ({"name": "Аксай"} | at(70, 50), True),
    ],
)
def test_what_makes_an_id_doubtful(given: dict[str, Any], goes_in: bool, tmp_path: Path) -> None:
    name = "Aksai-1" if given["name"].startswith("Aksai-") else "Aksai"
    load(tmp_path, row("1", name, **at(76.5, 43.25), other_names=[{"text": "Old name"}]))
    run = stage(tmp_path, row("1", **given))
    assert (run.counts["changed"], run.counts["refused"]) == (int(goes_in), int(not goes_in))


def test_a_curators_correction_does_not_make_the_row_doubtful(tmp_path: Path) -> None:
    load(tmp_path, row("1", "Aksai", **at(76.5, 43.25)))
    Deposit.objects.update(name="Borly", location="SRID=4326;POINT(70 50)")
    assert stage(tmp_path, row("1", "Aksai", **at(76.5, 43.25), age="Permian")).counts["refused"] == 0


def test_a_licence_is_known_by_its_number_and_outline(tmp_path: Path) -> None:
    here = country(boundary=square(60, 40, 10))

    def licence(number: str, x: float) -> dict[str, Any]:
        area = square(x, 41).hexewkb.decode()
        return {"external_id": {"scheme": "fid", "value": "1"}, "country": here.slug, "number": number, "area": area}

    load(tmp_path, licence("E 70/1", 61), target="license")
    assert stage(tmp_path, licence("E70/1", 65), target="license").counts["refused"] == 0
    run = load(tmp_path, licence("M 15", 65), target="license")
    assert (run.state, run.message) == ("failed", "The only row cannot be loaded.") and License.objects.get().number == "E 70/1"


def test_a_reviewer_decides_in_the_admin(tmp_path: Path, django_user_model: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from imports.tasks import launch, worker

    monkeypatch.setattr(launch, "_spawn", lambda task: worker.work(task.pk))
    monkeypatch.setattr(worker.Telling, "__enter__", lambda self: self)
    monkeypatch.setattr(worker.Telling, "__exit__", lambda self, *failed: None)
    monkeypatch.setattr(launch.transaction, "on_commit", lambda do: do())
    load(tmp_path, row("1", "Aksai", **at(76.5, 43.25)))
    run = stage(tmp_path, row("1", "Borly", **at(70, 50)))
    client = Client()
    client.force_login(django_user_model.objects.create_superuser("head"))
    page = f"/admin/registry/importrun/{run.pk}/change/"
    assert "1 row whose id belonged to a record with another name" in client.get(page).content.decode()
    client.post(f"/admin/registry/importrun/{run.pk}/confirm/")
    assert names() == {"1": "Aksai"} and "The only row cannot be loaded" in client.get(page).content.decode()
    client.post(f"/admin/registry/importrun/{run.pk}/confirm/", {"fix_all": "renumbered"})
    assert names() == {"1": "Borly"}


def test_row_numbers_are_ids_only_where_there_is_nothing_else(tmp_path: Path) -> None:
    text = guess(Path(shutil.copy(case("objectid_real_id.csv"), tmp_path)))
    assert 'external_id: {scheme: "objectid_real_id", column: "DEPOSIT_NO"}\n' in text
    for header, column, noted in (
        ("FID,name,country,longitude,latitude", "FID", True),
        ("ogc_fid,id,name,country", "id", False),
        ("OBJECTID,Licence_No,holder,status", "Licence_No", False),
    ):
        file = tmp_path / "table.csv"
        file.write_text(
            f"{header}\n1,2,Aksai,KZ,1,1\n"[:200]
            if header.count(",") == 5
            else f"{header}\n" + ",".join("1" * (header.count(",") + 1)) + "\n"
        )
        [line] = [line for line in guess(file).splitlines() if "external_id" in line]
        assert f'column: "{column}"' in line and ("# a row number" in line) == noted


def test_nothing_to_load_is_said_as_it_is(kazakhstan: Any, tmp_path: Path) -> None:
    mapping = tmp_path / "m.yaml"
    mapping.write_text(case("by_names.yaml").read_text().replace('  commodities: {column: "commodity"}\n', ""))
    for dry in ((), ("--dry-run",)):
        code, said = run_load(case("all_refused.csv"), mapping, *dry)
        assert code == 3 and "None of 2 rows can be loaded." in said and "Nothing to change" not in said
        code, said = run_load(case("header_only.csv"), mapping, *dry)
        assert code == 0 and said.startswith("0 rows read. The file has a header but no rows")
    assert not Source.objects.exists(), "no source is made that nothing cites"
    failed = ImportRun.objects.filter(file_name="all_refused.csv", state="failed").get()
    assert "None of 2 rows can be loaded." in failed.report and failed.rows.count() == 2


def test_a_workbook_loaded_and_undone_again_and_again(kazakhstan: Any, tmp_path: Path) -> None:
    workbook, mapping = case("plain.xlsx"), case("by_names.yaml")

    def undo() -> str:
        said = StringIO()
        call_command("import_undo", str(ImportRun.objects.latest("id").pk), stdout=said)
        return said.getvalue()

    for number in range(3):
        assert run_load(workbook, mapping)[0] == 0
        assert set(Deposit.objects.values_list("record_status", flat=True)) == {"published"}, number
        assert undo() == "3 withdrawn, 0 deleted, 0 restored, 0 not changed\n"
