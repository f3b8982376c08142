"""Keeps a value that does not stay as what its source states: in a citation of the record that remains."""

from collections import defaultdict
from collections.abc import Iterable
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


class Cited:
    """The citations of some records of one kind: read at once, changed here, and written at once."""

    def __init__(self, model: type[Record], keys: Iterable[int]) -> None:
        """Read the citations of the records with these keys."""
        self._model = model
        self._column = citation_column_of(model)
        self._of: dict[int, list[Citation]] = defaultdict(list)
        self._narrowed: dict[int, Citation] = {}
        self._stating: dict[int, Citation] = {}
        self._new: list[Citation] = []
        if self._column:
            for citation in Citation.objects.filter(**{f"{self._column}__in": list(keys)}):
                self._of[getattr(citation, f"{self._column}_id")].append(citation)

    def statements(self, record: Record, difference: Difference, values: dict[str, Any]) -> list[Statement]:
        """Describe what will keep the values of one side: the citations of each field, else that of the only source.

        Where several sources support the record as a whole, it is unknown which of them states the value.
        """
        found = []
        for name, value in difference.stated(values):
            if name == self._model.label_field and name_column_of(self._model):
                continue  # It stays as another name.
            cites = [c for c in self._of[record.pk] if c.relation != CitationRelation.CONTRADICTS and c.stated_value is None]
            of_field = tuple(c for c in cites if name in c.fields)
            of_whole = [c for c in cites if not c.fields]
            only = tuple(of_whole[:1]) if len({c.source_id for c in of_whole}) == 1 else ()
            found.append(Statement(name, value, of_field or only))
        return found

    def keep_stated(self, record: Record, difference: Difference, values: dict[str, Any], *, against: dict[str, Any]) -> None:
        """Let the citations of one side state its values, as contradictions where `against` says something else."""
        for statement in self.statements(record, difference, values):
            relation = CitationRelation.MENTIONS if is_unknown(against[statement.field]) else CitationRelation.CONTRADICTS
            for citation in statement.citations:
                one = citation if citation.fields == [statement.field] else self._beside(citation, record, statement.field)
                one.fields, one.relation, one.stated_value = [statement.field], relation, statement.value
                if one.pk:
                    self._stating[one.pk] = one

    def _beside(self, citation: Citation, record: Record, field: str) -> Citation:
        """Make a citation of one field beside one that carries more, and take the field from that."""
        if field in citation.fields:
            citation.fields = [entry for entry in citation.fields if entry != field]
            self._narrowed[citation.pk] = citation
        made = Citation(
            source_id=citation.source_id,
            locator=citation.locator,
            confidence=citation.confidence,
            **{f"{self._column}_id": record.pk},
        )
        self._new.append(made)
        self._of[record.pk].append(made)
        return made

    def carry_as_other_name(self, record: Record, name: str) -> None:
        """Let the citations of a record's own name carry it as another name, which it becomes."""
        label = record.label_field
        for citation in self._of[record.pk]:
            if label in citation.fields and citation.relation == CitationRelation.SUPPORTS:
                citation.fields = [*(entry for entry in citation.fields if entry != label), f"names:{name}"]
                self._narrowed[citation.pk] = citation

    def write(self) -> None:
        """Write what was changed: fields leave a citation before one beside it gets them."""
        narrowed = [citation for key, citation in self._narrowed.items() if key not in self._stating]
        Citation.objects.bulk_update(narrowed, ["fields"])
        Citation.objects.bulk_update(self._stating.values(), ["fields", "relation", "stated_value"])
        Citation.objects.bulk_create(self._new)
