"""Pairs of records that experts have judged: 41 of the MinMod project, of twelve sources, beside the project."""

import csv
import json
import re
from typing import Any

import pytest
from django.db import connection

from tests.matching.usgs import SHARED, Pair

PAIRS = SHARED / "data" / "matching" / "judged_pairs.csv"
#: Names of countries that the registry does not have.
_COUNTRIES = {"USA": "US", "United States of America": "US", "United States": "US"}
#: What stands before a commodity, or after it: “% Cu”, “WO3”.
_QUALIFIED = re.compile(r"^% ?|O\d$")


def pairs() -> list[Pair]:
    """Read the pairs; a record is called by its source and its id there."""
    if not PAIRS.exists():
        pytest.skip("THERE ARE NO PAIRS of experts beside the project, so precision and recall on them are not measured")
    with PAIRS.open(encoding="utf-8") as lines:
        return [Pair(_key(row, "a"), _key(row, "b"), row["is_same"] == "1") for row in csv.DictReader(lines)]


def load() -> dict[int, str]:
    """Enter the records as drafts; gives key → source and id."""
    rows: dict[str, list[Any]] = {}
    with PAIRS.open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            for side in "ab":
                country = row[f"{side}_country"]
                place = [float(row[f"{side}_{axis}"]) if row[f"{side}_{axis}"] else None for axis in ("lon", "lat")]
                commodities = [_QUALIFIED.sub("", text.strip()) for text in row[f"{side}_commodities"].split("|")]
                named = [row[f"{side}_name"], _COUNTRIES.get(country, country)]
                rows.setdefault(_key(row, side), [f"judged-{len(rows)}", *named, *place, commodities])
    slugs = {row[0]: key for key, row in rows.items()}
    with connection.cursor() as cursor:
        given = [json.dumps(list(rows.values()))]
        cursor.execute(
            "INSERT INTO registry_deposit (slug, name, country_id, location, location_kind, description, occurrence_type,"
            " deposit_type, development_status) SELECT x->>0, x->>1, (SELECT id FROM registry_country WHERE slug = x->>2"
            " OR name = x->>2), ST_Point((x->>3)::float8, (x->>4)::float8, 4326),"
            " CASE WHEN x->>3 IS NULL THEN 'unknown' ELSE 'reported' END, '', 'deposit', 'unknown', 'unknown'"
            " FROM jsonb_array_elements(%s::jsonb) x",
            given,
        )
        cursor.execute(
            "INSERT INTO registry_depositcommodity (deposit_id, commodity_id, role) SELECT DISTINCT d.id, c.id, 'unknown'"
            " FROM jsonb_array_elements(%s::jsonb) x JOIN registry_deposit d ON d.slug = x->>0,"
            " jsonb_array_elements_text(x->5) y JOIN registry_commodity c ON lower(y) IN (lower(c.name), lower(c.slug))",
            given,
        )
        cursor.execute("SELECT gin_clean_pending_list('name_folded')")
        cursor.execute("SELECT id, slug FROM registry_deposit WHERE slug = ANY (%s)", [list(slugs)])
        return {key: slugs[slug] for key, slug in cursor.fetchall()}


def _key(row: dict[str, str], side: str) -> str:
    return f"{row[f'{side}_source']} {row[f'{side}_record_id']}"
