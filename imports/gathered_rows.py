"""Rows of one record, put together: the first has the lists of all, and the others go no further."""

from typing import Any

from imports.targets import TABLES
from registry.models import ImportRun


def gather(cursor: Any, run: ImportRun) -> int:
    """Put the sound rows of one id together, and count those that became part of an earlier one."""
    table = TABLES[run.target]
    lists = ["other_names", *(rows.name for rows in table.lists)]
    cursor.execute(
        """
        CREATE TEMP TABLE import_gathered ON COMMIT DROP AS
        SELECT id, line, first_value(id) OVER (PARTITION BY scheme, value ORDER BY line, id) AS first
        FROM registry_importrow WHERE run_id = %s AND is_sound
        """,
        [run.pk],
    )
    cursor.execute(
        """
        UPDATE registry_importrow r SET mapped = r.mapped || g.lists, digest = md5((r.mapped || g.lists)::text)
        FROM (SELECT first, jsonb_object_agg(key, elements) AS lists FROM (
            SELECT n.first, e.key, jsonb_agg(x.value ORDER BY n.line) AS elements
            FROM import_gathered n JOIN registry_importrow q ON q.id = n.id CROSS JOIN LATERAL jsonb_each(q.mapped) e
            CROSS JOIN LATERAL jsonb_array_elements(CASE WHEN jsonb_typeof(e.value) = 'array' THEN e.value ELSE '[]' END) x
            WHERE e.key = ANY (%s) GROUP BY 1, 2) l GROUP BY first) g
        WHERE r.id = g.first
        """,
        [lists],
    )
    cursor.execute(
        "UPDATE registry_importrow r SET is_sound = false FROM import_gathered n WHERE n.id = r.id AND n.id <> n.first"
    )
    joined: int = cursor.rowcount
    cursor.execute("DROP TABLE import_gathered")
    return joined
