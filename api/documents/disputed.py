"""The steps that render a record again when it becomes disputed or no longer is, and a disagreement when its sides show."""

from collections.abc import Iterator

from api.documents.models import fields_of, table_of
from api.resources.concerns import Disputed
from api.resources.disagreements import SidesSeen
from api.resources.fields import RenderedFromChildren
from api.resources.resource import Resource, all_resources
from registry.derived.objects import DerivedFunction
from registry.derived.steps import WRITES, Layer, Operation, Step, after
from registry.models import Concern


def derived() -> tuple[list[Step], list[DerivedFunction]]:
    """Return the steps of the chains from disagreements to records."""
    return list(_steps()), []


def _steps() -> Iterator[Step]:
    shown = [
        (resource, declared)
        for resource in all_resources()
        for declared in fields_of(resource.summary()).values()
        if isinstance(declared, (Disputed, SidesSeen))
    ]
    bodies = {
        operation: "\n".join(_refresh(resource, declared, operation) for resource, declared in shown) for operation in WRITES
    }
    return after(
        table_of(Concern),
        Layer.DOCUMENTS,
        "refresh_disputed",
        "render again the documents that say whether a record is disputed, or how many sides readers see",
        bodies,
        reads=("about", "is_public", *(f"{resource.kind}_id" for resource, _ in shown)),
        variables="touched bigint[];",
    )


def _refresh(resource: Resource, declared: RenderedFromChildren, operation: Operation) -> str:
    kind = resource.kind
    concerned = "true" if isinstance(declared, SidesSeen) else f"about = '{kind}'"
    ids = " UNION ".join(f"SELECT {kind}_id FROM {rows} WHERE {concerned}" for rows in operation.transition.values())
    return (
        f"touched := ARRAY({ids}); IF cardinality(touched) > 0 THEN"
        f" UPDATE {resource.table} r SET document = NULL WHERE r.id = ANY (touched) AND"
        f" (r.document->>'{declared.field_name}')::{declared.sql_type} IS DISTINCT FROM {declared.sql('r', resource.model)};"
        " END IF;"
    )
