"""The description of the addresses of versions, made from that of the record."""

from api.resources.resource import Resource
from api.rest.memento import TimeGateView, TimeMapView
from api.rest.parameter_schema import Schema, parameter


def memento_operation(resource: Resource, detail: Schema) -> Schema:
    """Describe a version as the record is described, by the time at which it began."""
    began = parameter(
        "began",
        {"type": "string"},
        "Time at which the version began, as the list of versions has it; any other time leads there.",
        where="path",
        example="2100-01-01T00:00:00Z",
    )
    shared = [one for one in detail["parameters"] if one["name"] not in ("lang", "on", "as_of")]
    return {
        **detail,
        "operationId": detail["operationId"].replace("Retrieve", "Memento"),
        "summary": f"A version of one of the {resource.name.replace('-', ' ')} (Memento)",
        "description": "What it showed from a time on, limited to what is public now.",
        "parameters": [*shared[:1], began, *shared[1:]],
    }


def versions_operation(view: TimeGateView | TimeMapView, own: Schema, detail: Schema) -> Schema:
    """Add to what a view declares the record that it is about."""
    kind = "TimeGate" if isinstance(view, TimeGateView) else "TimeMap"
    operation = detail["operationId"].replace("Retrieve", kind)
    return {
        **own,
        "operationId": operation,
        "tags": detail["tags"],
        "parameters": [detail["parameters"][0], *own["parameters"]],
    }
