"""What follows from the chains of disagreements: records that become disputed are rendered again, responses about them too."""

from collections.abc import Iterator

from api.documents.models import fields_of, table_of
from api.resources.concerns import Disputed
from api.resources.disagreements import SidesSeen
from api.resources.fields import RenderedFromChildren
from api.resources.resource import Resource, all_resources
from registry.derived.objects import DerivedFunction
from registry.derived.steps import WRITES, Layer, Operation, Step, after
from registry.kinds import CONCERNED
from registry.models import Concern


def derived() -> tuple[list[Step], list[DerivedFunction]]:
    """Return the steps of the chains from disagreements to records."""
    return [*_rendering(), *_marking()], []


def _marking() -> Iterator[Step]:
    """Move the versions of the kinds that a public chain passes: a record may show one more that concerns it."""
    ends = ", ".join(f"('{kind.part_of or kind.name}', {kind.name}_id)" for kind in CONCERNED.values())
    passed = f"CROSS JOIN LATERAL (VALUES ('disagreement', disagreement_id), {ends}) v(kind, record)"
    bodies = {
        operation: "PERFORM registry_mark_change(k.kind) FROM ("
        + " UNION ".join(
            f"SELECT v.kind FROM {rows} {passed} WHERE is_public AND v.record IS NOT NULL"
            for rows in operation.transition.values()
        )
        + ") k;"
        for operation in WRITES
    }
    purpose = "make the responses again that show which disagreements concern a record"
    return after(table_of(Concern), Layer.DATA_VERSION, "mark_concerned", purpose, bodies, reads=("is_public",))


def _rendering() -> Iterator[Step]:
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
