"""Rows whose id named another record before: another name and another place, as in an edition with new row numbers."""

from imports.plan.accepted import is_accepted
from imports.plan.matches import drop_refused
from imports.plan.steps import Work
from imports.tables import NEAR_PLACE_M
from registry.sql import Sql, identifier, joined, sql

#: The rule; a run lets such rows in where its fixes accept it.
RULE = "renumbered"
#: From this likeness on (`registry_name_likeness`) two names are spellings of one.
_RESPELT = 0.45


def hold_renumbered(work: Work) -> None:
    """Reject rows whose id comes with a different name and a different place, unless the run accepts them.

    A row is compared with the record and with what this data set said of it last: where either agrees, the id means the same.
    An id that a person gave to the record means what that person decided, until a file that used it says something else.
    """
    if work.edits:
        _hold_changed_since(work)
    if work.edits or work.table.target not in ("deposit", "license"):
        return
    is_deposit = work.table.target == "deposit"
    work.problem(
        """
        SELECT v.row_id, v.line, {rule}, 'external_id', i.external,
            'This id belongs to “' || {called_there} || '” (' || d.slug || '); the row names “' || {called_here}
                || '”, at another place.',
            CASE WHEN {accepted} THEN {known} ELSE {fix} END, NOT {accepted}, '{{}}'::jsonb
        FROM import_compared v JOIN import_incoming i USING (row_id)
        JOIN {table} d ON d.id = v.record_id LEFT JOIN import_base b ON b.last_row = v.last_row
        WHERE NOT v.gains_id AND {other_than_record} AND (v.last_row IS NULL OR {other_than_before})
            AND (v.last_row IS NOT NULL OR EXISTS (SELECT FROM registry_externalid e
                JOIN registry_externalidhistory h ON h.pgh_obj_id = e.id WHERE e.scheme = i.id_scheme AND e.value = i.external
                AND h.pgh_label = 'insert' AND h.pgh_context ? 'import_run'))
        ORDER BY v.line
        """,
        called_there=_called("d", is_deposit),
        called_here=_called("i", is_deposit),
        offers=True,
        rule=RULE,
        accepted=is_accepted(work, RULE, sql("i.external")),
        known=_ACCEPTED,
        fix=_FIX,
        other_than_record=_differs("d", is_deposit),
        other_than_before=_differs("b", is_deposit),
    )
    drop_refused(work)
    work.do("DELETE FROM import_compared WHERE row_id NOT IN (SELECT row_id FROM import_incoming)")


def _hold_changed_since(work: Work) -> None:
    """Reject edited rows whose record somebody has changed since the export."""
    names = [fact.name for fact in work.table.facts]
    work.problem(
        """
        SELECT v.row_id, v.line, 'changed-since', 'version', r.mapped->>'version',
            'The record has been changed since the export: version ' || (r.mapped->>'version')
            || ' was exported, and it has version ' || d.version || ' now.',
            'Export it again, and edit that.', true
        FROM import_compared v JOIN registry_importrow r ON r.id = v.row_id JOIN {table} d ON d.id = v.record_id
        WHERE (r.mapped->>'version')::bigint <> d.version AND 'write' IN ({verdicts}) ORDER BY v.line
        """,
        verdicts=joined(", ", (identifier("v", f"v_{name}") for name in names)),
    )
    drop_refused(work)
    work.do("DELETE FROM import_compared WHERE row_id NOT IN (SELECT row_id FROM import_incoming)")


_FIX = (
    "The ids may have been reassigned. Use an id that does not change. If the row is right, load it with --accept-renumbered,"
    " or tick the box when you confirm."
)
_ACCEPTED = "It is written, as requested."


def _called(row: str, is_deposit: bool) -> Sql:
    """Return what people call a record, or what a row calls it."""
    name = identifier(row, "name")
    return name if is_deposit else sql("COALESCE({number}, {name}, '')", number=identifier(row, "number"), name=name)


def _other_name(row: str) -> Sql:
    """Return the condition that the name of the incoming row is no spelling of a record's names, or of an earlier row's."""
    of_record = sql("registry_name n WHERE n.deposit_id = d.id AND")
    return sql(
        """NOT EXISTS (SELECT FROM
        unnest(COALESCE(registry_name_variants(ARRAY[i.name]), ARRAY[registry_fold(i.name)])) v(name), {held}
        registry_name_likeness(v.name, n.folded) >= {respelt} AND ({marks} = {others} OR '{{}}' IN ({marks}, {others})))""",
        held=of_record if row == "d" else sql("(SELECT registry_fold(b.name) AS folded) n WHERE"),
        respelt=_RESPELT,
        marks=sql("registry_name_marks(registry_fold(i.name))"),
        others=sql("registry_name_marks(n.folded)"),
    )


def _other_number(row: str) -> Sql:
    """Return the condition that the number of a licence is another one, however it is written."""
    here, there = (
        sql("upper(regexp_replace({one}.number, '[^[:alnum:]]+', '', 'g'))", one=identifier(one)) for one in ("i", row)
    )
    return sql("{here} IS DISTINCT FROM {there}", here=here, there=there)


def _differs(row: str, is_deposit: bool) -> Sql:
    """Return the condition that both name and place are others; the distance is measured for other names alone."""
    mine, other = (
        sql("COALESCE({one}.footprint, {one}.location)" if is_deposit else "{one}.area", one=identifier(one))
        for one in ("i", row)
    )
    return sql(
        "(CASE WHEN {other_name} THEN COALESCE(NOT ST_DWithin(geography({mine}), geography({other}), {near}),"
        " i.country_id <> {row}.country_id, false) ELSE false END)",
        other_name=_other_name(row) if is_deposit else _other_number(row),
        mine=mine,
        other=other,
        near=NEAR_PLACE_M,
        row=identifier(row),
    )
