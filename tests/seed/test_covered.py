"""Every value and row of the seed is covered by a citation that supports it."""

from collections import Counter

from django.db import connection

from registry.entries import columns_of, rows_of, uncovered_sql
from registry.kinds import MUST_BE_CITED
from registry.models import Country, Deposit, Source
from registry.models.sources import NOT_STATED
from registry.seeding.judgement_file import read_judgements
from registry.uncovered import uncovered
from tests.seed.conftest import FIXTURES
from tests.seed.documented import WORLD_COUNTS, documented


def test_no_value_of_the_seed_is_without_a_source(whole: None) -> None:
    assert {f"{one.kind.plural}/{one.slug}": one.entries for one in uncovered()} == {}


def test_the_counts_of_the_documentation(whole: None) -> None:
    stated = documented("seed.md", "## Counts")
    needed = covered = 0
    with connection.cursor() as cursor:
        for kind in MUST_BE_CITED.values():
            columns = [f"COALESCE(({column.needed('r')})::int, 0)" for column in columns_of(kind.model)]
            lists = [f"cardinality({rows.of('r')})" for rows in rows_of(kind.model)]
            values = f"{' + '.join((*columns, *lists))}, cardinality({uncovered_sql(kind.model, 'r')})"
            cursor.execute(f"SELECT {values} FROM {kind.table} r WHERE r.record_status = 'published'")
            for number, bare in cursor.fetchall():
                needed, covered = needed + number, covered + number - bare
    sources = Source.objects.published()
    pairs = Counter(pair.verdict.value for pair in read_judgements(FIXTURES / "world" / "judgements.yaml"))
    judged = ", ".join(f"{pairs[verdict]} {verdict}" for verdict in ("same", "different", "unsure"))
    five = Country.objects.filter(slug__in=("KZ", "KG", "TJ", "TM", "UZ")).order_by("slug")
    found = ", ".join(f"{country.slug} {Deposit.objects.published().filter(country=country).count()}" for country in five)
    assert stated == {
        "values and rows that need a source": str(needed),
        "of them covered by a citation": str(covered),
        "sources": str(sources.count()),
        "of them with a statement of rights": str(sources.exclude(rights=NOT_STATED).count()),
        "judged pairs": f"{pairs.total()} ({judged})",
        "deposits of the cards in Central Asia": found,
        **{what: stated[what] for what in WORLD_COUNTS},
    }
