"""The world layer: excerpts that say what their files say, loaded after the cards, and undone without a trace."""

import csv
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from explorer.numbers import numbers
from imports.flows import import_undo
from imports.source_file import open_file
from imports.world import ROW, WORLD, WorldFile
from registry.models import Citation, Deposit, ExternalId, ImportProblem, ImportRow, ImportRun, Judgement, Source
from registry.seeding.judgements import load_judgements, take_back_judgements
from registry.seeding.load import load
from registry.vocabularies import RecordStatus
from scripts.world import EXCERPTS, text_of
from tests.caches import forget_everything
from tests.imports.sample_files import DATA, ROOT, real
from tests.seed.documented import WORLD_COUNTS, documented

FOLDER = ROOT / "fixtures" / "world"
#: Records that have several rows of a file.
CHILDREN = ("names", "commodities", "citations", "external_ids", "parties")


@pytest.mark.parametrize("excerpt", EXCERPTS, ids=lambda excerpt: excerpt.name)
def test_the_excerpts_are_what_the_script_makes_of_the_files(excerpt: Any) -> None:
    real(excerpt.original)
    assert (FOLDER / excerpt.name).read_text(encoding="utf-8") == text_of(excerpt, DATA)


@pytest.mark.parametrize("file", WORLD, ids=lambda file: file.name)
def test_a_row_of_an_excerpt_says_what_its_row_in_the_whole_file_says(file: WorldFile, terms: Any) -> None:
    original = real(next(excerpt.original for excerpt in EXCERPTS if excerpt.name == file.name))
    whole = {row.line: row.record for row in open_file(original, file.kind, terms=terms).rows()}
    excerpt = list(open_file(FOLDER / file.name, file.kind, terms=terms, line_column=ROW).rows())
    assert [row.record for row in excerpt] == [whole[row.line] for row in excerpt]
    assert len(excerpt) == sum(1 for record in whole.values() if any(c["symbol"] in REE for c in record["commodities"]))


#: What the rows of rare earths have among their commodities.
REE = {"REE", "Y", "Ce"}


def published() -> dict[str, Any]:
    """Give what the public sees of deposits, without what counts changes."""
    columns = [f.attname for f in Deposit._meta.concrete_fields if f.attname not in ("version", "updated_at", "document")]
    rows = Deposit.objects.filter(record_status=RecordStatus.PUBLISHED)
    found: dict[str, Any] = {row["slug"]: row for row in rows.values(*columns)}
    for child in CHILDREN:
        model: Any = Deposit._meta.get_field(child).related_model
        below = [f.attname for f in model._meta.concrete_fields if f.attname not in ("id", "recorded_at", "created_at")]
        for row in model.objects.filter(deposit__in=rows).order_by("id").values("deposit__slug", *below):
            found[row["deposit__slug"]].setdefault(child, []).append(str(row))
    return {
        slug: {key: sorted(value) if key in CHILDREN else value for key, value in row.items()} for slug, row in found.items()
    }


@pytest.mark.usefixtures("whole")
def test_every_row_is_loaded_or_refused_with_its_reason_and_goes_again(tmp_path: Path) -> None:
    before, sources = published(), Source.objects.count()
    curated = curated_deposits()
    call_command("seed", seed="world", judge=False, verbosity=0)
    runs = list(ImportRun.objects.order_by("id"))
    assert [run.file_name for run in runs] == [file.name for file in WORLD]
    assert Source.objects.count() == sources, "each file cites a source that the cards have, with its rights"
    for run in runs:
        assert run.source is not None and run.source.rights
        with (FOLDER / run.file_name).open(encoding="utf-8") as lines:
            rows = list(csv.DictReader(lines))
        counts = run.counts
        assert counts["rows"] == len(rows) == counts["new"] + counts["changed"] + counts["unchanged"] + counts["refused"]
        refused = ImportRow.objects.filter(run=run, found__is_error=True).distinct()
        assert refused.count() == counts["refused"]
        loaded = {str(row[ROW]) for row in rows} - {str(line) for line in refused.values_list("line", flat=True)}
        outcomes = dict(run.outcomes.values_list("row__line", "record_id"))
        cited = Citation.objects.filter(source=run.source, deposit__in=set(outcomes.values())).values_list("locator", flat=True)
        assert {str(line) for line in outcomes} <= loaded
        rows_cited = {locator.split(",")[0].removeprefix("row ") for locator in cited if locator.startswith("row ")}
        assert rows_cited <= loaded and len(rows_cited) >= counts["new"]
    reasons = ImportProblem.objects.filter(is_error=True).values_list("rule", flat=True)
    assert set(reasons) == {"not-a-deposit"}
    assert_rows_of_curated_deposits_attach_to_them(runs, curated)
    assert_the_counts_of_the_documentation()
    assert_nothing_is_loaded_twice(len(runs))
    assert_some_pairs_are_judged_and_taken_back(tmp_path)
    for run in reversed(runs):
        assert import_undo(run=run).left == 0
    after = published()
    assert {slug: changed(after.get(slug, {}), was) for slug, was in before.items() if after.get(slug) != was} == {}
    assert after.keys() == before.keys()


#: Schemes of the ids by which rows name deposits that the cards have.
SCHEMES = ("usgs_ree", "mrds", "usgs_major", "ga_critical_minerals")


def curated_deposits() -> dict[int, set[str]]:
    """Give the deposits of the cards, each with the ids by which rows name it."""
    found: dict[int, set[str]] = {pk: set() for pk in Deposit.objects.values_list("pk", flat=True)}
    for pk, value in ExternalId.objects.filter(deposit__in=found, scheme__in=SCHEMES).values_list("deposit", "value"):
        found[pk].add(value)
    return found


def assert_rows_of_curated_deposits_attach_to_them(runs: list[ImportRun], curated: dict[int, set[str]]) -> None:
    for run in runs:
        for value, record in run.outcomes.filter(outcome="changed").values_list("value", "record_id"):
            assert value in curated[record]


def assert_the_counts_of_the_documentation() -> None:
    """Count what the front page counts, before pairs are judged and after."""
    stated = documented("seed.md", "## Counts")
    with transaction.atomic():
        before = _counts()
        load_judgements(FOLDER / "judgements.yaml")
        after = _counts()
        assert load(FOLDER.parent).nothing_to_do, "merges are no differences from the cards"
        transaction.set_rollback(True)
    assert [stated[what] for what in WORLD_COUNTS] == [*before, *after]


def _counts() -> list[str]:
    forget_everything()
    counted = numbers().deposits
    return [str(number) for number in (counted.rare + counted.others, counted.rare, counted.rare_located)]


def assert_some_pairs_are_judged_and_taken_back(folder: Path) -> None:
    """Merge rows of several files with each other and with cards; undone imports know the records afterwards."""
    lines = (FOLDER / "judgements.yaml").read_text(encoding="utf-8").splitlines()
    rows = ('"usgs_ree:344"', '"usgs_ree:394"', '"usgs_ree:397"', '"mrds:10183309"')
    chosen = [line for line in lines if any(one in line for one in rows)]
    (folder / "judgements.yaml").write_text("\n".join(["pairs:", *chosen]), encoding="utf-8")
    before = published()
    done = load_judgements(folder / "judgements.yaml")
    assert done["same"] >= 6 and done["different"] >= 1 and done["unsure"] >= 1
    assert load_judgements(folder / "judgements.yaml") == {"left": len(chosen)}, "a second load changes nothing"
    assert Deposit.objects.filter(record_status=RecordStatus.MERGED).count() == done["same"]
    assert take_back_judgements() == done and not Judgement.objects.exists()
    assert published() == before


def changed(now: dict[str, Any], was: dict[str, Any]) -> dict[str, Any]:
    return {key: (value, now.get(key)) for key, value in was.items() if now.get(key) != value}


def assert_nothing_is_loaded_twice(runs: int) -> None:
    """Seeding again changes neither what the cards say nor what the files have added."""
    history = Deposit.history.rel.related_model.objects  # type: ignore[attr-defined]
    before = history.count()
    call_command("seed", seed="world", judge=False, verbosity=0)
    assert (ImportRun.objects.count(), history.count()) == (runs, before)


@pytest.mark.django_db
def test_a_file_that_cannot_be_loaded_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "world").mkdir()
    for file in WORLD:
        (tmp_path / "world" / file.name).write_text("source_row,name\n2,Hill\n", encoding="utf-8")
    (tmp_path / "places.yaml").write_text('countries: [{slug: "KZ", name: "Kazakhstan", iso3: "KAZ", m49: "398"}]')
    with pytest.raises(
        CommandError, match=r"(?s)columns-missing|has columns that this file does not have.*Nothing was written"
    ):
        call_command("seed", seed="world", fixtures=tmp_path)
    assert not ImportRun.objects.exists() and not Deposit.objects.exists()
