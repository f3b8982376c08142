"""The read API as files: each list in pages, each record by its slug, linked by relative addresses.

A plain file server or a bucket serves them. They hold what the API of the service gives without parameters.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import orjson

from api.query.cursor import read_cursor
from api.query.list_query import MAX_LIMIT, ListQuery, read_query
from api.query.rows import Row, one, page
from api.resources.resource import Resource, all_resources
from api.rest.formats import Envelope, NextPage, json_list, record
from releases.contents import API, write_sums
from releases.names import CHECKSUMS

INDEX, RECORDS = "index.json", "records"


def write_api(root: Path, name: str, position: str, tell: Callable[[str], None]) -> int:
    """Write all files and their checksums; return how many records there are."""
    folder = root / API
    folder.mkdir(parents=True)
    resources = []
    for resource in all_resources():
        count = _write_list(folder / resource.name, resource, position, tell)
        resources.append(
            {
                "name": resource.name,
                "description": resource.description,
                "address": f"{resource.name}/{INDEX}",
                "record": f"{resource.name}/{RECORDS}/{{slug}}.json",
                "records": count,
            }
        )
    document = {"release": name, "position": position, "resources": resources, "links": {"release": "../../manifest.json"}}
    (folder / INDEX).write_bytes(orjson.dumps(document, option=orjson.OPT_INDENT_2))
    write_sums(folder, folder / CHECKSUMS)
    return sum(one["records"] for one in resources)  # type: ignore[misc]


def _write_list(folder: Path, resource: Resource, position: str, tell: Callable[[str], None]) -> int:
    (folder / RECORDS).mkdir(parents=True)
    query: ListQuery = replace(read_query(resource, {}), limit=MAX_LIMIT)
    number, count, target = 1, 0, folder / INDEX
    while True:
        found = page(query)
        following = NextPage(_page_name(number + 1), found.cursor) if found.cursor else None
        envelope = Envelope(following, False, position, None, None, False)
        target.write_bytes(json_list(resource, found.rows, envelope, query.fields))
        for row in found.rows:
            _write_record(folder / RECORDS, resource, orjson.loads(row.document)["slug"])
        count += len(found.rows)
        tell(f"files of the API, {resource.name}: {count:,}")
        if not found.cursor:
            return count
        number, target = number + 1, folder / _page_name(number + 1)
        query = replace(query, place=read_cursor(found.cursor, query.order, query.fingerprint))


def _page_name(number: int) -> str:
    return f"page-{number}.json"


def _write_record(folder: Path, resource: Resource, slug: str) -> None:
    raw = one(resource, slug)
    assert raw is not None, slug
    document, geometry, live, detail = raw
    row = Row(document, geometry, live[:-1] + b"," + detail[1:] if live and detail else live or detail, None)
    (folder / f"{slug}.json").write_bytes(record(resource, row, None))
