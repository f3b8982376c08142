"""The page docs/questions.md: every question with its request and its answer on the seed, from the requests themselves."""

import json
from collections.abc import Callable
from typing import Any

from api.questions.question import Question, all_questions
from api.questions.saved import saved_requests
from config.environment import ROOT

PATH = ROOT / "docs" / "questions.md"
_NOW = "NOW"
_HEAD = """# Questions

Each question below is one request. A *derived* question (`questions/<name>/`) has an SQL declaration in
`api/questions/declared/`, from which its JSON, CSV, page (the same address without `/api/v1`), OpenAPI operation and JSON
Schema follow; the others are lists with filters. A derived answer has:

- `results`: the rows, each with its `verdict`, a page at a time (`limit`, `next`);
- `counts`: the number of rows of each verdict, those not listed as well. `verdict=` lists others, such as the undecided ones;
- `undecided`: how many rows the registry does not know enough to decide;
- `formula`: how the answer follows, by whose definition, from which fields, in which units;
- `sources`: the sources that are cited for these fields of the rows.

The first page of a list has, under `undecided`, the number of records of which it is not known whether they meet a filter, as
they have no date, number or code to compare, or not what a warning compares; under `unlocated` that of records without a
location where the filter is a place.

`/api/v1/questions/` lists all with the JSON Schema of their parameters, as programs that choose tools (MCP) expect it. Where a
question goes over a list, each filter of the list narrows it: `open-ground` takes `country`, `commodity`, `bbox` and so on.
An unknown parameter is an error. The answers shown are those of the curated seed; a test compares them.

**Provinces**: `admin_code` is the ISO 3166-2 code of the province that a source names (`deposits/?admin_code=KZ-61`,
`facet=admin_code`), `admin_area` finds it by words in any script. Where no source names one, it is derived from the location
by the outlines of provinces of Natural Earth 4.1 (2018), which are cited for it, with that note. Of the 144 deposits of the
curated seed 125 have a named area, and 118 a code; of the 97 with a location, 94. The outlines are older than the division of
the province of the other three: no source was found that names the new one of Karsakpai and Verkhnee Espe, and that of Fen,
Telemark, has no code yet in the edition of the standard that the package `pycountry` carries. Those without a location have a
code if a source names the province. Imports of USGS and Geoscience Australia files set codes by the same names.

**Railways**: the registry has no data set of them. Neither PyPI, npm nor Debian has a package of Natural Earth's railroads, or
of another data set whose origin and licence are stated; those that carry Natural Earth (`world-atlas`,
`r-cran-rnaturalearthdata`) have countries and coasts. “Near a railway” is answered by what sources say:
`findings/?search=railway` finds that Kutessay II is said to be 43 km from one, and 48.
"""


def document(ask: Callable[[str], Any]) -> str:
    """Write the page; `ask` answers an address by its JSON, or by its text where it has none."""
    derived = {one.name: one for one in all_questions()}
    parts = [_HEAD]
    for number, one in enumerate(saved_requests(), 1):
        answer = ask(one.address)
        shown = one.asks if "as_of=" not in one.asks else f"{one.asks.partition('as_of=')[0]}as_of={_NOW}"
        parts.append(f"\n## {number}. {one.title}\n\n{one.notice}\n\n`{shown}`\n")
        if found := derived.get(one.name):
            parts.append(f"\nFormula: {found.formula} ({found.formula_source})\n")
        parts.append(f"\n```json\n{essence(answer, derived.get(one.name))}\n```\n")
    return "".join(parts)


def essence(answer: Any, question: Question | None = None) -> str:
    """Return the part of an answer that the page shows: the counts, and the first records."""
    if isinstance(answer, str):
        lines = answer.strip().splitlines()
        return json.dumps({"columns": lines[0].lstrip("\ufeff").split(",")}, ensure_ascii=False)
    if question:
        counts = {one["verdict"]: one["count"] for one in answer["counts"]}
        return json.dumps({"counts": counts, "first": _row(answer["results"][:1])}, ensure_ascii=False)
    if "results" in answer:
        slugs = [one["slug"] if "slug" in one else one.get("record") for one in answer["results"][:5]]
        undecided = {"undecided": answer["undecided"]} if "undecided" in answer else {}
        return json.dumps({"records": len(answer["results"]), **undecided, "first": slugs}, ensure_ascii=False)
    kept = ("slug", "reporting_code", "category", "ore_tonnes", "contained_tonnes", "contained_basis")
    return json.dumps({name: answer[name] for name in kept if name in answer}, ensure_ascii=False)


def _row(rows: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Return a row with its records by their slugs, without what is unknown or long."""
    if not rows:
        return None
    # Times differ with each load of the seed.
    short = {name: _short(value) for name, value in rows[0].items() if name != "at"}
    return {name: value for name, value in short.items() if value not in (None, [], "")}


def _short(value: Any) -> Any:
    if isinstance(value, dict):
        return value["slug"]
    if isinstance(value, list):
        return [_short(one) for one in value[:5]]
    return value
