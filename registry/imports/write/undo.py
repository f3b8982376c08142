"""A loaded run, taken back by the history: as a whole, except for records that somebody has touched since."""

from dataclasses import dataclass
from typing import Any

from registry import models as m
from registry.imports.plan.steps import Work

#: How many records that were left alone are listed by name.
_LISTED = 1_000


@dataclass(frozen=True)
class Undone:
    """What was taken back: records withdrawn, deleted (never published), restored, and left alone with the reason."""

    withdrawn: int
    deleted: int
    restored: int
    left: int
    #: Slug and reason of records left alone, the first of them.
    left_alone: tuple[tuple[str, str], ...]

    @property
    def counts(self) -> dict[str, int]:
        """Give the numbers alone."""
        return {"withdrawn": self.withdrawn, "deleted": self.deleted, "restored": self.restored, "left": self.left}


def undo(work: Work) -> Undone:
    """Take back what the run wrote; the caller holds the transaction and the context of the history."""
    _find(work)
    work.progress("taking back", 1, 4)
    restored = _restore(work)
    work.progress("taking back", 2, 4)
    deleted, withdrawn = _remove(work)
    work.progress("taking back", 3, 4)
    _remove_organizations(work)
    work.do(f"""
        UPDATE registry_importoutcome o SET version = d.version FROM {work.table.name} d
        WHERE o.run_id = %(run)s AND o.outcome = 'new' AND d.id = o.record_id AND d.record_status = 'withdrawn'
    """)
    left = work.ask(f"""
        SELECT d.slug, u.why FROM import_undo u JOIN {work.table.name} d ON d.id = u.record_id WHERE u.why <> '' ORDER BY d.id
    """)
    work.do("SET CONSTRAINTS ALL IMMEDIATE")
    work.do("SET CONSTRAINTS ALL DEFERRED")
    work.do("DROP TABLE import_undo")
    return Undone(withdrawn, deleted, restored, len(left), tuple((str(slug), str(why)) for slug, why in left[:_LISTED]))


def _children(work: Work) -> list[tuple[type[Any], str]]:
    """List the tables whose rows an import writes below a record, with the column that points at it."""
    owner = f"{work.table.owner}_id"
    tables: list[type[Any]] = [rows.model for rows in work.table.lists]
    tables += [m.Citation] if work.table.cited else []
    tables += [m.Name] if work.table.named else []
    tables.append(m.ExternalId)
    return [(table, owner) for table in tables]


def _find(work: Work) -> None:
    """Make `import_undo`: the records of the run, and why one is left alone (empty if it is not)."""
    table = work.table.name
    referred = " ".join(
        f"WHEN o.is_new AND EXISTS (SELECT FROM {other} x WHERE x.{column} = o.record_id) THEN '{_words(other)} refers to it'"
        for other, column in references(work, table, {model._meta.db_table for model, _ in _children(work)})
    )
    disagrees = """EXISTS (SELECT FROM registry_disagreementmember x
        JOIN registry_citationhistory h ON h.pgh_obj_id = x.citation_id
        WHERE h.pgh_context_id = %(context)s AND h.pgh_label = 'insert' AND h.{owner} = o.record_id)"""
    cited = disagrees.format(owner=f"{work.table.owner}_id") if work.table.cited else "false"
    work.do("DROP TABLE IF EXISTS pg_temp.import_undo")
    work.do(
        f"""
        CREATE TEMP TABLE import_undo ON COMMIT DROP AS
        SELECT o.record_id, o.is_new, d.published_at IS NOT NULL AS was_public,
            CASE WHEN d.version <> o.version THEN 'changed since' {referred}
                 WHEN {cited} THEN 'a disagreement names its citation' ELSE '' END AS why
        FROM (SELECT record_id, bool_or(outcome = 'new') AS is_new, max(version) AS version FROM registry_importoutcome
              WHERE run_id = %(run)s AND outcome IN ('new', 'changed') GROUP BY 1) o
        JOIN {table} d ON d.id = o.record_id
        """,
        context=work.run.context,
    )
    work.do("CREATE UNIQUE INDEX ON import_undo (record_id)")
    work.do("ANALYZE import_undo")


def references(work: Work, table: str, but: set[str]) -> list[tuple[str, str]]:
    """List the columns of other tables that point at a table, as the database has them."""
    found = work.ask(
        """
        SELECT c.conrelid::regclass::text, a.attname FROM pg_constraint c
        JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
        WHERE c.contype = 'f' AND c.confrelid = %(table)s::regclass ORDER BY 1, 2
        """,
        table=table,
    )
    return [(other, column) for other, column in found if other not in but]


def _words(table: str) -> str:
    names = {model._meta.db_table: str(model._meta.verbose_name) for model in m.Deposit._meta.apps.get_models()}
    return f"another {names[table]}" if table in names else f"a row of {table}"


def _columns(model: type[Any]) -> list[str]:
    """List the columns that history keeps and a table takes."""
    kept = {f.column for f in model._meta.get_field("history").related_model._meta.concrete_fields}
    return [f.column for f in model._meta.concrete_fields if f.column in kept]


def _restore(work: Work) -> int:
    """Bring changed records back to what they were: rows below them first, then their columns."""
    chosen = "SELECT record_id FROM import_undo WHERE why = '' AND NOT is_new"
    for model, owner in _children(work):
        table, history = model._meta.db_table, f"{model._meta.db_table}history"
        names = ", ".join(f'"{column}"' for column in _columns(model))
        ours = f"h.pgh_context_id = %(context)s AND h.{owner} IN ({chosen})"
        work.do(
            f"DELETE FROM {table} WHERE id IN (SELECT h.pgh_obj_id FROM {history} h WHERE h.pgh_label = 'insert' AND {ours})",
            context=work.run.context,
        )
        work.do(
            f"INSERT INTO {table} ({names}) SELECT {names} FROM {history} h WHERE h.pgh_label = 'delete' AND {ours}"
            f" AND NOT EXISTS (SELECT FROM {table} t WHERE t.id = h.id) ON CONFLICT DO NOTHING",
            context=work.run.context,
        )
    table, history = work.table.name, f"{work.table.name}history"
    columns = ["record_status", *(work.table.db_column(column) for column in work.table.columns)]
    work.do(
        f"""
        UPDATE {table} d SET ({", ".join(f'"{c}"' for c in columns)}) = ROW({", ".join(f'b."{c}"' for c in columns)})
        FROM (SELECT DISTINCT ON (h.pgh_obj_id) h.* FROM {history} h
              JOIN (SELECT pgh_obj_id, min(pgh_id) AS first FROM {history} WHERE pgh_context_id = %(context)s GROUP BY 1) o
                  USING (pgh_obj_id)
              WHERE h.pgh_obj_id IN ({chosen}) AND h.pgh_id < o.first ORDER BY h.pgh_obj_id, h.pgh_id DESC) b
        WHERE b.pgh_obj_id = d.id
        """,
        context=work.run.context,
    )
    return work.ask(f"SELECT count(*) FROM ({chosen}) c")[0][0]  # type: ignore[no-any-return]


def _remove(work: Work) -> tuple[int, int]:
    """Withdraw made records that were public, delete those that never were; gives how many were deleted and withdrawn."""
    table = work.table.name
    gone = "SELECT record_id FROM import_undo WHERE why = '' AND is_new AND NOT was_public"
    for model, owner in _children(work):
        work.do(f"DELETE FROM {model._meta.db_table} WHERE {owner} IN ({gone})")
    deleted = work.do(f"DELETE FROM {table} WHERE id IN ({gone})")
    withdrawn = work.do(f"""
        UPDATE {table} SET record_status = 'withdrawn'
        WHERE id IN (SELECT record_id FROM import_undo WHERE why = '' AND is_new AND was_public)
    """)
    return deleted, withdrawn


def _remove_organizations(work: Work) -> None:
    """Withdraw or delete organizations that the run made and that nothing but what was taken back refers to."""
    if work.table.target != "license":
        return
    below = ("registry_name", "registry_externalid", "registry_citation")
    others = " ".join(
        f"AND NOT EXISTS (SELECT FROM {other} x WHERE x.{column} = o.id"
        + (" AND x.license_id NOT IN (SELECT record_id FROM import_undo WHERE why = '' AND is_new))"
           if other == "registry_licenseparty" else ")")
        for other, column in references(work, "registry_organization", set(below))
    )  # fmt: skip
    work.do(
        f"""
        CREATE TEMP TABLE import_maker ON COMMIT DROP AS
        SELECT o.id, o.published_at IS NOT NULL AS was_public FROM registry_organization o
        WHERE o.version = 1 AND o.id IN (SELECT pgh_obj_id FROM registry_organizationhistory
            WHERE pgh_context_id = %(context)s AND pgh_label = 'insert') {others}
        """,
        context=work.run.context,
    )
    for table in below:
        work.do(f"DELETE FROM {table} WHERE organization_id IN (SELECT id FROM import_maker WHERE NOT was_public)")
    work.do("DELETE FROM registry_organization WHERE id IN (SELECT id FROM import_maker WHERE NOT was_public)")
    work.do("""
        UPDATE registry_organization SET record_status = 'withdrawn' WHERE id IN (SELECT id FROM import_maker WHERE was_public)
    """)
    work.do("DROP TABLE import_maker")
