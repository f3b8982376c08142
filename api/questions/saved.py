"""The questions that this registry answers, each with the request that does it: derived ones, and lists with filters."""

from dataclasses import dataclass
from datetime import UTC, timedelta
from urllib.parse import quote, urlencode

from django.urls import reverse

from api.database.reads import EVERY, note
from api.database.version import data_version
from api.questions.question import all_questions

_DERIVED = "questions/"


@dataclass(frozen=True)
class SavedRequest:
    """A question as text, its request below the API as a person writes it, and what to notice in the answer.

    `{now}` in the request is a time at which the present data were there.
    """

    name: str
    title: str
    request: str
    notice: str

    @property
    def is_derived(self) -> bool:
        """Return whether the answer is derived rather than a list with filters."""
        return self.request.startswith(_DERIVED)

    @property
    def resource(self) -> str:
        """Name the resource that is asked."""
        return self.request.partition("/")[0]

    @property
    def asks(self) -> str:
        """Return the request below the API."""
        return self.request.replace("{now}", _last_change()) if "{now}" in self.request else self.request

    @property
    def shown(self) -> str:
        """Return the address as people read it."""
        return reverse("api:index") + self.asks

    @property
    def address(self) -> str:
        """Return the address as programs send it."""
        return reverse("api:index") + quote(self.asks, safe="/?&=,+:")


def _last_change() -> str:
    """Write the second after the last change, so that the address stays the same while the data do."""
    note(EVERY)
    return f"{data_version().changed_at.astimezone(UTC) + timedelta(seconds=1):%Y-%m-%dT%H:%M:%SZ}"


_LISTS = (
    SavedRequest(
        "by-area",
        "Which closed deposits of rare earths are said to be in a region?",
        "deposits/?region=central-asia&commodity=REE&development_status=closed",
        "By stated country, province (`admin_code`, `admin_area`), type, status and commodity; without coordinates too.",
    ),
    SavedRequest(
        "expiring",
        "Which licences end within some months over deposits without an estimate?",
        "licenses/?expires_within=60&deposit__has_estimate=false",
        "`expires_within` counts from today, or from the day `on`.",
    ),
    SavedRequest(
        "estimates-of-a-deposit",
        "How did the estimates of a deposit evolve?",
        "estimates/?deposit=kutessay-ii&order=effective&facet=reporting_code",
        "Each as stated under its code; undated ones come last.",
    ),
    SavedRequest(
        "by-name",
        "Which deposit is called Кундыбай?",
        "deposits/?search=Кундыбай",
        "Any script and spelling: Kundybai, Kundybay and Кундыбай are the same name.",
    ),
    SavedRequest(
        "contradictions",
        "On what do sources disagree about a country?",
        "disagreements/?country=KG",
        "Also by record (`deposit`, `license` …) and by field (`about`). Every side is shown with its sources.",
    ),
    SavedRequest(
        "by-speaker",
        "What did a speaker say?",
        "findings/?speaker=the+White+House",
        "Statements, each with its speaker and its source. They are never added up.",
    ),
    SavedRequest(
        "outside-stated-country",
        "Which deposits lie outside the country that sources state?",
        "deposits/?warning=outside_stated_country",
        "The stated country against the country of the coordinates.",
    ),
    SavedRequest(
        "clays",
        "Which ion-adsorption clays have more than 100 million tonnes of ore?",
        "estimates/?deposit__deposit_type=ion_adsorption_clay&ore_tonnes__gte=100000000",
        "Estimates by the type of their deposit.",
    ),
    SavedRequest(
        "expired-but-active",
        "Which licences are stated to be active although their term is over?",
        "licenses/?status=active,granted&expired_by_date=true",
        "The stated status beside the stated date of expiry.",
    ),
    SavedRequest(
        "everything",
        "Everything in one file, with the source of each value",
        "statements/export/?format=csv&country=KG",
        "One row for each value and source, as CSV, Parquet or XLSX.",
    ),
    SavedRequest(
        "area-differs",
        "Which outlines differ from the declared area of the licence?",
        "licenses/?warning=area_differs",
        "By more than a tenth of the larger area; both are shown.",
    ),
    SavedRequest(
        "licence-disputes",
        "On what do sources disagree about a licence?",
        "disagreements/?license=kutessay-ii-mining-licence",
        "Court cases and decisions are events of the licence.",
    ),
    SavedRequest(
        "as-seen",
        "How did this figure look on a date?",
        "estimates/kutessay-ii-2011-inferred/?as_of={now}",
        "The record as the registry showed it then, for a footnote.",
    ),
    SavedRequest(
        "between-two-parties",
        "Which frameworks have two countries as parties?",
        "policy-frameworks/?country__all=US,KZ",
        "`__all` means both; without it, either.",
    ),
)
#: The names of all questions in the order of the documentation.
_ORDER = (
    "by-area",
    "heavy-share",
    "expiring",
    "frameworks",
    "changes-since",
    "retraction",
    "estimates-of-a-deposit",
    "oxides-by-scheme",
    "by-name",
    "nearest",
    "unlocated",
    "funnel",
    "rights",
    "group-licenses",
    "open-ground",
    "tonnages",
    "contradictions",
    "by-speaker",
    "outside-stated-country",
    "clays",
    "expired-but-active",
    "identifiers",
    "never-in-force",
    "everything",
    "about-country",
    "counts-of-deposits",
    "area-differs",
    "owners",
    "licence-disputes",
    "as-seen",
    "between-two-parties",
    "in-force",
    "production",
    "only-source-kinds",
    "one-source",
)


def saved_requests() -> tuple[SavedRequest, ...]:
    """Return all of them, in the order of the documentation."""
    derived = [
        SavedRequest(one.name, one.title, f"{_DERIVED}{one.name}/?{urlencode(one.example, safe=',:')}", one.description)
        for one in all_questions()
    ]
    found = {one.name: one for one in (*_LISTS, *derived)}
    return tuple(found[name] for name in (*_ORDER, *(n for n in found if n not in _ORDER)))


def saved_request(name: str) -> SavedRequest:
    """Return a list with filters by the name of its question."""
    return next(one for one in _LISTS if one.name == name)
