"""The reads that are measured: the same queries to each service, chosen by a fixed seed."""

import base64
import hashlib
import json
import random
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

Query = dict[str, Any]
#: How many different queries of a kind are asked in turn.
QUERIES = 2_000


@dataclass(frozen=True)
class Read:
    """A kind of read: its queries, how each service is asked, and how its answer names the records."""

    name: str
    queries: Callable[[random.Random, "Shape"], Query]
    ask: dict[str, Callable[[Query], str]]
    ordered: bool = False


@dataclass(frozen=True)
class Shape:
    """What the queries need to know of the registry."""

    size: int
    countries: list[str]
    words: list[str]
    places: list[tuple[float, float]]
    #: Half the side, in degrees, of a box that holds about 100 records around a place, and about 1,000.
    hundred: float
    thousand: float


def _box(half: str, limit: int) -> Callable[[random.Random, Shape], Query]:
    def query(chance: random.Random, shape: Shape) -> Query:
        x, y = chance.choice(shape.places)
        side = getattr(shape, half)
        west, east = max(-180.0, x - side), min(180.0, x + side)
        south, north = max(-90.0, y - side), min(90.0, y + side)
        return {"bbox": f"{west:.4f},{south:.4f},{east:.4f},{north:.4f}", "limit": limit}

    return query


def _address(path: str, *names: str, **fixed: Any) -> Callable[[Query], str]:
    def address(query: Query) -> str:
        return f"{path}?{urlencode({**fixed, **{n: query[n] for n in names or query}}, safe=',')}"

    return address


_OURS, _DRF = "/api/v1/deposits/", "/api/deposits/"
_TIPG, _PYG = "/collections/public.bench_deposit/items", "/collections/deposits/items"


def _near(chance: random.Random, shape: Shape) -> Query:
    x, y = chance.choice(shape.places)
    x, y = (x + chance.uniform(-1, 1) + 180) % 360 - 180, max(-90.0, min(90.0, y + chance.uniform(-1, 1)))
    return {"near": f"{x:.4f},{y:.4f}", "limit": 20}


def _detail(name: str, query: str = "") -> Read:
    return Read(
        name,
        lambda chance, shape: {"slug": f"d{chance.randint(1, shape.size)}"},
        {
            "ours": lambda q: f"{_OURS}{q['slug']}/{query}",
            "tipg": lambda q: f"{_TIPG}/{q['slug']}",
            "pygeoapi": lambda q: f"{_PYG}/{q['slug']}?f=json",
            "conventional": lambda q: f"{_DRF}{q['slug']}/",
        },
    )


#: What the peers' records hold; ours add names, estimates, licences, findings and citations, rendered at reading.
_PEERS_FIELDS = (
    "geometry,slug,uid,name,country,admin_area,admin_code,locality,occurrence_type,deposit_type,development_status,discovery_year,"
    "commodities,parent,longitude,latitude,location_kind,location_uncertainty_m,uncertainty_basis,version,updated_at"
)

READS = (
    _detail("detail", f"?format=geojson&fields={_PEERS_FIELDS}"),
    _detail("detail, whole"),
    Read(
        "list of 100",
        lambda chance, shape: {"country": chance.choice(shape.countries), "limit": 100},
        {
            "ours": _address(_OURS, format="geojson"),
            "cached": _address(_OURS, format="geojson"),
            "tipg": _address(_TIPG),
            "pygeoapi": _address(_PYG, f="json"),
            "conventional": _address(_DRF),
        },
    ),
    Read(
        "bbox of 100",
        _box("hundred", 100),
        {
            "ours": _address(_OURS, format="geojson"),
            "tipg": _address(_TIPG),
            "pygeoapi": _address(_PYG, f="json"),
            "conventional": lambda q: f"{_DRF}?in_bbox={q['bbox']}&limit={q['limit']}",
        },
    ),
    Read(
        "bbox of 1,000",
        _box("thousand", 1000),
        {
            "ours": _address(_OURS, format="geojson"),
            "tipg": _address(_TIPG),
            "pygeoapi": _address(_PYG, f="json"),
            "conventional": lambda q: f"{_DRF}?in_bbox={q['bbox']}&limit={q['limit']}",
        },
    ),
    Read(
        "20 nearest",
        _near,
        {"ours": _address(_OURS, format="geojson"), "conventional": lambda q: f"/api/near/?near={q['near']}&limit=20"},
        ordered=True,
    ),
    Read(
        "within a country",
        lambda chance, shape: {"within": chance.choice(shape.countries), "limit": 100},
        {"ours": _address(_OURS, format="geojson")},
    ),
    Read(
        "deep page",
        lambda chance, shape: {"offset": chance.randint(shape.size * 8 // 10, shape.size * 9 // 10), "limit": 100},
        {
            "ours": lambda q: f"{_OURS}?format=geojson&limit=100&cursor={_cursor(q['offset'])}",
            "tipg": _address(_TIPG),
            "pygeoapi": _address(_PYG, f="json"),
            "conventional": lambda q: f"/api/counted/?limit=100&offset={q['offset']}",
        },
    ),
    Read(
        "search",
        lambda chance, shape: {"search": chance.choice(shape.words), "limit": 100},
        {"ours": _address(_OURS, format="geojson"), "conventional": _address(_DRF)},
    ),
    Read(
        "list of 100, counted",
        lambda chance, shape: {"country": chance.choice(shape.countries), "limit": 100},
        {
            "ours": _address(_OURS, format="geojson", count="exact"),
            "tipg": _address(_TIPG),
            "conventional": lambda q: f"/api/counted/?{urlencode(q)}",
        },
    ),
)


def _cursor(key: int) -> str:
    """Write a cursor of the list of all deposits, as `api.query.cursor` does."""
    query = hashlib.blake2s(b'["deposits",{}]', digest_size=8).hexdigest()
    place = json.dumps(["id", query, False, [], key], separators=(",", ":"))
    return base64.urlsafe_b64encode(place.encode()).decode().rstrip("=")


def records(answer: Any) -> list[str]:
    """Give the slugs of the records of an answer, whichever service gave it."""
    if answer.get("type") == "Feature":
        return [answer["properties"].get("slug") or answer["id"]]
    if "slug" in answer:
        return [answer["slug"]]
    results = answer.get("features") or answer.get("results") or []
    if isinstance(results, dict):
        results = results["features"]
    return [r.get("properties", {}).get("slug") or r.get("id") or r["slug"] for r in results]


def fetch(address: str) -> Any:
    """Ask once."""
    with urllib.request.urlopen(address, timeout=120) as answer:
        return json.load(answer)
