"""How the feed of changes describes itself in the OpenAPI document."""

from typing import Any

from api.changes.feed_query import DEFAULT_LIMIT, MAX_LIMIT, MAX_WAIT_S
from api.changes.records import resources_by_kind

_KINDS = list(resources_by_kind())
_TEXT = {"type": "string"}

_CHANGE: dict[str, Any] = {
    "type": "object",
    "description": "What one transaction changed in one record, as readers see it.",
    "required": ["at", "operation", "kind", "resource", "slug", "uid", "version", "fields", "record", "merged_into"],
    "properties": {
        "at": {"type": "string", "format": "date-time", "description": "Time of the change (UTC)."},
        "operation": {
            "type": "string",
            "enum": ["create", "update", "publish", "withdraw", "merge", "delete"],
            "description": "`create`: public for the first time; `publish`: public again; `update`: `fields` changed;"
            " `withdraw`, `merge`, `delete`: no longer public.",
        },
        "kind": {**_TEXT, "enum": _KINDS, "description": "Kind of the record."},
        "resource": {**_TEXT, "description": "Name of its list in URLs."},
        "slug": {**_TEXT, "description": "Identifier of the record."},
        "uid": {**_TEXT, "format": "uuid", "description": "Permanent identifier; it never changes."},
        "version": {"type": "integer", "description": "Version of the record after the change."},
        "fields": {
            "type": "array",
            "items": _TEXT,
            "description": "For an update: the fields that differ, of the list or of the single record.",
        },
        "record": {
            "type": "object",
            "nullable": True,
            "additionalProperties": True,
            "description": "The current record as in its list; null if it is not public.",
        },
        "merged_into": {**_TEXT, "nullable": True, "description": "For a merge: slug of the record that it was merged into."},
    },
}

OPERATION: dict[str, Any] = {
    "operationId": "changes",
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
            "schema": {"type": "array", "items": {**_TEXT, "enum": _KINDS}},
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
                    "schema": {
                        "type": "object",
                        "required": ["next", "up_to_date", "changes"],
                        "properties": {
                            "next": {"type": "string", "description": "URL of the next changes."},
                            "up_to_date": {
                                "type": "boolean",
                                "description": "Whether there are no further changes at present.",
                            },
                            "changes": {"type": "array", "items": _CHANGE},
                        },
                    }
                }
            },
        }
    },
    "problems": ("400", "406", "410", "503"),
}
