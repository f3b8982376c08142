"""The data dictionary: what each column of an export means, from the words of the serializers."""

from typing import Any

from api.exports.columns import LICENSE, columns_of
from api.exports.lists import list_tables
from api.query.csv_table import csv_table
from api.query.list_query import ListQuery
from api.resources.resource import GEOMETRY, Resource

_GEOMETRY_WORDS = "Location: WGS 84, longitude first; empty if unknown. Not in CSV and spreadsheets."


def dictionary(resource: Resource) -> dict[str, Any]:
    """Return the dictionary of a resource."""
    columns: list[dict[str, Any]] = [
        {
            "name": column.name,
            "type": column.type,
            "description": column.description,
            **(
                {"codes": [{"code": code, "label": label, "uri": uri} for code, label, uri in column.codes]}
                if column.codes
                else {}
            ),
        }
        for column in columns_of(resource)
    ]
    columns += [
        {"name": f"{table.name}.{column.name}", "type": column.type, "description": column.description}
        for table in list_tables(ListQuery(resource))
        for column in table.columns
    ]
    if resource.geometry:
        columns.append({"name": GEOMETRY, "type": "geometry", "description": _GEOMETRY_WORDS})
    return {"resource": resource.name, "description": resource.description, "license": LICENSE, "columns": columns}


def dictionary_rows(resource: Resource) -> list[tuple[str, str, str, str]]:
    """Return the dictionary as a table: a row per column, and one per code below it."""
    rows: list[tuple[str, str, str, str]] = []
    for column in dictionary(resource)["columns"]:
        rows.append((column["name"], column["type"], "", column["description"]))
        rows += [
            (column["name"], "code", one["code"], f"{one['label']} <{one['uri']}>" if one["uri"] else one["label"])
            for one in column.get("codes", ())
        ]
    return rows


HEADER = ("column", "type", "code", "meaning")


def dictionary_csv(resource: Resource) -> bytes:
    """Return the same as CSV."""
    return csv_table(HEADER, (dict(zip(HEADER, row, strict=True)) for row in dictionary_rows(resource)))
