"""Organizations that imports made: withdrawn or deleted when nothing but records that were taken back refers to them."""

from imports.derived import texts_of
from imports.plan.references import names_organization
from imports.plan.steps import Work
from imports.targets import TABLES
from imports.write.references import references
from registry.sql import Sql, identifier, joined, sql

#: Rows below an organization; they never keep it.
_BELOW = ("registry_name", "registry_externalid", "registry_citation")


def remove_organizations(work: Work) -> None:
    """Withdraw or delete organizations that undone imports made, that nobody edited, and that nothing refers to any more.

    Which of the imports made one does not matter: the last undo of all that refer to it takes it along.
    """
    others = (
        sql(
            "AND NOT EXISTS (SELECT FROM {other} x WHERE x.{column} = o.id {unless})",
            other=identifier(other),
            column=identifier(column),
            unless=_unless_taken_back(other),
        )
        for other, column in references(work, "registry_organization", {(table, "organization_id") for table in _BELOW})
    )
    if not texts_of(work.table, names_organization):
        return
    work.do(
        """
        CREATE TEMP TABLE import_maker ON COMMIT DROP AS
        SELECT o.id, o.published_at IS NOT NULL AS was_public FROM registry_organization o
        WHERE o.record_status <> 'withdrawn' AND o.id IN (
            SELECT h.pgh_obj_id FROM registry_organizationhistory h JOIN registry_importrun n ON n.context = h.pgh_context_id
            WHERE h.pgh_label = 'insert' AND (n.state = 'undone' OR n.id = {run}))
        AND NOT EXISTS (SELECT FROM registry_organizationhistory h
            WHERE h.pgh_obj_id = o.id AND NOT COALESCE(h.pgh_context ? 'import_run', false)) {others}
        """,
        others=joined(" ", others),
    )
    for table in _BELOW:
        work.do(
            "DELETE FROM {rows} WHERE organization_id IN (SELECT id FROM import_maker WHERE NOT was_public)",
            rows=identifier(table),
        )
    work.do("DELETE FROM registry_organization WHERE id IN (SELECT id FROM import_maker WHERE NOT was_public)")
    work.do("""
        UPDATE registry_organization SET record_status = 'withdrawn' WHERE id IN (SELECT id FROM import_maker WHERE was_public)
    """)
    work.do("DROP TABLE import_maker")


def _unless_taken_back(table: str) -> Sql:
    """Except rows of records that an undo has withdrawn and that nobody has touched since."""
    holders = [
        (target, owner)
        for target in TABLES.values()
        for name, owner in ((target.name, "id"), *((str(rows.model._meta.db_table), rows.owner) for rows in target.lists))
        if name == table and target.makes
    ]
    return joined(
        " ",
        (
            sql(
                """AND NOT EXISTS (SELECT FROM {table} d
                JOIN registry_importoutcome t ON t.record_id = d.id AND t.version = d.version AND t.taken_back
                    AND t.outcome = 'new'
                JOIN registry_importrun n ON n.id = t.run_id AND n.target = {target}
                WHERE d.id = x.{owner} AND d.record_status = 'withdrawn')""",
                table=identifier(target.name),
                target=target.target,
                owner=identifier(owner),
            )
            for target, owner in holders
        ),
    )
