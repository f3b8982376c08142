"""Rows of the USGS files as deposits, and which of them are one: pairs that people have looked at."""

import csv
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

SHARED = Path(__file__).resolve().parents[2].parent / "shared"
FILES = {"ree": "ree_ofr02189.csv", "maj": "major_deposits.csv", "mrds": "mrds_ree_sites.csv"}
PAIRS = Path(__file__).with_name("usgs_pairs.csv")


@dataclass(frozen=True)
class Pair:
    """Two rows of different files, by file and id, and whether they are one deposit."""

    one: str
    other: str
    same: bool


def pairs() -> list[Pair]:
    """Read the pairs that were judged by hand from names, places and states; doubtful ones are left out."""
    with PAIRS.open() as lines:
        return [Pair(row["one"], row["other"], row["same"] == "yes") for row in csv.DictReader(lines)]


def located() -> list[Pair]:
    """Read from the dossier which rows its deposits are: matched by others, without this registry's score."""
    names = {file: short for short, file in FILES.items()}
    found: dict[str, list[str]] = {}
    with (SHARED / "facts" / "located_deposits.csv").open() as lines:
        for row in csv.DictReader(lines):
            if row["dataset_file"] in names:
                key = f"{names[row['dataset_file']]}-{row['record_id']}"
                found.setdefault(row["deposit_id"], []).append(key)
    return [
        Pair(one, other, True) for keys in found.values() for number, one in enumerate(keys) for other in keys[number + 1 :]
    ]


def load(wanted: set[str]) -> dict[int, str]:
    """Enter the wanted rows as drafts; gives key → file and id."""
    rows: list[Any] = []
    for short, name in FILES.items():
        path = SHARED / "data" / "usgs" / name
        if not path.exists():
            pytest.skip(f"THERE IS NO {name}, so precision and recall on real pairs are not measured")
        with path.open() as lines:
            for row in csv.DictReader(lines):
                key = f"{short}-{row.get('record_id') or row.get('dep_id')}"
                if key in wanted and row["name"].strip():
                    others = [text.strip() for text in row.get("other_names", "").split(",") if text.strip()]
                    place = (row["longitude"], row["latitude"]) if row["latitude"] else (None, None)
                    rows.append((key, row["name"][:200], others, row["iso3"] or None, *place))
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO registry_deposit (slug, name, country_id, location, location_kind, description, occurrence_type,"
            " deposit_type, development_status) SELECT x->>0, x->>1, (SELECT id FROM registry_country WHERE iso3 = x->>3),"
            " ST_Point((x->>4)::float8, (x->>5)::float8, 4326), CASE WHEN x->>4 IS NULL THEN 'unknown' ELSE 'reported' END,"
            " '', 'deposit', 'unknown', 'unknown' FROM jsonb_array_elements(%s::jsonb) x",
            [json.dumps(rows)],
        )
        cursor.execute(
            "INSERT INTO registry_name (deposit_id, text, kind, language) SELECT DISTINCT d.id, y, 'alternate', ''"
            " FROM jsonb_array_elements(%s::jsonb) x JOIN registry_deposit d ON d.slug = x->>0,"
            " jsonb_array_elements_text(x->2) y WHERE y <> x->>1",
            [json.dumps(rows)],
        )
        # What was written in bulk waits in a list that every look-up reads, until a vacuum sorts it in.
        cursor.execute("SELECT gin_clean_pending_list('name_folded')")
        cursor.execute("SELECT id, slug FROM registry_deposit WHERE slug = ANY (%s)", [[row[0] for row in rows]])
        return dict(cursor.fetchall())
