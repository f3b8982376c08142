"""What a mapping file says of each key of the record, made into steps that fill a draft."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from imports.derived import PLACE
from imports.mapping.entries import Entry, MappingError, entries, entry, known_keys
from imports.mapping.field_rules import Rule, field_rule, put_whole
from imports.mapping.list_rules import list_rules
from imports.targets import TABLES
from imports.values.areas import put_area
from imports.values.commodities import put_commodities
from imports.values.draft import Draft
from imports.values.holders import joined_forms, put_holders
from imports.values.identities import is_scheme, put_derived_id, put_id
from imports.values.location import put_geometry, put_outline, put_point, put_printed_point
from imports.values.names import put_name, put_other_names
from imports.values.numbers import year
from imports.values.written_shapes import take_shape
from registry.vocabularies import CommodityRole, LicenseRole, NameKind

#: What stands for the geometry that a format carries.
GEOMETRY = "geometry"
#: Columns that follow from others.
_KEPT = (*PLACE[1:], "boundary_source")
#: What must stand in the record before the rest: names before other names, the place last.
_FIRST = ("external_id", "name", "country", "admin_area", "contained_basis")
_LAST = ("location", "area", "boundary")


def keys_of(target: str) -> list[str]:
    """List all keys that the record of a target may have in a mapping file."""
    table = TABLES[target]
    return [
        *("external_id", *(["other_names"] if table.named else [])),
        *(rows.name for rows in table.lists),
        *(column for column in table.columns if column not in _KEPT),
    ]


def make_rules(target: str, record: Any, *, edits: bool = False) -> tuple[Rule, ...]:
    """Make the steps in their order; raises MappingError. `edits` is for rows of records that the registry has."""
    given = known_keys(record, [*keys_of(target), *(["version"] if edits else [])], "record")
    label = TABLES[target].label
    known = isinstance(record.get("external_id"), dict) and record["external_id"].get("scheme") in ("uid", "slug")
    needed = [label] if label and not known and not TABLES[target].field(label).null and target != "finding" else []
    for key in ("external_id", *needed):
        if key not in given:
            raise MappingError(f"record: it needs {key}")
    order = sorted(given, key=lambda key: (_FIRST.index(key) if key in _FIRST else len(_FIRST), key in _LAST))
    rules = tuple(rule for key in order for rule in _rules(target, key, given[key]))
    return (
        *rules,
        *(_without_figure(fact.columns) for fact in TABLES[target].facts if fact.is_figure and len(fact.columns) > 3),
    )


def _without_figure(columns: tuple[str, ...]) -> Rule:
    """Drop the basis and the unit of a figure that a row does not have."""

    def put(draft: Draft) -> None:
        if all(draft.record.get(column) is None for column in columns[:3]):
            for column in columns[3:]:
                draft.record.pop(column, None)

    return Rule(columns[1], (), put)


def _rules(target: str, key: str, given: Any) -> Iterable[Rule]:
    table = TABLES[target]
    rows = {rows.name: rows for rows in table.lists}.get(key)
    if rows is not None and rows.fields:
        return list_rules(rows, given)
    if key in _MAKERS:
        return _MAKERS[key](given)
    if key == "version":
        column = entry(key, given, ("column",)).needed("column")
        return [Rule(key, (column,), lambda draft: put_whole(draft, column, key))]
    if key == "name" and target == "deposit":
        said = entry(key, given, ("column", "columns"))
        columns = said.texts("columns") if "columns" in said.given else (said.needed("column"),)
        return [Rule(key, columns, lambda draft: put_name(draft, *columns))]
    if key == "location":
        return [_location(given)]
    if key == "discovery_year":
        column = entry(key, given, ("column",)).needed("column")
        return [Rule(key, (column,), lambda draft: year(draft, column, key))]
    return [field_rule(table.field(key), given)]


def _external_id(given: Any) -> list[Rule]:
    said = entry("external_id", given, ("scheme", "column", "columns"))
    scheme = said.needed("scheme")
    if not is_scheme(scheme):
        raise MappingError("record → external_id → scheme: write small letters, digits and single _ or -, at most 40")
    if "columns" in said.given:
        columns = said.texts("columns")
        return [Rule("external_id", columns, lambda draft: put_derived_id(draft, scheme, map(draft.cell, columns)))]
    column = said.needed("column")
    return [Rule("external_id", (column,), lambda draft: put_id(draft, scheme, column))]


@dataclass(frozen=True)
class Cell:
    """A column whose cells hold one text, or several with a separator between."""

    column: str
    separator: str

    def texts(self, draft: Draft) -> list[str]:
        """Return the texts of the row's cell."""
        text = draft.cell(self.column)
        return text.split(self.separator) if self.separator else [text]


def _cell(said: Entry) -> Cell:
    return Cell(said.needed("column"), said.text("split"))


def _other_names(given: Any) -> list[Rule]:
    def rule(said: Entry) -> Rule:
        cell, language = _cell(said), said.text("language")
        kind = said.one_of("kind", NameKind.values, "alternate")
        return Rule("other_names", (cell.column,), lambda draft: put_other_names(draft, cell.texts(draft), language, kind))

    return [rule(said) for said in entries("other_names", given, ("column", "split", "language", "kind"))]


def _commodities(given: Any) -> list[Rule]:
    def rule(said: Entry) -> Rule:
        role = said.one_of("role", CommodityRole.values, "unknown")
        if "value" in said.given:
            symbol = said.needed("value")
            return Rule("commodities", (), lambda draft: put_commodities(draft, [symbol], role))
        cell = _cell(said)
        return Rule("commodities", (cell.column,), lambda draft: put_commodities(draft, cell.texts(draft), role, cell.column))

    return [rule(said) for said in entries("commodities", given, ("column", "split", "value", "role"))]


def _parties(given: Any) -> list[Rule]:
    def rule(said: Entry) -> Rule:
        role = said.one_of("role", LicenseRole.values, "holder")
        cell = _cell(said)

        def put(draft: Draft) -> None:
            names = joined_forms(cell.texts(draft), cell.separator)
            put_holders(draft, [(cell.column, name.strip()) for name in names if name.strip()], role)

        return Rule("parties", (cell.column,), put)

    return [rule(said) for said in entries("parties", given, ("column", "split", "role"))]


def _declared_area(given: Any) -> list[Rule]:
    said = entry("declared_area_km2", given, ("column", "unit", "unit_column"))
    column, unit, unit_column = said.needed("column"), said.text("unit"), said.text("unit_column")
    columns = (column, unit_column) if unit_column else (column,)
    return [Rule("declared_area_km2", columns, lambda draft: put_area(draft, column, unit_column, unit))]


def _area(key: str, given: Any) -> list[Rule]:
    if given == GEOMETRY:
        return [Rule(key, (), lambda draft: put_outline(draft, key))]
    if isinstance(given, str):
        raise MappingError(
            f"record → {key}: write “{GEOMETRY}” for the outline of the file's format, or column: for one in WKT"
        )
    column = entry(key, given, ("column",)).needed("column")

    def put(draft: Draft) -> None:
        if take_shape(draft, column):
            put_outline(draft, key)

    return [Rule(key, (column,), put)]


def _location(given: Any) -> Rule:
    if given == GEOMETRY:
        return Rule("location", (), put_geometry)
    said = entry("location", given, ("column", "longitude", "latitude"))
    if "column" in said.given:
        column = said.needed("column")
        return Rule("location", (column,), lambda draft: put_printed_point(draft, column))
    x, y = said.needed("longitude"), said.needed("latitude")
    return Rule("location", (x, y), lambda draft: put_point(draft, x, y))


_MAKERS: dict[str, Callable[[Any], list[Rule]]] = {
    "external_id": _external_id,
    "other_names": _other_names,
    "commodities": _commodities,
    "parties": _parties,
    "declared_area_km2": _declared_area,
    "area": lambda given: _area("area", given),
    "boundary": lambda given: _area("boundary", given),
}
