"""Every filter of every resource: it keeps exactly what the ORM keeps, nulls included."""

from typing import Any

import pytest

from api.filters.columns import (
    CodeFilter,
    DateFilter,
    Filter,
    FlagFilter,
    MomentFilter,
    NumberFilter,
    PhraseFilter,
    TextFilter,
    WordsFilter,
)
from api.filters.identity import ExternalIdFilter
from api.filters.linked import CommodityFilter, LinkFilter, RegionFilter, ThroughFilter
from api.query.list_query import PRESENTATION, parameters_of
from api.resources.resource import Resource
from registry.kinds import PARTS_OF_RECORDS, kind_named
from registry.models import Citation, Commodity, CommodityMember, ExternalId, RegionMember, Source
from tests.conformance.walks import NAMES, RESOURCES, address, published, slugs, walk
from tests.records import everything

pytestmark = pytest.mark.django_db

_FILTERS = [(r, name, declared) for r in RESOURCES for name, declared in r.filters.declared.items()]
_IDS = [f"{r.name}:{name}" for r, name, _ in _FILTERS]


def found(api: Any, resource: Resource, **parameters: Any) -> list[str]:
    return sorted(slugs(walk(api, resource, limit=1000, fields="slug", **parameters)))


def kept(rows: Any) -> list[str]:
    return sorted(rows.distinct().values_list("slug", flat=True))


def values_of(resource: Resource, path: str) -> list[Any]:
    """Give some values that the column holds in the seed."""
    known = published(resource).filter(**{f"{path}__isnull": False})
    return sorted(set(known.values_list(path, flat=True)), key=str)[:3]


@pytest.mark.parametrize(("resource", "name", "declared"), _FILTERS, ids=_IDS)
def test_a_filter_keeps_what_the_orm_keeps(api: Any, resource: Resource, name: str, declared: Any) -> None:
    rows, path = published(resource), str(declared.path or name)
    if isinstance(declared, CodeFilter | TextFilter | NumberFilter):
        _any_and_none(api, resource, name, path, values_of(resource, path), lambda v: v)
        if isinstance(declared, CodeFilter):
            assert api.json(address(resource, **{name: "no such code"}), 400)["allowed"] == declared.vocabulary.values
    if isinstance(declared, WordsFilter):
        for value in values_of(resource, path):
            word = max(value.replace(",", " ").split(), key=len)
            holding = found(api, resource, **{name: word.upper()})
            assert set(holding) >= set(kept(rows.filter(**{path: value})))
            assert set(holding) >= set(kept(rows.filter(**{f"{path}__iregex": rf"\y{word}\y"})))
            assert kept(rows.filter(slug__in=holding, **{f"{path}__isnull": True})) == []
        assert found(api, resource, **{name: "no-such-words-anywhere"}) == []
        assert found(api, resource, **{f"{name}__isnull": "true"}) == kept(rows.filter(**{f"{path}__isnull": True}))
    if isinstance(declared, PhraseFilter):
        for value in values_of(resource, path):
            assert found(api, resource, **{name: value}) == kept(rows.filter(**{path: value}))
        assert found(api, resource, **{f"{name}__isnull": "true"}) == kept(rows.filter(**{f"{path}__isnull": True}))
    if isinstance(declared, NumberFilter):
        for value in values_of(resource, path):
            for lookup in ("gte", "lte", "gt", "lt"):
                assert found(api, resource, **{f"{name}__{lookup}": value}) == kept(rows.filter(**{f"{path}__{lookup}": value}))
    if isinstance(declared, FlagFilter):
        for value in (True, False):
            assert found(api, resource, **{name: str(value).lower()}) == kept(rows.filter(**{path: value}))
    if isinstance(declared, MomentFilter):
        value = values_of(resource, path)[0]
        for lookup in ("gte", "lte", "gt", "lt"):
            kept_rows = kept(rows.filter(**{f"{path}__{lookup}": value}))
            assert found(api, resource, **{f"{name}__{lookup}": value.isoformat()}) == kept_rows
    if isinstance(declared, DateFilter):
        _dates(api, resource, name, path)
    if isinstance(declared, LinkFilter):
        _any_and_none(api, resource, name, f"{path}__slug", values_of(resource, f"{path}__slug"), str.upper)
        assert api.json(address(resource, **{name: "no-such-record"}), 400)["parameter"] == name
    if isinstance(declared, RegionFilter):
        members = RegionMember.objects.filter(region__slug="central-asia").values("country")
        expected = kept(rows.filter(**{f"{path}__in": members}))
        assert found(api, resource, **{name: "central-asia"}) == expected
        assert found(api, resource, **{name: "143"}) == expected
        # The world has no members of its own, but regions that have.
        located = kept(rows.exclude(**{path: None})) if path != "id" else kept(rows.filter(memberships__isnull=False))
        assert found(api, resource, **{name: "world"}) == located
    if isinstance(declared, ThroughFilter):
        _through(api, resource, name, declared)
    if isinstance(declared, ExternalIdFilter):
        _external_ids(api, resource, name)
    assert isinstance(declared, Filter)


def _external_ids(api: Any, resource: Resource, name: str) -> None:
    """Find a record by an id of its own, of a citation of it, and of an event of it."""
    kind, record = kind_named(resource.kind), published(resource).order_by("-id").first()
    holders = {resource.kind: record}
    if kind.cited_as:
        cited = {kind.cited_as: record, "fields": everything(resource.model)}
        holders["citation"] = Citation.objects.create(source=Source.objects.published()[0], **cited)
    for part in PARTS_OF_RECORDS.values():
        if part.part_of == kind.name:
            holders[part.name] = part.model._default_manager.create(**{part.holder: record})
    for holder, row in holders.items():
        ExternalId.objects.create(scheme="filtered", value=holder, **{holder: row})
        assert found(api, resource, **{name: f"filtered:{holder}"}) == [record.slug], holder
    assert found(api, resource, **{name: "nobody:nothing"}) == []


def _any_and_none(api: Any, resource: Resource, name: str, path: str, values: list[Any], write: Any) -> None:
    rows = published(resource)
    column = path.removesuffix("__slug")
    for value in values:
        assert found(api, resource, **{name: write(value)}) == kept(rows.filter(**{path: value}))
        outside = rows.exclude(**{path: value}) | rows.filter(**{f"{column}__isnull": True})
        assert found(api, resource, **{f"{name}__not": write(value)}) == kept(outside), "unknown values stay"
    if len(values) > 1:
        listed = ",".join(str(write(v)) for v in values)
        assert found(api, resource, **{name: listed}) == kept(rows.filter(**{f"{path}__in": values}))
    if resource.model._meta.get_field(column).null:
        for wanted in (True, False):
            expected = kept(rows.filter(**{f"{column}__isnull": wanted}))
            assert found(api, resource, **{f"{name}__isnull": str(wanted).lower()}) == expected


def _dates(api: Any, resource: Resource, name: str, path: str) -> None:
    rows = list(published(resource).values_list("slug", path))
    for value in values_of(resource, path):
        for written in {value, value[:4]}:
            size = len(written)
            tests = {
                "": lambda v, w=written: v.startswith(w),
                "__gte": lambda v, w=written: v >= w,
                "__lt": lambda v, w=written: v < w,
                "__lte": lambda v, w=written, s=size: v[:s] <= w,
                "__gt": lambda v, w=written, s=size: v[:s] > w,
            }
            for suffix, test in tests.items():
                expected = sorted(slug for slug, v in rows if v is not None and test(v))
                assert found(api, resource, **{f"{name}{suffix}": written}) == expected, (suffix, written)
    unknown = sorted(slug for slug, v in rows if v is None)
    assert found(api, resource, **{f"{name}__isnull": "true"}) == unknown
    assert api.json(address(resource, **{name: "2024-13"}), 400)["parameter"] == name


def _through(api: Any, resource: Resource, name: str, declared: Any) -> None:
    linked = declared.rows._default_manager.filter(
        **declared.where, **{f"{declared.target}__isnull": False, f"{declared.back}__in": published(resource)}
    )
    targets = sorted(set(linked.values_list(f"{declared.target}__slug", flat=True)))[:3]
    for slug in targets:
        meant = [slug]
        if isinstance(declared, CommodityFilter):
            meant = _below(slug)
            exact = linked.filter(commodity__slug=slug).values(declared.back)
            assert found(api, resource, **{f"{name}__exact": slug}) == kept(published(resource).filter(id__in=exact))
        ids = linked.filter(**{f"{declared.target}__slug__in": meant}).values(declared.back)
        assert found(api, resource, **{name: slug.lower()}) == kept(published(resource).filter(id__in=ids))
        assert found(api, resource, **{f"{name}__not": slug}) == kept(published(resource).exclude(id__in=ids))


def _below(slug: str) -> list[str]:
    below, new = {slug}, {slug}
    while new:
        new = set(CommodityMember.objects.filter(group__slug__in=new).values_list("member__slug", flat=True)) - below
        below |= new
    assert Commodity.objects.filter(slug=slug).exists()
    return sorted(below)


@pytest.mark.parametrize("resource", RESOURCES, ids=NAMES)
def test_every_parameter_is_described(resource: Resource) -> None:
    for name, parameter in parameters_of(resource).items():
        assert parameter.name == name
        assert parameter.description.endswith(".") or parameter.description.endswith("`."), name
        assert len(parameter.description) > 15
        assert parameter.schema
        assert name not in PRESENTATION


@pytest.mark.parametrize("resource", RESOURCES, ids=NAMES)
def test_every_column_that_is_shown_can_be_asked_for_or_is_known_not_to_be(resource: Resource) -> None:
    """A field without a filter is a decision, listed here with its reason."""
    filtered = {str(f.path or name) for name, f in resource.filters.declared.items()}
    named = {"name", "title", "text", "looked_for", "found_instead"} if resource.search else set()
    words = {"about", "description", "note", "result", "summary", "locality", "location_words", "admin_area"}
    text = {
        "block_codes",
        "measure",
        "zone",
        "cutoff_as_printed",
        "text_as_printed",
        "url",
        "copy_url",
        "locator",
        "rights",
        "attribution",
    }
    derived = {
        "longitude",
        "latitude",
        "warnings",
        "supports",
        "contradicts",
        "mentions",
        "members",
        "sides",
        "of",
        "boundary_source",
        "boundary_date",
    }
    identity = {"slug", "uid", "version", "cgi_uri", "inspire_uri", "oxide_factor"}
    rest = {
        "authors", "publisher", "published_earliest", "retrieved", "uncertainty_basis", "topics", "license_kinds", "grades",
        "comparator", "ore_tonnes_low", "ore_tonnes_high", "contained_tonnes_low", "contained_tonnes_high", "unfc_class",
        "balance", "resources_include_reserves", "supersedes", "value_low", "value_high", "unit", "rank", "speaker",
        "speaker_source",
        "subjects", "parties", "regions", "commodities", "sites", "memberships", "groups", "scheme_classes", "element", "m49",
        "declared_area_km2", "status_as_stated", "status_as_of", "applies_to", "parents", "searches", "classes",
    }  # fmt: skip
    # What lists are few enough to be read at once.
    few = {"ree-schemes": {"name"}}.get(resource.name, set())
    shown = set(resource.summary().fields)  # type: ignore[attr-defined]
    assert shown <= filtered | named | words | text | derived | identity | rest | few, shown - filtered
