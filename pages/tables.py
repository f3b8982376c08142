"""Lists inside a record, as tables: a column for each field that any row has a value for."""

from dataclasses import dataclass
from typing import Any

from api.resources.resource import Resource
from pages.addresses import page_of, resource_of_model
from pages.facts import fields_of
from pages.footnotes import Citations, Footnote
from pages.labels import help_of, label_of
from pages.names import own_name
from pages.values import Value, linked_model, value_of

#: Lists that the page shows in a form of their own.
OWN_FORM = frozenset(
    (
        *("names", "commodities", "estimates", "events", "finding_links", "disagreement_links", "citations"),
        *("external_ids", "warnings", "located_in", "license_links", "gap_links", "source_kinds"),
    )
)
#: The members of a disagreement are its sides.
_SIDES = ("disagreement", "members")
#: A page stays readable: more rows are one click away, in the API.
MOST_ROWS = 200


@dataclass(frozen=True)
class TableRow:
    """A row of a list, with the sources that support it."""

    cells: tuple[Value, ...]
    footnotes: tuple[Footnote, ...]


@dataclass(frozen=True)
class InnerTable:
    """A list inside a record; `more` counts the rows that are left out."""

    name: str
    label: str
    help: str
    columns: tuple[str, ...]
    rows: tuple[TableRow, ...]
    more: int


def tables(resource: Resource, record: dict[str, Any], citations: Citations) -> list[InnerTable]:
    """Return the lists of a record that have rows and no form of their own."""
    found = []
    for name, field in fields_of(resource):
        given = record.get(name)
        if name not in OWN_FORM and (resource.kind, name) != _SIDES and isinstance(given, list) and given:
            found.append(_table(name, field, given, resource, citations))
    return found


def _table(name: str, field: Any, given: list[Any], resource: Resource, citations: Citations) -> InnerTable:
    rows = [_flat(row) for row in given[:MOST_ROWS]]
    child = getattr(field, "child", field)
    declared = getattr(child, "fields", {})
    model = linked_model(field, resource.model)
    columns = [key for key in dict.fromkeys(key for row in rows for key in row) if any(row.get(key) for row in rows)]
    of_rows = resource_of_model(model) if model else None
    linked = "slug" in columns
    shown = [key for key in columns if key != "slug" or "name" not in columns]
    return InnerTable(
        name=name,
        label=label_of(name),
        help=help_of(field),
        columns=tuple(label_of(key) for key in shown),
        rows=tuple(
            TableRow(
                tuple(
                    _linked(value_of(declared.get(key), row.get(key), model), of_rows, row)
                    if linked and key == ("name" if "name" in columns else "slug")
                    else value_of(declared.get(key), row[key], model)
                    if row.get(key) not in (None, "", [])
                    else Value("")
                    for key in shown
                ),
                tuple(citations.supporting(f"{name}:{_key(row)}")),
            )
            for row in rows
        ),
        more=max(0, len(given) - MOST_ROWS),
    )


def _flat(row: Any) -> dict[str, Any]:
    """Take a row for what it is: a link that stands alone in it (`{"site": {…}}`) is the row."""
    if not isinstance(row, dict):
        return {"name": row}
    kept = {key: value for key, value in row.items() if key not in ("external_ids", "citations")}
    # A code beside its name, as `scheme` and `scheme_name`: people read the name.
    return {
        key: kept.get(f"{key}_name", value)
        for key, value in kept.items()
        if key.removesuffix("_name") not in kept.keys() - {key}
    }


def _linked(value: Value, of_rows: Resource | None, row: dict[str, Any]) -> Value:
    slug = str(row.get("slug") or "")
    return Value(own_name(of_rows.kind if of_rows else None, slug, value.text or slug), page_of(of_rows, slug))


def _key(row: dict[str, Any]) -> str:
    """Return what a citation names a row by: the slug of the record that it links, or its text."""
    if "slug" in row:
        return str(row["slug"])
    linked = next((value for value in row.values() if isinstance(value, dict) and "slug" in value), None)
    return str(linked["slug"]) if linked else str(row.get("text") or "")
