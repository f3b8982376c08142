"""The first citation of a record carries all that is filled in, unless it says what it carries."""

from collections.abc import Iterable
from typing import Any

from django.db import connection
from django.utils.translation import gettext_lazy

from registry.entries import given_sql
from registry.kinds import kind_of_model
from registry.models import Citation
from registry.vocabularies import CitationRelation

HELP = gettext_lazy(
    "One per line: a field (location), a list (names), or one row of it "
    "(names:Kutessay-2, parties:lynas, commodities:Nb). Empty: the record as a "
    "whole; the first citation of a record then carries everything that is filled in."
)


def carry_everything(record: Any, added: Iterable[Any]) -> None:
    """Let a citation that was added without fields carry every field and row, if nothing else supports the record."""
    kind = kind_of_model(type(record))
    if kind is None or not kind.cited_as:
        return
    supporting = Citation.objects.filter(**{kind.cited_as: record.pk}, relation=CitationRelation.SUPPORTS)
    keys = [row.pk for row in added if isinstance(row, Citation)]
    if not keys or list(supporting.values_list("pk", "fields")) not in [[(key, [])] for key in keys]:
        return
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT {given_sql(kind.model, "r")} FROM "{kind.table}" r WHERE r.id = %s', [record.pk])
        (entries,) = cursor.fetchone()
    supporting.update(fields=entries)
