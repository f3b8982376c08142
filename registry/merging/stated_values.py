"""Keeps a value that does not stay as what its source states: in a citation of the record that remains."""

from dataclasses import dataclass
from typing import Any

from django.db import models

from registry.merging.differences import Difference, is_unknown
from registry.merging.names import name_column_of
from registry.models import Citation
from registry.models.base import Record
from registry.vocabularies import CitationRelation


@dataclass(frozen=True)
class Statement:
    """A value that does not stay, and the citations that will state it; none where only the history keeps it."""

    field: str
    value: Any
    citations: tuple[Citation, ...]


def citation_column_of(model: type[Record]) -> str | None:
    """Name the column by which citations point at a kind of record; None for what nobody cites."""
    return next(
        (
            field.name
            for field in Citation._meta.concrete_fields
            if isinstance(field, models.ForeignKey) and field.related_model is model and field.name != "source"
        ),
        None,
    )


def statements(record: Record, difference: Difference, values: dict[str, Any]) -> list[Statement]:
    """Describe what will keep the values of one side: the citations of each field, else that of the only source of the record.

    Where several sources support the record as a whole, it is unknown which of them states the value.
    """
    found = []
    model = type(record)
    column = citation_column_of(model)
    for name, value in difference.stated(values):
        if name == model.label_field and name_column_of(model):
            continue  # It stays as another name.
        cites = [c for c in _citations(record, column) if c.relation != CitationRelation.CONTRADICTS and c.stated_value is None]
        of_field = tuple(c for c in cites if name in c.fields)
        of_whole = [c for c in cites if not c.fields]
        only = tuple(of_whole[:1]) if len({c.source_id for c in of_whole}) == 1 else ()
        found.append(Statement(name, value, of_field or only))
    return found


def _citations(record: Record, column: str | None) -> list[Citation]:
    return list(Citation.objects.filter(**{column: record.pk})) if column else []


def keep_stated(record: Record, difference: Difference, values: dict[str, Any], *, against: dict[str, Any]) -> None:
    """Let the citations of one side state its values, as contradictions where `against` says something else."""
    for statement in statements(record, difference, values):
        relation = CitationRelation.MENTIONS if is_unknown(against[statement.field]) else CitationRelation.CONTRADICTS
        for citation in statement.citations:
            one = citation if citation.fields == [statement.field] else _beside(citation, record, statement.field)
            one.fields, one.relation, one.stated_value = [statement.field], relation, statement.value
            one.save()


def _beside(citation: Citation, record: Record, field: str) -> Citation:
    """Make a citation of one field beside one that carries more, and take the field from that."""
    if field in citation.fields:
        citation.fields = [entry for entry in citation.fields if entry != field]
        citation.save()
    return Citation(
        source_id=citation.source_id,
        locator=citation.locator,
        confidence=citation.confidence,
        **{str(citation_column_of(type(record))): record},
    )


def cite_as_other_name(record: Record, name: str) -> None:
    """Let the citations of a record's own name carry it as another name, which it becomes."""
    label = record.label_field
    for citation in _citations(record, citation_column_of(type(record))):
        if label in citation.fields and citation.relation == CitationRelation.SUPPORTS:
            kept = [entry for entry in citation.fields if entry != label]
            citation.fields = [*kept, f"names:{name}"]
            citation.save()
