"""Everything that a merge can touch, as it stands: to compare before a merge with after it was taken back."""

from typing import Any

from django.db import connection, models

from registry.merging.ledger import compared, is_kept, reached
from registry.merging.relations import relations_of
from registry.models import Judgement


def rows_of(model: type[models.Model]) -> dict[str, list[str]]:
    """Read the curated columns of every row of every table that a merge of this kind can write."""
    tables: dict[Any, list[str]] = {table: compared(table) for table in reached(model) if table is not Judgement}
    tables |= {r.model: [r.field.column] for r in relations_of(model) if not is_kept(r.model) and r.model is not Judgement}
    found = {}
    with connection.cursor() as cursor:
        for table, columns in tables.items():
            named = ", ".join(f'"{column}"' for column in columns)
            cursor.execute(f'SELECT ROW(id, {named})::text FROM "{table._meta.db_table}" ORDER BY id')
            found[table._meta.db_table] = [text for (text,) in cursor.fetchall()]
    return found
