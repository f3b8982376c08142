"""The descriptions can be tried as they are: what a page such as Swagger UI fills in, sent together, gives records."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.conformance.described import Operation, content, openapi, operations

pytestmark = pytest.mark.django_db


def filled_in(operation: Operation) -> Iterator[tuple[str, str]]:
    """Give what Swagger UI sends at one click: examples, and where there is none, defaults."""
    for parameter in operation.query():
        value = parameter.get("example", parameter["schema"].get("default"))
        if value is not None:
            yield parameter["name"], ",".join(map(str, value)) if isinstance(value, list) else str(value)
        else:
            assert not parameter.get("required"), (operation.name, parameter["name"])


def records(body: bytes, kind: str) -> int:
    """Count what the body holds."""
    if "json" not in kind:
        return len(body.splitlines()) - 1
    document = json.loads(body)
    several = (
        document.get(key)
        for key in ("results", "features", "changes", "columns", "countries", "layers", "tilesets", "mementos")
    )
    return next((len(one) for one in several if one is not None), len(document))


def test_every_operation_works_as_it_is_filled_in(api: Any) -> None:
    every = [*operations(openapi()), *operations(api.json("/ogc/api?f=json"), "/ogc")]
    for operation in every:
        address = f"{operation.filled()}?{urlencode(list(filled_in(operation)))}"
        if operation.method == "get":
            response = api.get(address)
            while response.status_code == 302:
                response = api.get(response["Location"].removeprefix("http://testserver"))
        else:
            media = operation.described["requestBody"]["content"]["application/json"]
            body = media.get("example") or media["schema"]["example"]
            response = api.post(operation.filled(), body, content_type="application/json")
        if response.status_code == 204 and operation.path.endswith(".mvt"):
            # The seed has no located record of this kind.
            continue
        answer = content(response)
        assert response.status_code == 200, (operation.name, address, answer[:300])
        assert records(answer, response["Content-Type"]) > 0, (operation.name, address)
    assert len(every) > 150
