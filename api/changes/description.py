"""How the feed of changes describes itself in the OpenAPI document."""

from typing import Any

from api.changes.feed_query import DEFAULT_LIMIT, MAX_LIMIT, MAX_WAIT_S
from api.changes.records import resources_by_kind

_KINDS = list(resources_by_kind())
_TEXT = {"type": "string"}

#: What a change of any kind has.
_CHANGE: dict[str, Any] = {
    "type": "object",
    "description": "What one transaction changed in one record, as readers see it.",
    "required": ["at", "operation", "kind", "resource", "slug", "uid", "version", "fields", "record", "merged_into"],
    "properties": {
        "at": {"type": "string", "format": "date-time", "description": "Time of the change (UTC)."},
        "operation": {
            "type": "string",
            "enum": ["create", "update", "publish", "withdraw", "merge", "delete"],
            "x-component": "ChangeOperationCode",
            "description": "`create`: public for the first time; `publish`: public again; `update`: `fields` changed;"
            " `withdraw`, `merge`, `delete`: no longer public.",
        },
        "kind": _TEXT,
        "resource": {**_TEXT, "description": "Name of its list in URLs."},
        "slug": {**_TEXT, "description": "Identifier of the record."},
        "uid": {**_TEXT, "format": "uuid", "description": "Permanent identifier; it never changes."},
        "version": {"type": "integer", "description": "Version of the record after the change."},
        "fields": {
            "type": "array",
            "items": _TEXT,
            "description": "For an update: the fields that differ, of the list or of the single record.",
        },
        "merged_into": {**_TEXT, "nullable": True, "description": "For a merge: slug of the record that it was merged into."},
    },
}


def _change(kind: str, name: str) -> dict[str, Any]:
    """Describe a change of a kind of record, by the component of its records."""
    record = {
        "allOf": [{"$ref": f"#/components/schemas/{name}"}],
        "nullable": True,
        "description": "The current record as in its list; null if it is not public.",
    }
    of_kind = {**_TEXT, "enum": [kind], "description": "Kind of the record."}
    return {**_CHANGE, "properties": {**_CHANGE["properties"], "kind": of_kind, "record": record}}


_NAMES = {kind: f"{resource.model.__name__}Change" for kind, resource in resources_by_kind().items()}
_COMPONENTS: dict[str, Any] = {
    **{_NAMES[kind]: _change(kind, resource.model.__name__) for kind, resource in resources_by_kind().items()},
    "Change": {
        "oneOf": [{"$ref": f"#/components/schemas/{name}"} for name in _NAMES.values()],
        "discriminator": {
            "propertyName": "kind",
            "mapping": {kind: f"#/components/schemas/{name}" for kind, name in _NAMES.items()},
        },
    },
    "ChangePage": {
        "type": "object",
        "required": ["next", "up_to_date", "changes"],
        "properties": {
            "next": {"type": "string", "description": "URL of the next changes."},
            "up_to_date": {"type": "boolean", "description": "Whether there are no further changes at present."},
            "changes": {"type": "array", "items": {"$ref": "#/components/schemas/Change"}},
        },
    },
}

OPERATION: dict[str, Any] = {
    "operationId": "changes",
    "components": _COMPONENTS,
    "summary": "List changes",
    "description": "Every change of public records, in an order that skips nothing. Follow `next` without"
    " changing it. To keep a"
    " copy, read the lists, then follow from the smallest `position` of their pages; or omit `after` to begin with everything.",
    "tags": ["changes"],
    "parameters": [
        {
            "in": "query",
            "name": "after",
            "schema": _TEXT,
            "description": "Cursor of the last response, or the `position` of a list; without it, the beginning. With `now`,"
            " `next` returns the changes of the last hour, as long as a cache may keep a list, and then new ones.",
        },
        {
            "in": "query",
            "name": "kind",
            "schema": {"type": "array", "items": {**_TEXT, "enum": _KINDS, "x-component": "RecordKindCode"}},
            "explode": False,
            "style": "form",
            "description": "Only records of these kinds.",
        },
        {
            "in": "query",
            "name": "limit",
            "schema": {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT},
            "description": "Changes per page.",
        },
        {
            "in": "query",
            "name": "wait",
            "schema": {"type": "number", "minimum": 0, "maximum": MAX_WAIT_S, "default": 0},
            "description": "Seconds to wait for a change if there is none. If too many clients wait already, the response is"
            " immediate, with Retry-After.",
        },
    ],
    "responses": {
        "200": {
            "description": "Changes after the cursor.",
            "content": {
                "application/json": {
                    "schema": {"$ref": "#/components/schemas/ChangePage"},
                }
            },
        }
    },
    "problems": ("400", "406", "410", "503"),
}
