"""Collections for tests alone: the official data of the standard, and made-up deposits with awkward cases, as tables."""

import json
from typing import Any

from django.contrib.gis.db import models
from django.contrib.gis.geos import GEOSGeometry
from django.db import connection

from api.cql2.compile import clause_of
from api.cql2.encoded import parse_json
from api.cql2.text import parse_text
from api.cql2.tree import Node
from api.database.bound import Bound
from api.database.connection import fetch
from api.filters.queryables import Queryable, ValueType, kind_of
from api.ogc.crs import ALL, CRS84
from api.ogc.transform import drawing
from tests.shared import SHARED

_OFFICIAL = SHARED / "conformance" / "ne110m"
_COLUMNS: dict[tuple[str, str | None], Any] = {
    ("string", None): models.TextField,
    ("string", "date"): models.DateField,
    ("string", "date-time"): models.DateTimeField,
    ("number", None): models.FloatField,
    ("integer", None): models.BigIntegerField,
    ("boolean", None): models.BooleanField,
}
_CONTROL = {
    "name": models.TextField,
    "commodity": models.TextField,
    "notes": models.TextField,
    "tonnage": models.FloatField,
    "grade": models.FloatField,
    "holes": models.IntegerField,
    "active": models.BooleanField,
    "discovered": models.DateField,
    "updated": models.DateTimeField,
}


def _model(name: str, columns: dict[str, Any]) -> Any:
    fields = {column: kind(null=True) for column, kind in columns.items()}
    meta = type("Meta", (), {"app_label": "cql2_tests", "managed": False, "db_table": name})
    return type(
        name, (models.Model,), {"__module__": __name__, "Meta": meta, "geom": models.GeometryField(null=True), **fields}
    )


def _official(name: str) -> Any:
    if not _OFFICIAL.exists():
        return None
    schema = json.loads((_OFFICIAL / f"{name}.json").read_text())["properties"]
    columns = {key: _COLUMNS[value["type"], value.get("format")] for key, value in schema.items() if "type" in value}
    return _model(name, columns)


OFFICIAL = ("ne_110m_admin_0_countries", "ne_110m_populated_places_simple", "ne_110m_rivers_lake_centerlines")
MODELS: dict[str, Any] = {name: _official(name) for name in OFFICIAL} | {"control": _model("control_deposits", _CONTROL)}


def queryables(source: str) -> dict[str, Queryable]:
    """Give the queryables of a collection for tests."""
    fields = [f for f in MODELS[source]._meta.concrete_fields if f.name != "id"]
    return {f.name: Queryable(f.name, ValueType.GEOMETRY if f.name == "geom" else kind_of(f), f.name) for f in fields}


def load() -> None:
    """Make the tables and fill them."""
    for name, model in MODELS.items():
        if model is None or not SHARED.exists():
            continue
        with connection.schema_editor() as editor:
            editor.create_model(model)
        path = SHARED / "conformance" / "control_deposits.json" if name == "control" else _OFFICIAL / f"{name}.geojson"
        document = json.loads(path.read_text())
        known = {f.name for f in model._meta.concrete_fields}
        model.objects.bulk_create(
            model(
                **{key: _in_utc(model, key, value) for key, value in feature["properties"].items() if key in known},
                geom=feature["geometry"] and GEOSGeometry(json.dumps(feature["geometry"])),
            )
            for feature in (document if isinstance(document, list) else document["features"])
        )


def _in_utc(model: Any, key: str, value: Any) -> Any:
    """Say of a time that it is in UTC: the official ones are, and do not say so."""
    timed = isinstance(model._meta.get_field(key), models.DateTimeField) and value
    return f"{value.removesuffix('Z')}Z" if timed else value


def found(source: str, condition: str | dict[str, Any] | Node, column: str = "id") -> list[Any]:
    """Give a column of the rows that a filter keeps; the values are bound as the read path binds them."""
    if isinstance(condition, str):
        node: Node = parse_text(condition)
    else:
        node = parse_json(condition) if isinstance(condition, dict) else condition
    clause = clause_of(node, queryables(source), drawing(ALL[CRS84]))
    sql, params = clause.apply(MODELS[source].objects.order_by("id").values_list(column)).query.sql_with_params()
    values = [clause.values[p.key] if isinstance(p, Bound) else p for p in params]
    return [row[0] for row in fetch(sql, values)]
