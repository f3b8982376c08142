"""Sources that are past their next edition: the command, and the warning in the admin."""

from io import StringIO

import pytest
from django.core.management import call_command

from curation.quality import quality_of
from registry.freshness import past_editions
from tests import records

pytestmark = pytest.mark.django_db
PAST = "Its next edition should have appeared, and the registry has none."


def test_the_command_lists_the_sources_past_their_next_edition() -> None:
    first = records.source(slug="series-2020", title="Series 2020", next_edition="2021-02")
    records.source(slug="series-2021", updates=first, next_edition="2022")
    records.source(slug="series-of-the-future", next_edition="2199")
    records.source(slug="no-series")
    copy = records.source(derived_from=first)
    records.finding(source=first)
    records.finding(source=copy)
    said = StringIO()
    call_command("freshness", stdout=said)
    assert said.getvalue().splitlines() == [
        "series-2020: next edition expected 2021-02; the registry has series-2021; 2 findings rest on it",
        "series-2021: next edition expected 2022; the registry has no later edition; 0 findings rest on it",
        "2 sources are past their next edition.",
    ]


def test_the_admin_warns_of_those_without_a_later_edition() -> None:
    first = records.source(next_edition="2021-02")
    assert PAST in quality_of(first).warnings
    later = records.source(updates=first, next_edition="2199-01")
    assert PAST not in quality_of(first).warnings
    assert [one.newer for one in past_editions()] == [(later.slug,)]
