"""The records that rows refer to by a slug, a uid, an external id or a name."""

from typing import Any

from imports.columns import referred
from imports.derived import texts_of
from imports.plan.matches import drop_refused
from imports.plan.steps import AFTER, Work
from registry.kinds import RecordKind, kind_named
from registry.models import Organization
from registry.sql import Sql, identifier, joined, sql

_UID = "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"
#: How many records are named where a text means several.
_SHOWN = 5


def find_references(work: Work) -> None:
    """Make `import_fresh`, keys for the rows themselves; `import_reference`, what texts mean; and `import_holder`."""
    _give_keys(work)
    _find_holders(work)
    wanted = texts_of(work.table, _kind_referred)
    work.do("CREATE TEMP TABLE import_reference (kind text, text text, id bigint, found int, shown text) ON COMMIT DROP")
    work.do(
        "CREATE TEMP TABLE import_wanted (row_id bigint, line bigint, is_ours bool, column_name text, kind text, text text)"
        " ON COMMIT DROP"
    )
    if not wanted:
        return
    work.do(
        """
        INSERT INTO import_wanted SELECT r.id, r.line, r.run_id = {run}, w.column_name, w.kind, w.text
        FROM registry_importrow r CROSS JOIN LATERAL ({wanted}) w
        WHERE r.is_sound AND w.text <> '' AND {known}
        """,
        wanted=wanted,
        known=_of_this_data_set(work),
    )
    for (kind,) in work.ask("SELECT DISTINCT kind FROM import_wanted ORDER BY 1"):
        _resolve(work, kind_named(kind))
    work.do("CREATE UNIQUE INDEX ON import_reference (kind, text)")
    work.analyze("reference", "wanted")


def refuse_references(work: Work) -> None:
    """Reject rows that refer to nothing, or to one of several."""
    work.problem(
        """
        SELECT w.row_id, w.line, CASE WHEN k.found = 0 THEN 'reference-unknown' ELSE 'reference-ambiguous' END, w.column_name,
            left(w.text, 200), CASE WHEN k.found = 0 THEN 'The registry has no ' || replace(w.kind, '_', ' ') || ' “'
                || left(w.text, 100) || '”.'
                ELSE k.found || ' records are called “' || left(w.text, 100) || '”: ' || k.shown || '.' END,
            CASE WHEN k.found = 0 THEN 'Load it first, or write its slug, uid, external id or name.'
                ELSE 'Write the slug or uid of the one that is meant.' END, true
        FROM import_wanted w JOIN import_reference k USING (kind, text) WHERE w.is_ours AND k.found <> 1 ORDER BY w.line
        """
    )
    drop_refused(work)


def refuse_those_of_refused(work: Work) -> None:
    """Reject rows that refer to a row of the file that cannot be loaded itself, and those that refer to them in turn."""
    while work.problem(
        """
        SELECT DISTINCT w.row_id, w.line, 'reference-refused', w.column_name, left(w.text, 200),
            'This means row ' || f.line || ', which cannot be loaded.', 'Fix that row.', true
        FROM import_wanted w JOIN import_reference k USING (kind, text) JOIN import_fresh f ON f.id = k.id AND w.kind = {target}
        JOIN import_incoming i ON i.row_id = w.row_id
        WHERE f.is_new AND NOT EXISTS (SELECT FROM import_outgoing o WHERE o.row_id = f.row_id)
        ORDER BY w.line
        """,
        target=work.table.target,
    ):
        drop_refused(work)
        work.do("DELETE FROM import_outgoing WHERE row_id NOT IN (SELECT row_id FROM import_incoming)")


def _kind_referred(field: Any) -> str:
    kind = referred(field)
    return kind.name if kind else ""


def names_organization(field: Any) -> str:
    """Return the kind of an organization that a column names."""
    return "organization" if field.related_model is Organization else ""


def _of_this_data_set(work: Work) -> Sql:
    """Return the condition that a row belongs to this run, or to an earlier one of the data set, with which it is compared."""
    return work.sql(
        "r.run_id IN (SELECT {run} UNION SELECT n.id FROM registry_importrun n WHERE n.source_id = {source}"
        " AND n.target = {target} AND n.kind = {kind} AND n.state IN ('loaded', 'undone'))",
        target=work.table.target,
        kind=work.run.kind,
    )


def _give_keys(work: Work) -> None:
    """Give each row the key of its record, or of the one that it makes: rows of one file may refer to each other."""
    label = sql("r.mapped->>{label}", label=work.table.label) if work.table.label else sql("NULL")
    work.do(
        """
        CREATE TEMP TABLE import_fresh ON COMMIT DROP AS
        SELECT r.id AS row_id, r.line, r.scheme, r.value, {label} AS label, e.{owner} IS NULL AS is_new,
            COALESCE(e.{owner}, nextval(pg_get_serial_sequence({name}, 'id'))) AS id
        FROM registry_importrow r LEFT JOIN registry_externalid e ON e.scheme = r.scheme AND e.value = r.value
        WHERE r.run_id = {run} AND r.is_sound
        """,
        label=label,
        name=work.table.name,
    )
    work.do("CREATE UNIQUE INDEX ON import_fresh (row_id)")
    work.analyze("fresh")


def _resolve(work: Work, kind: RecordKind) -> None:
    """Find what the texts of a kind mean: a slug or uid, else an external id, else a name, else a row of this file."""
    label = kind.model.label_field  # type: ignore[attr-defined]
    ways = [
        sql("SELECT w.text, 1, d.id FROM want w JOIN {table} d ON lower(d.slug) = lower(w.text)", table=identifier(kind.table)),
        sql(
            "SELECT w.text, 1, d.id FROM want w JOIN {table} d ON d.uid = CASE WHEN w.text ~ {uid} THEN w.text::uuid END",
            table=identifier(kind.table),
            uid=_UID,
        ),
        sql(
            "SELECT w.text, 2, e.{owner} FROM want w JOIN registry_externalid e ON e.{owner} IS NOT NULL AND (e.value = w.text"
            " OR (e.scheme = split_part(w.text, ':', 1) AND e.value = substr(w.text, strpos(w.text, ':') + 1)))",
            owner=identifier(f"{kind.name}_id"),
        ),
    ]
    if kind.named:
        ways.append(
            sql(
                "SELECT w.text, 3, n.{owner} FROM want w JOIN registry_name n ON n.{owner} IS NOT NULL"
                " AND n.folded = registry_fold_name(w.text)",
                owner=identifier(f"{kind.name}_id"),
            )
        )
    elif label != "slug":
        same = "SELECT w.text, 3, d.id FROM want w JOIN {table} d ON lower(d.{label}) = lower(w.text)"
        ways.append(sql(same, table=identifier(kind.table), label=identifier(label)))
    if kind.name == "license":
        ways.append(sql("SELECT w.text, 2, d.id FROM want w JOIN registry_license d ON d.number = w.text"))
    if after := work.run.options.get(AFTER):
        ways.append(_of_earlier_parts(kind, after))
    own = [
        sql(
            "SELECT w.text, 4, f.id FROM want w JOIN import_fresh f ON w.text IN (f.value, f.scheme || ':' || f.value)"
            " OR lower(f.label) = lower(w.text)"
        )
    ]
    work.do(
        """
        INSERT INTO import_reference
        WITH want AS MATERIALIZED (SELECT DISTINCT text FROM import_wanted WHERE kind = {kind}),
        hits (text, rank, id) AS (
            SELECT h.text, h.rank, COALESCE(d.merged_into_id, h.id) FROM ({ways}) h (text, rank, id)
            LEFT JOIN {table} d ON d.id = h.id WHERE d.record_status IS DISTINCT FROM 'withdrawn'),
        best AS (SELECT DISTINCT h.text, h.id FROM hits h
            WHERE h.rank = (SELECT min(o.rank) FROM hits o WHERE o.text = h.text))
        SELECT {kind}, w.text, min(b.id), count(b.id)::int,
            left(string_agg(COALESCE(d.slug, 'a row of this file'), ', ' ORDER BY d.slug), 300)
        FROM want w LEFT JOIN best b USING (text) LEFT JOIN {table} d ON d.id = b.id GROUP BY w.text
        """,
        kind=kind.name,
        table=identifier(kind.table),
        ways=joined(" UNION ALL ", ways + (own if kind.name == work.table.target else [])),
    )
    work.do("UPDATE import_reference SET id = NULL WHERE found <> 1")


def _of_earlier_parts(kind: RecordKind, runs: list[int]) -> Sql:
    """Look in the rows of the same file that are checked for another kind: their records have no key before they are loaded."""
    label = kind.model.label_field  # type: ignore[attr-defined]
    return sql(
        "SELECT w.text, 4, -r.id FROM want w JOIN registry_importrow r ON r.is_sound"
        " AND (w.text IN (r.value, r.scheme || ':' || r.value) OR lower(r.mapped->>{label}) = lower(w.text))"
        " JOIN registry_importrun n ON n.id = r.run_id AND n.target = {kind} AND n.state = 'checked' WHERE n.id = ANY ({runs})",
        label=label,
        kind=kind.name,
        runs=runs,
    )


def _find_holders(work: Work) -> None:
    """Make `import_holder`: the organizations that the rows name; those that the registry lacks get a key already."""
    named = texts_of(work.table, names_organization)
    if not named:
        return
    own = (
        sql("UNION ALL SELECT lower(btrim(f.label)), f.id FROM import_fresh f WHERE f.label <> ''")
        if work.table.target == "organization"
        else sql("")
    )
    work.do(
        """
        CREATE TEMP TABLE import_holder ON COMMIT DROP AS
        SELECT h.*, COALESCE(n.id, nextval(pg_get_serial_sequence('registry_organization', 'id'))) AS id, n.id IS NULL AS is_new
        FROM (SELECT DISTINCT ON (lower(btrim(x.text))) lower(btrim(x.text)) AS folded, btrim(x.text) AS name, r.line,
                r.id AS row_id
            FROM registry_importrow r CROSS JOIN LATERAL ({named}) x
            WHERE {known} AND r.is_sound AND btrim(x.text) <> '' ORDER BY 1, r.run_id <> {run}, r.line, 2) h
        LEFT JOIN (SELECT folded, min(id) AS id FROM (
            SELECT lower(text) AS folded, organization_id AS id FROM registry_name WHERE organization_id IS NOT NULL
            UNION ALL SELECT lower(slug), COALESCE(merged_into_id, id) FROM registry_organization
            UNION ALL SELECT uid::text, COALESCE(merged_into_id, id) FROM registry_organization {own}) o GROUP BY 1) n
            USING (folded)
        """,
        named=named,
        known=_of_this_data_set(work),
        own=own,
    )
    work.do("CREATE UNIQUE INDEX ON import_holder (folded)")
    work.analyze("holder")
