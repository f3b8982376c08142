"""Records of other kinds that a page lists, each by a query that the API answers too."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy, ngettext

from api.errors import BadParameter
from api.query.list_query import ListQuery, read_query
from api.query.rows import count_as_json
from api.resources.resource import Resource, resource_named
from explorer.language import numerals
from explorer.numbers import kind_words
from pages.addresses import list_of, page_of
from pages.beside import DISTANCE, Beside
from pages.facts import fields_of
from pages.labels import label_of
from pages.names import own_name
from pages.values import Value, value_of

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

_SHOWN = 60


@dataclass(frozen=True)
class _List:
    """A list of a page: its heading, the resource, its parameters ({slug} is the record's), and what each row shows."""

    title: "_StrPromise"
    resource: str
    given: dict[str, str]
    columns: tuple[str, ...] = ()
    #: A list of which no row is shown is counted, and linked.
    shown: int = _SHOWN

    def parameters(self, slug: str) -> dict[str, str]:
        """Return the parameters for a record."""
        return {key: value.format(slug=slug) for key, value in self.given.items()}

    def query(self, slug: str) -> ListQuery | None:
        """Return the query for a record; None where the registry lacks what it names, such as the group of rare earths."""
        try:
            return read_query(resource_named(self.resource), {**self.parameters(slug), "limit": str(max(1, self.shown))})
        except BadParameter:
            return None


_DEPOSITS, _RARE, _LICENCES = gettext_lazy("Deposits"), gettext_lazy("Deposits of rare earths"), gettext_lazy("Licences")
_FRAMEWORKS = gettext_lazy("Policy frameworks")
#: Kind of a page's record → its lists.
_LISTS: dict[str, tuple[_List, ...]] = {
    "country": (
        _List(_DEPOSITS, "deposits", {"country": "{slug}"}, shown=0),
        _List(
            _RARE,
            "deposits",
            {"country": "{slug}", "commodity": "REE"},
            ("deposit_type", "development_status", "commodities"),
        ),
        _List(_LICENCES, "licenses", {"country": "{slug}"}, ("kind", "status", "expires"), 20),
    ),
    "region": (
        _List(_DEPOSITS, "deposits", {"region": "{slug}"}, shown=0),
        _List(
            _RARE,
            "deposits",
            {"region": "{slug}", "commodity": "REE"},
            ("country", "deposit_type", "development_status"),
        ),
        _List(_LICENCES, "licenses", {"region": "{slug}"}, ("country", "kind", "status"), 20),
    ),
    "commodity": (
        _List(_DEPOSITS, "deposits", {"commodity": "{slug}"}, ("country", "deposit_type", "development_status")),
        _List(_FRAMEWORKS, "policy-frameworks", {"commodity": "{slug}"}, ("kind", "status", "in_force")),
    ),
}
#: Records that a page counts; beyond them it says “more than”.
MOST_COUNTED = 10_000
#: How many neighbours are named, and how far away one may be.
_NEAR, _NEAR_KM = 7, 500
_NEARBY = "nearby"


@dataclass(frozen=True)
class RelatedRow:
    """A record in a list of another's page."""

    name: str
    href: str
    cells: tuple[Value, ...]
    longitude: float | None
    latitude: float | None


@dataclass(frozen=True)
class Related:
    """A list of records with where all of them are, on the site and in the API."""

    title: str
    resource: Resource
    columns: tuple[str, ...]
    rows: tuple[RelatedRow, ...]
    count: int
    href: str
    api: str
    #: Whether it is what the page is about, rather than beside it.
    is_first: bool = True

    @property
    def number(self) -> str:
        """Return how many records the list has."""
        return counted_words(self.count)

    @property
    def words(self) -> str:
        """Name what is counted, in the form that the number asks for."""
        if self.title == str(_RARE):
            return ngettext("deposit of rare earths", "deposits of rare earths", self.count)
        return ngettext(*kind_words(self.resource.model), self.count)

    @property
    def is_cut(self) -> bool:
        """Return whether it has more records than the page shows."""
        return self.count > len(self.rows)


def counted_words(count: int) -> str:
    """Write a number of records; of more than are counted, at least how many."""
    return numerals(f"{min(count, MOST_COUNTED):,}") + ("+" if count > MOST_COUNTED else "")


def ask_related(kind: str, record: dict[str, Any], beside: Beside) -> None:
    """Ask for the lists of a record's page, and for what is near it."""
    for index, one in enumerate(_LISTS.get(kind, ())):
        query = one.query(record["slug"])
        if query is None:
            continue
        beside.ask(f"count {index}", count_as_json(query, MOST_COUNTED))
        if one.shown:
            beside.ask_list(f"list {index}", query)
    if near := _near(record):
        beside.ask_list(_NEARBY, read_query(resource_named("deposits"), {**near, "limit": str(_NEAR)}))


def related(kind: str, record: dict[str, Any], beside: Beside) -> list[Related]:
    """Return the lists of a record's page that have rows; the nearest deposits come last."""
    found = [
        _listed(
            str(one.title),
            resource_named(one.resource),
            one.parameters(record["slug"]),
            one.columns,
            beside.listed(f"list {index}")[: one.shown],
            count,
        )
        for index, one in enumerate(_LISTS.get(kind, ()))
        if (count := beside.answer(f"count {index}"))
    ]
    if near := _near(record):
        title = gettext("Deposits within %(distance)s km") % {"distance": _NEAR_KM}
        others = [one for one in beside.listed(_NEARBY) if one["slug"] != record["slug"]]
        columns = ("country", "development_status")
        found += [_listed(title, resource_named("deposits"), near, columns, others, len(others))] if others else []
    return found


def _near(record: dict[str, Any]) -> dict[str, str]:
    longitude, latitude = record.get("longitude"), record.get("latitude")
    if longitude is None or latitude is None:
        return {}
    return {"near": f"{longitude},{latitude}", "radius_km": str(_NEAR_KM)}


def _listed(
    title: str,
    resource: Resource,
    given: dict[str, str],
    columns: tuple[str, ...],
    answers: list[dict[str, Any]],
    count: int,
) -> Related:
    fields, is_near, written = dict(fields_of(resource)), "near" in given, urlencode(given)
    return Related(
        title=title,
        resource=resource,
        columns=(*([gettext("Distance")] if is_near else []), *map(label_of, columns)),
        rows=tuple(_row(one, resource, fields, columns, is_near) for one in answers),
        count=count,
        href=f"{list_of(resource)}?{written}",
        is_first=not is_near,
        api=f"{reverse(f'api:{resource.name}-list')}?{written}",
    )


def _row(
    one: dict[str, Any], resource: Resource, fields: dict[str, Any], columns: tuple[str, ...], is_near: bool
) -> RelatedRow:
    cells = tuple(
        value_of(fields.get(name), one[name], resource.model) if one.get(name) not in (None, "", []) else Value("")
        for name in columns
    )
    if is_near:
        cells = (Value(_kilometres(one[DISTANCE] or 0)), *cells)
    label = own_name(resource.kind, one["slug"], str(one.get("name") or one.get("title") or one["slug"]))
    return RelatedRow(label, page_of(resource, one["slug"]), cells, one.get("longitude"), one.get("latitude"))


def _kilometres(metres: float) -> str:
    return gettext("%(number)s km") % {"number": numerals(f"{metres / 1000:,.0f}")}
