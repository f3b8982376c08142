"""The other names that rows give to records."""

from imports.plan.steps import Work
from registry.sql import Sql, identifier, sql


def names_of(row: str) -> Sql:
    """Return the SELECT of the other names of a mapped row, as text, language and kind."""
    return sql(
        """
        SELECT DISTINCT left(n.text, 500) AS text, COALESCE(n.language, '') AS language, COALESCE(n.kind, 'alternate') AS kind
        FROM jsonb_to_recordset(CASE WHEN jsonb_typeof({mapped}->'other_names') = 'array'
            THEN {mapped}->'other_names' ELSE '[]' END) AS n(text text, language text, kind text) WHERE n.text <> ''
        """,
        mapped=identifier(row, "mapped"),
    )


def lacking_names(work: Work) -> Sql:
    """Return the SELECT of names that existing records lack: other names, and a name that differs from the record's own.

    A name that this data set gave before and that is gone now was taken away by a curator, and stays away.
    """
    return work.sql(
        """
        SELECT v.row_id, v.record_id, n.text, n.language, n.kind
        FROM import_compared v JOIN registry_importrow r ON r.id = v.row_id LEFT JOIN registry_importrow p ON p.id = v.last_row
        CROSS JOIN LATERAL ({given}
            UNION SELECT r.mapped->>{label}, '', 'alternate' WHERE v.{verdict} IN ('differs', 'known')) n
        WHERE NOT EXISTS (SELECT FROM registry_name h WHERE h.{owner} = v.record_id AND lower(h.text) = lower(n.text))
            AND NOT COALESCE(p.mapped->>{label} = n.text, false)
            AND NOT EXISTS (SELECT FROM ({before}) q WHERE q.text = n.text)
        """,
        given=names_of("r"),
        before=names_of("p"),
        label=work.table.label,
        verdict=identifier(f"v_{work.table.label}"),
    )


def gains_names(work: Work) -> Sql:
    """Return the condition that a row gives its record (`v`) names that it lacks."""
    if not work.table.named:
        return sql("false")
    return sql("v.row_id IN (SELECT row_id FROM ({lacking}) l)", lacking=lacking_names(work))
