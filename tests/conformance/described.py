"""The two OpenAPI descriptions, as tests walk over them: the committed one of the API, and the one that /ogc/api serves."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

Schema = dict[str, Any]


@dataclass(frozen=True)
class Operation:
    """An operation with its parameters; `path` has placeholders."""

    method: str
    path: str
    described: Schema
    parameters: tuple[Schema, ...]

    @property
    def name(self) -> str:
        return str(self.described["operationId"])

    def filled(self) -> str:
        """Give the path with the example of each parameter in it."""
        return self.path.format_map({p["name"]: p["example"] for p in self.parameters if p["in"] == "path"})

    def query(self) -> list[Schema]:
        return [parameter for parameter in self.parameters if parameter["in"] == "query"]


@cache
def openapi() -> Schema:
    """Read the committed description."""
    text = (Path(__file__).resolve().parents[2] / "openapi.yaml").read_text()
    return yaml.load(text, yaml.CSafeLoader)  # type: ignore[no-any-return]


def operations(document: Schema, base: str = "") -> Iterator[Operation]:
    """Give every operation of a description, with references to parameters resolved."""
    shared = document["components"]["parameters"]
    for path, methods in document["paths"].items():
        for method, described in methods.items():
            parameters = (shared[p["$ref"].rpartition("/")[2]] if "$ref" in p else p for p in described.get("parameters", ()))
            yield Operation(method, f"{base}{path}", described, tuple(parameters))


def content(response: Any) -> bytes:
    """Give the body, streamed or not."""
    return b"".join(response.streaming_content) if response.streaming else response.content
