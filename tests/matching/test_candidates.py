"""Who is found for a record or a row, in which order, and who is not."""

from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry.kinds import MATCHED
from registry.matching import (
    POSSIBLE,
    Candidate,
    Probe,
    candidates_of,
    candidates_of_rows,
    kind_of,
)
from registry.matching.candidates import candidates_sql
from registry.matching.probes import of_records, of_rows
from registry.matching.score import HALF_M
from registry.models import Commodity, Country, Deposit, DepositCommodity, ExternalId, Judgement, Name, Source
from registry.sql import sql
from tests import records

pytestmark = pytest.mark.django_db


def found(*rows: Probe, **given: Any) -> list[Candidate]:
    return list(candidates_of_rows(Deposit, rows, **given))


def best(*rows: Probe, **given: Any) -> str | None:
    hits = found(*rows, **given)
    return Deposit.objects.get(pk=hits[0].record).slug if hits else None


def key(model: Any, slug: str) -> int:
    return int(model.objects.values_list("pk", flat=True).get(slug=slug))


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Кундыбай", "kundybai"),
        ("Kundybay", "kundybai"),
        ("Kundibai deposit", "kundybai"),
        ("месторождение Кундыбай", "kundybai"),
        ("Kundybajskoe", "kundybai"),
        ("Kutessai-II", "kutessay-ii"),
        ("Кутессай-II", "kutessay-ii"),
        ("Aqtyuz", "ak-tyuz"),
        ("Kyzyl-Ompul", "kyzyl-ompol"),
        ("Mt. Weld", "mount-weld"),
        ("Palabora (Phalaborwa)", "phalaborwa"),
        ("Karonge Gakara", "gakara"),
        ("白云鄂博", "bayan-obo"),
        ("Norra Kärr", "norra-karr"),
        ("Nolan's Bore", "nolans-bore"),
    ],
)
def test_names_meet_in_any_script_and_spelling(name: str, slug: str) -> None:
    assert best(Probe(1, (name,)), least=0.5) == slug


def test_the_score_has_its_parts() -> None:
    (hit, *_) = found(
        Probe(
            7,
            ("Kutessai-II",),
            country_id=key(Country, "KG"),
            place=(76.166667, 42.666667),
            commodity_ids=(key(Commodity, "Dy"),),
        )
    )
    assert hit.probe == 7 and hit.record == key(Deposit, "kutessay-ii")
    evidence = hit.evidence
    assert evidence.same_country and evidence.shares_commodity and not evidence.same_id
    assert evidence.name == pytest.approx(1.0) and evidence.distance_m == pytest.approx(20_350, abs=500)
    place = 1 / (1 + (float(evidence.distance_m or 0) / HALF_M) ** 2)
    assert hit.score == pytest.approx(0.5 * evidence.name + 0.3 * place + 0.1 + 0.1, abs=1e-4)


def test_what_nobody_states_counts_half() -> None:
    (hit, *_) = found(Probe(1, ("Kutessai-II",)))
    assert (hit.evidence.distance_m, hit.evidence.same_country, hit.evidence.shares_commodity) == (None, None, None)
    assert hit.score == pytest.approx(0.5 + 0.15 + 0.05 + 0.05, abs=1e-4)


def test_a_shared_id_is_certain_whatever_the_name() -> None:
    mountain_pass = Deposit.objects.get(slug="mountain-pass")
    ExternalId.objects.create(deposit=mountain_pass, scheme="wikidata", value="Q1")
    (hit, *_) = found(Probe(1, ("Bayan Obo",), external_ids=(("mindat", "0"), ("wikidata", "Q1"))))
    assert (hit.record, hit.score, hit.evidence.same_id) == (mountain_pass.pk, 1.0, True)
    assert hit.evidence.name < 0.3
    (only,) = found(Probe(1, ("Mountain Pass", "Bayan Obo"), external_ids=(("wikidata", "Q1"),)), least=0.0)
    assert only.record == mountain_pass.pk and only.evidence.name == pytest.approx(1.0)


def test_near_ones_are_looked_at_whatever_their_name() -> None:
    at = Deposit.objects.get(slug="mount-weld").location
    assert at is not None
    (hit, *_) = found(Probe(1, ("Quite another",), place=(at.x, at.y)), least=0.3)
    assert hit.record == key(Deposit, "mount-weld") and hit.evidence.distance_m == pytest.approx(0, abs=1)
    assert hit.score < POSSIBLE, "a place alone proposes nothing"


def test_marks_tell_apart_what_a_name_does_not() -> None:
    one = records.deposit(name="Zhanatas North", at=(70.0, 43.0))
    other = records.deposit(name="Zhanatas South", at=(70.01, 43.0))
    same = records.deposit(name="Жанатас North", at=(70.02, 43.0))
    assert [hit.record for hit in candidates_of(one)] == [same.pk]
    assert other.pk in [hit.record for hit in candidates_of(one, least=0.4)]


def test_neither_itself_nor_the_merged_nor_what_was_told_apart() -> None:
    one = records.deposit(name="Zhanatas", at=(70.0, 43.0))
    twin = records.deposit(name="Жанатас", at=(70.0, 43.0))
    gone = records.deposit(name="Zhanatas", at=(70.0, 43.0))
    Deposit.objects.filter(pk=gone.pk).update(record_status="merged", merged_into=twin.pk)
    assert [hit.record for hit in candidates_of(one)] == [twin.pk]
    Judgement.objects.create(kind="deposit", one_id=one.pk, other_id=twin.pk)
    assert candidates_of(one) == [] == candidates_of(twin)
    assert best(Probe(1, ("Zhanatas",))) == one.slug, "a row of a file may be either"


def test_drafts_and_withdrawn_records_are_found_too() -> None:
    for status in ("draft", "in_review", "withdrawn"):
        record = records.deposit(name=f"Zhanatas {status}", record_status=status)
        assert record.pk in [hit.record for hit in found(Probe(1, (f"Жанатас {status}",)))]


def test_words_that_only_name_the_kind_of_thing_find_nothing() -> None:
    records.deposit(name="Unnamed prospect")
    records.deposit(name="Deposit no. 7")
    for name in ("Unnamed", "Unknown mine", "месторождение", "Prospect", "no"):
        assert found(Probe(1, (name,)), least=0.3) == [], name


def test_a_commodity_in_a_name_is_not_what_makes_two_alike() -> None:
    for name in ("Tastykora Graphite Co. mine", "Unnamed Thorium Prospect", "Iron Hill"):
        records.deposit(name=name, at=(70.0, 43.0))
    near = {"place": (70.01, 43.0)}
    for name in (
        "Zhanatas (Graphite Co.) mine",
        "Thorium Prospects",
        "Unnamed Titanium-Iron Occurrence",
        "No. 62 Thorium Deposit",
    ):
        assert found(Probe(1, (name,), **near)) == [], name
    for name in ("Tastykora Thorium Prospect", "Tastykora", "Iron Hill deposit"):
        assert len(found(Probe(1, (name,), **near))) == 1, name


def test_few_candidates_each_and_the_best_first() -> None:
    for number in range(15):
        records.deposit(name="Zhanatas", at=(70.0 + number, 43.0))
    hits = found(Probe(1, ("Zhanatas",), place=(70.0, 43.0)), Probe(2, ("Жанатас",)), most=4, least=0.0)
    assert [hit.probe for hit in hits] == [1] * 4 + [2] * 4
    assert [hit.score for hit in hits[:4]] == sorted((hit.score for hit in hits[:4]), reverse=True)
    assert hits[0].evidence.distance_m == 0


def test_one_row_and_many_give_the_same() -> None:
    rows = [Probe(n, (name,)) for n, name in enumerate(Deposit.objects.values_list("name", flat=True))]
    together = list(candidates_of_rows(Deposit, rows))
    assert together == [hit for row in rows for hit in candidates_of_rows(Deposit, [row])]
    assert len({hit.probe for hit in together}) >= 50


@pytest.mark.parametrize("model", [kind.model for kind in MATCHED.values()])
def test_every_kind_is_compared_by_what_it_has(model: Any) -> None:
    kind = kind_of(model)
    make = records.maker_of(model)
    one, other = make(), make()
    for record, text in ((one, "Тастыкора"), (other, "Tastykora")):
        Name.objects.create(**{kind.column: record}, text=text)
    (hit, *_) = candidates_of(one)
    assert hit.record == other.pk and hit.score <= 1


def test_kinds_without_names_have_no_candidates() -> None:
    assert candidates_of(Source.objects.first()) == []  # type: ignore[arg-type]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(names=st.lists(st.text(max_size=80), max_size=4), place=st.tuples(st.floats(-180, 180), st.floats(-90, 90)) | st.none())
def test_any_text_is_only_a_text(names: list[str], place: tuple[float, float] | None) -> None:
    names = [name.encode("utf-8", "ignore").decode() for name in names]
    for hit in found(Probe(1, tuple(names), place=place, external_ids=tuple((n, n) for n in names)), least=0.0):
        assert 0 <= hit.score <= 1 and 0 <= hit.evidence.name <= 1


@pytest.mark.parametrize("name", ["a" * 5000, "%", "_", "'", "\\", "(((((", "a-" * 400, "\x00", "/" * 300])
def test_hostile_names(name: str) -> None:
    assert isinstance(found(Probe(1, (name,) * 50)), list)


def test_every_way_of_finding_is_an_index() -> None:
    """Nothing scans a table: with scans made expensive, none is left in the plan of a row or of a record."""
    kind = kind_of(Deposit)
    commodity = DepositCommodity.objects.filter(deposit__slug="kundybai").values_list("commodity", flat=True)
    row = of_rows([Probe(1, ("Kundybai",), place=(60.0, 52.0), commodity_ids=tuple(commodity), external_ids=(("mrds", "1"),))])
    with connection.cursor() as cursor:
        # In a table of a few pages every way is as good as another.
        cursor.execute(
            "INSERT INTO registry_name (deposit_id, text, kind, language)"
            " SELECT %s, 'Akbulak ' || md5(n::text), 'alternate', '' FROM generate_series(1, 20000) n",
            [records.deposit(record_status="draft").pk],
        )
        cursor.execute("SELECT gin_clean_pending_list('name_folded')")
        cursor.execute("ANALYZE registry_name")
    for probes in (row, of_records(kind, sql("r.id = {pk}", pk=key(Deposit, "kundybai")))):
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL pg_trgm.word_similarity_threshold = 0.6")
            query = sql("EXPLAIN {query}", query=candidates_sql(kind, probes, 10, 0.5))
            cursor.execute(query.text, query.values)
            plan = "\n".join(line for (line,) in cursor.fetchall())
        assert "Seq Scan" not in plan, plan
        for index in ("name_folded", "deposit_geography", "externalid_once", "registry_deposit_pkey"):
            assert index in plan, (index, plan)
