"""An undo of a loaded run by the history: as a whole, except for records that something has changed since.

What runs wrote to a record is a stack: each outcome (`new` or `changed`) that is not taken back lies above the earlier ones. An
undo takes back the top alone. A record then has the content of the version before, under a new number, and the outcomes that
stated the old number are given the new one: "changed since" compares contents, not how many versions there have been. An
outcome that an earlier undo had to leave, because a later run lay above it, is taken back as soon as it is on top.
"""

from dataclasses import dataclass, replace
from typing import Any, LiteralString

from imports.plan.steps import Work
from imports.tables import named
from imports.write.organizations import remove_organizations
from imports.write.references import hold_by_those_left, references, unless_it_goes
from registry import models as m
from registry.models import ImportRun
from registry.sql import Sql, identifier, joined, sql

#: How many records that were left alone are listed by name.
_LISTED = 1_000
#: Why a record is left alone that a take-back has made of the record to which the import wrote.
_SPLIT = (
    "changed since: a merge was taken back that this import had been loaded above. Correct the record by hand; to undo an"
    " import as a whole, undo it before the merges below it"
)


@dataclass(frozen=True)
class Undone:
    """What an undo did: records withdrawn, deleted (never published), restored, and left alone."""

    withdrawn: int
    deleted: int
    restored: int
    left: int
    #: Slug and reason of records left alone, the first of them.
    left_alone: tuple[tuple[str, str], ...]

    @property
    def counts(self) -> dict[str, int]:
        """Return the numbers alone."""
        return {"withdrawn": self.withdrawn, "deleted": self.deleted, "restored": self.restored, "left": self.left}

    def __str__(self) -> str:
        """State the numbers."""
        return f"{self.withdrawn:,} withdrawn, {self.deleted:,} deleted, {self.restored:,} restored, {self.left:,} not changed"


def undo(work: Work) -> Undone:
    """Take back what the run wrote; the caller holds the transaction and the context of the history."""
    work.do("DROP TABLE IF EXISTS pg_temp.import_taken")
    work.do("""
        CREATE TEMP TABLE import_taken (record_id bigint PRIMARY KEY, status varchar, is_held boolean NOT NULL DEFAULT false)
        ON COMMIT DROP
    """)
    work.progress("taking back", 0, 3)
    _find(work, "true")
    left = work.ask("""
        SELECT d.slug, u.why FROM import_undo u JOIN {table} d ON d.id = u.record_id WHERE u.why <> '' ORDER BY d.id
    """)
    _take_back(work)
    work.do("""
        UPDATE registry_importoutcome SET taken_back = true
        WHERE run_id = {run} AND record_id NOT IN (SELECT record_id FROM import_undo WHERE why <> '')
    """)
    work.progress("taking back", 1, 3)
    while (run := _on_top_again(work)) is not None:
        earlier = replace(work, run=run)
        _find(earlier, "o.record_id IN (SELECT record_id FROM import_taken WHERE NOT is_held)")
        _take_back(earlier)
    work.progress("taking back", 2, 3)
    remove_organizations(work)
    work.do("SET CONSTRAINTS ALL IMMEDIATE")
    work.do("SET CONSTRAINTS ALL DEFERRED")
    withdrawn, deleted, restored = _counted(work)
    work.do("DROP TABLE import_undo, import_taken")
    return Undone(withdrawn, deleted, restored, len(left), tuple((str(slug), str(why)) for slug, why in left[:_LISTED]))


def _counted(work: Work) -> tuple[int, int, int]:
    """Count what became of the records from before the undo to after it, however many runs it took back."""
    [(withdrawn, deleted, restored)] = work.ask("""
        SELECT count(*) FILTER (WHERE goes), count(*) FILTER (WHERE id IS NULL),
            count(*) FILTER (WHERE id IS NOT NULL AND NOT goes)
        FROM (SELECT d.id, COALESCE(d.record_status = 'withdrawn' AND t.status <> 'withdrawn', false) AS goes
              FROM import_taken t LEFT JOIN {table} d ON d.id = t.record_id) t
    """)
    return withdrawn, deleted, restored


def _on_top_again(work: Work) -> ImportRun | None:
    """Return the latest undone run whose work on a record, left alone by its own undo, is now the record's content."""
    found = work.ask(
        """
        SELECT max(o.run_id) FROM registry_importoutcome o JOIN registry_importrun n ON n.id = o.run_id
        JOIN import_taken t ON t.record_id = o.record_id AND NOT t.is_held
        JOIN {table} d ON d.id = o.record_id AND d.version = o.version
        WHERE n.state = 'undone' AND n.target = {target} AND o.outcome IN ('new', 'changed') AND NOT o.taken_back
        """,
        target=work.table.target,
    )
    return ImportRun.objects.defer("report").filter(pk=found[0][0]).first()


def _take_back(work: Work) -> None:
    """Take back the records of `import_undo` that nothing holds, and note which version each outcome means from now on."""
    work.do("""
        INSERT INTO import_taken (record_id, status) SELECT d.id, d.record_status FROM {table} d
        WHERE d.id IN (SELECT record_id FROM import_undo WHERE why = '') ON CONFLICT DO NOTHING
    """)
    work.do("UPDATE import_taken SET is_held = true WHERE record_id IN (SELECT record_id FROM import_undo WHERE why <> '')")
    _restore(work)
    _remove(work)
    work.do("""
        UPDATE registry_importoutcome SET taken_back = true
        WHERE run_id = {run} AND record_id IN (SELECT record_id FROM import_undo WHERE why = '')
    """)
    work.do(
        """
        UPDATE registry_importoutcome o SET version = d.version
        FROM import_undo u JOIN {table} d ON d.id = u.record_id CROSS JOIN registry_importrun n
        WHERE u.why = '' AND o.record_id = u.record_id AND n.id = o.run_id AND n.target = {target}
            AND (o.run_id = {run} OR o.version = u.version_before)
        """,
        target=work.table.target,
    )
    # A merge that is taken back afterwards finds the record that stays as it left it.
    work.do(
        """
        UPDATE registry_judgement j SET stays_version = d.version FROM import_undo u JOIN {table} d ON d.id = u.record_id
        WHERE u.why = '' AND j.kind = {target} AND u.record_id IN (j.one_id, j.other_id) AND u.record_id <> j.gone_id
            AND j.stays_version = u.version_before
        """,
        target=work.table.target,
    )


def _children(work: Work) -> list[tuple[type[Any], str]]:
    """List the tables whose rows an import writes below a record, each with the column that names the record."""
    tables: list[tuple[type[Any], str]] = [(rows.model, rows.owner) for rows in work.table.lists]
    tables += [(m.Citation, f"{work.table.cited_as}_id")] if work.table.cited else []
    tables += [(m.Name, f"{work.table.owner}_id")] if work.table.named else []
    tables.append((m.ExternalId, f"{work.table.owner}_id"))
    return list(dict.fromkeys(tables))


def _find(work: Work, chosen: LiteralString) -> None:
    """Make `import_undo`: the records of the run that are `chosen`, and why one is left alone (empty if it is not)."""
    below = {(model._meta.db_table, owner) for model, owner in _children(work)}
    referred = (
        sql(
            "WHEN goes AND EXISTS (SELECT FROM {other} x WHERE x.{column} = o.record_id {unless}) THEN {words}",
            other=identifier(other),
            column=identifier(column),
            unless=unless_it_goes(work, other),
            words=f"{_words(other)} refers to it",
        )
        for other, column in references(work, work.table.name, below)
    )
    disagrees = work.sql(
        """EXISTS (SELECT FROM registry_disagreementmember x
        JOIN registry_citationhistory h ON h.pgh_obj_id = x.citation_id
        WHERE h.pgh_context_id = {context} AND h.pgh_label = 'insert' AND h.{cited} = o.record_id)""",
        context=work.run.context,
    )
    work.do("DROP TABLE IF EXISTS pg_temp.import_undo")
    work.do(
        """
        CREATE TEMP TABLE import_undo ON COMMIT DROP AS
        SELECT o.record_id, o.is_new, d.published_at IS NOT NULL AS was_public, b.version AS version_before,
            CASE WHEN d.version <> o.version THEN CASE
                    WHEN d.record_status = 'merged' THEN 'it was merged since: take the merge back first'
                    WHEN EXISTS (SELECT FROM {history} h WHERE h.pgh_obj_id = o.record_id AND h.version > o.version
                        AND h.pgh_context ? 'take_back') THEN {split} ELSE 'changed since' END {referred}
                 WHEN {disagrees} THEN 'a disagreement names its citation' ELSE '' END AS why
        FROM (SELECT record_id, bool_or(outcome = 'new') AS is_new, max(version) AS version FROM registry_importoutcome o
              WHERE run_id = {run} AND outcome IN ('new', 'changed') AND NOT taken_back AND {chosen} GROUP BY 1) o
        JOIN {table} d ON d.id = o.record_id
        LEFT JOIN LATERAL (SELECT h.version, h.record_status FROM {history} h
            WHERE h.pgh_obj_id = o.record_id AND h.pgh_id < (SELECT min(f.pgh_id) FROM {history} f
                WHERE f.pgh_obj_id = o.record_id AND f.pgh_context_id = {context})
            ORDER BY h.pgh_id DESC LIMIT 1) b ON true
        CROSS JOIN LATERAL (SELECT o.is_new OR (b.record_status = 'withdrawn' AND d.record_status <> 'withdrawn') AS goes) g
        """,
        referred=joined(" ", referred),
        disagrees=disagrees if work.table.cited else sql("false"),
        chosen=sql(chosen),
        history=_history(work.table.model),
        split=_SPLIT,
        context=work.run.context,
    )
    work.do("CREATE UNIQUE INDEX ON import_undo (record_id)")
    work.do("ANALYZE import_undo")
    hold_by_those_left(work)


def _words(table: str) -> str:
    names = {model._meta.db_table: str(model._meta.verbose_name) for model in m.Deposit._meta.apps.get_models()}
    return f"another {names[table]}" if table in names else f"a row of {table}"


def _history(model: type[Any]) -> Sql:
    return identifier(f"{model._meta.db_table}history")


def _columns(model: type[Any]) -> list[str]:
    """List the columns that history keeps and a table takes."""
    kept = {f.column for f in model._meta.get_field("history").related_model._meta.concrete_fields}
    return [f.column for f in model._meta.concrete_fields if f.column in kept]


def _restore(work: Work) -> None:
    """Bring changed records back to what they were: rows below them first, then their columns."""
    chosen = sql("SELECT record_id FROM import_undo WHERE why = '' AND NOT is_new")
    for model, owner in _children(work):
        _restore_rows(work, model, owner, chosen)
    columns = ["record_status", *work.table.db_columns]
    work.do(
        """
        UPDATE {table} d SET ({columns}) = ROW({before})
        FROM (SELECT DISTINCT ON (h.pgh_obj_id) h.* FROM {history} h
              JOIN (SELECT pgh_obj_id, min(pgh_id) AS first FROM {history} WHERE pgh_context_id = {context} GROUP BY 1) o
                  USING (pgh_obj_id)
              WHERE h.pgh_obj_id IN ({chosen}) AND h.pgh_id < o.first ORDER BY h.pgh_obj_id, h.pgh_id DESC) b
        WHERE b.pgh_obj_id = d.id
        """,
        columns=named(columns),
        before=named(columns, "b"),
        history=_history(work.table.model),
        context=work.run.context,
        chosen=chosen,
    )


def _restore_rows(work: Work, model: type[Any], owner: str, chosen: Sql) -> None:
    """Delete the rows that the run added to records, and bring back those that it deleted or changed."""
    columns = _columns(model)
    changed = [column for column in columns if column != "id"]
    fields = {
        "rows": identifier(model._meta.db_table),
        "history": _history(model),
        "ours": sql(
            "h.pgh_context_id = {context} AND h.{below} IN ({chosen})",
            context=work.run.context,
            below=identifier(owner),
            chosen=chosen,
        ),
        "columns": named(columns),
        "changed": named(changed),
        "before": named(changed, "b"),
    }
    work.do(
        "DELETE FROM {rows} WHERE id IN (SELECT h.pgh_obj_id FROM {history} h WHERE h.pgh_label = 'insert' AND {ours})",
        **fields,
    )
    work.do(
        "INSERT INTO {rows} ({columns}) SELECT {columns} FROM {history} h WHERE h.pgh_label = 'delete' AND {ours}"
        " AND NOT EXISTS (SELECT FROM {rows} t WHERE t.id = h.id) ON CONFLICT DO NOTHING",
        **fields,
    )
    work.do(
        """
        UPDATE {rows} t SET ({changed}) = ROW({before})
        FROM (SELECT h.pgh_obj_id, min(h.pgh_id) AS first FROM {history} h WHERE h.pgh_label = 'update' AND {ours} GROUP BY 1) o
        CROSS JOIN LATERAL (SELECT * FROM {history} e WHERE e.pgh_obj_id = o.pgh_obj_id AND e.pgh_id < o.first
            ORDER BY e.pgh_id DESC LIMIT 1) b
        WHERE t.id = o.pgh_obj_id
        """,
        **fields,
    )


def _remove(work: Work) -> None:
    """Withdraw made records that were public, delete those that never were."""
    gone = sql("SELECT record_id FROM import_undo WHERE why = '' AND is_new AND NOT was_public")
    for model, owner in _children(work):
        rows = identifier(model._meta.db_table)
        work.do("DELETE FROM {rows} WHERE {below} IN ({gone})", rows=rows, below=identifier(owner), gone=gone)
    work.do("DELETE FROM {table} WHERE id IN ({gone})", gone=gone)
    work.do("""
        UPDATE {table} SET record_status = 'withdrawn'
        WHERE id IN (SELECT record_id FROM import_undo WHERE why = '' AND is_new AND was_public)
    """)
