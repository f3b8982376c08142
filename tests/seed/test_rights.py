"""Every source says under which rights it may be used, and what the licence of the data promises is true."""

import re

import pytest

from registry import models as m
from registry.models.sources import NOT_STATED
from tests.seed.conftest import ROOT


@pytest.fixture
def sources(whole: None) -> dict[str, m.Source]:
    return {one.slug: one for one in m.Source.objects.all()}


def test_every_source_states_its_rights_and_when_it_was_read(sources: dict[str, m.Source]) -> None:
    assert all(one.rights for one in sources.values())
    assert sum(one.rights != NOT_STATED for one in sources.values()) >= 45
    assert m.Gap.objects.filter(slug="gap-rights-of-sources").exists(), "where the others were looked for"
    unread = {one.slug for one in sources.values() if not one.retrieved}
    copied = set(m.Source.objects.filter(derivatives__isnull=False).values_list("slug", flat=True))
    assert unread <= copied, "only an original that was known through its copies was not read"
    assert [one.slug for one in sources.values() if (one.url or one.copy_url) and one.slug in unread] == []
    requires = [one for one in sources.values() if re.match(r"CC.BY", one.rights)]
    assert len(requires) >= 12 and [one.slug for one in requires if not one.attribution] == []


def test_the_sources_of_the_tables_are_cited_where_they_carry_data(whole: None) -> None:
    def carried(slug: str, kind: str, column: str) -> set[int]:
        cited = m.Citation.objects.filter(source__slug=slug, fields__overlap=[column], **{f"{kind}__isnull": False})
        return set(cited.values_list(kind, flat=True))

    shaped = set(m.Country.objects.filter(boundary__isnull=False).values_list("pk", flat=True))
    assert carried("natural-earth", "country", "boundary") == shaped
    for source, column in (("cgi-vocabularies", "cgi_uri"), ("inspire-registry", "inspire_uri")):
        coded = set(m.Commodity.objects.filter(**{f"{column}__isnull": False}).values_list("pk", flat=True))
        assert carried(source, "commodity", column) == coded


def test_the_licence_of_the_data_names_them(sources: dict[str, m.Source]) -> None:
    """Each row of the table in DATA_LICENSE.md gives a source by its slug, with the rights that the registry has."""
    text = (ROOT / "DATA_LICENSE.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| [^|]+ \| ((?:`[a-z0-9-]+`(?:, )?)+) \| ([^|]+) \|$", text, re.M)
    assert len(rows) >= 8
    for slugs, rights in rows:
        for slug in re.findall(r"`([^`]+)`", slugs):
            assert sources[slug].rights == rights.strip(), slug


def test_editions_of_a_series_are_linked(sources: dict[str, m.Source]) -> None:
    newest = sources["usgs-mcs2026-data"]
    assert [newest.updates.slug, newest.updates.updates.slug] == ["usgs-mcs2025", "usgs-mcs2024"]  # type: ignore[union-attr]
    assert all(
        sources[slug].next_edition for slug in ("usgs-mcs2024", "usgs-mcs2025", "usgs-mcs2026-data", "iea-topic", "eurlex-crma")
    )
