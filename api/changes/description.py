"""How the feed of changes describes itself in the OpenAPI document."""

from typing import Any

from api.changes.question import DEFAULT_LIMIT, MAX_LIMIT, MAX_WAIT_S
from api.changes.records import resources_by_kind

_KINDS = list(resources_by_kind())
_TEXT = {"type": "string"}

_CHANGE: dict[str, Any] = {
    "type": "object",
    "description": "What one transaction changed of one record, as readers see it.",
    "required": ["at", "operation", "kind", "resource", "slug", "uid", "version", "fields", "record", "merged_into"],
    "properties": {
        "at": {"type": "string", "format": "date-time", "description": "When it was written (UTC)."},
        "operation": {
            "type": "string",
            "enum": ["create", "update", "publish", "withdraw", "merge", "delete"],
            "description": "`create`: public for the first time; `publish`: public again; `update`: `fields` changed;"
            " `withdraw`, `merge`, `delete`: no longer public.",
        },
        "kind": {**_TEXT, "enum": _KINDS, "description": "Kind of the record."},
        "resource": {**_TEXT, "description": "Name of its list in addresses."},
        "slug": {**_TEXT, "description": "Identifier of the record."},
        "uid": {**_TEXT, "format": "uuid", "description": "Identifier that outlives every name."},
        "version": {"type": "integer", "description": "Version of the record after the change."},
        "fields": {
            "type": "array",
            "items": _TEXT,
            "description": "Of an update: fields of the record that differ, of the list or of the record alone.",
        },
        "record": {
            "type": "object",
            "nullable": True,
            "additionalProperties": True,
            "description": "The record as its list shows it now; null if it is not public now.",
        },
        "merged_into": {**_TEXT, "nullable": True, "description": "Of a merge: slug of the record that it is a part of now."},
    },
}

OPERATION: dict[str, Any] = {
    "operationId": "changes",
    "summary": "What has changed",
    "description": "Every change of what is public, in an order in which nothing is skipped: take `next` as it is, again and"
    " again."
    " For a copy: read the lists, then follow from the smallest `position` among their pages; or leave `after` away and begin"
    " with everything.",
    "tags": ["changes"],
    "parameters": [
        {
            "in": "query",
            "name": "after",
            "schema": _TEXT,
            "description": "Cursor of the last response, or the `position` of a list; the beginning without it. With `now`,"
            " `next` leads to what comes, after the changes of the last hour: as long as a cache may keep a list.",
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
            "description": "Changes on a page.",
        },
        {
            "in": "query",
            "name": "wait",
            "schema": {"type": "number", "minimum": 0, "maximum": MAX_WAIT_S, "default": 0},
            "description": "Seconds to wait for a change where there is none. Where too many wait already, the answer comes"
            " at once, with Retry-After.",
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
                            "next": {"type": "string", "description": "Address of what comes after these changes."},
                            "up_to_date": {"type": "boolean", "description": "Whether there is nothing more for now."},
                            "changes": {"type": "array", "items": _CHANGE},
                        },
                    }
                }
            },
        }
    },
    "problems": ("400", "406", "410", "503"),
}
