"""Rows whose id named another record before: another name and another place, as in an edition with new row numbers."""

from imports.plan.matches import drop_refused
from imports.plan.steps import Work
from imports.tables import NEAR_PLACE_M

#: The option of a run that lets such rows in.
ACCEPTED = "accept_renumbered"
#: From this likeness on (`registry_name_likeness`) two names are spellings of one.
_RESPELT = 0.45


def hold_renumbered(work: Work) -> None:
    """Reject rows whose id comes with a different name and a different place, unless the run accepts them.

    A row is compared with the record and with what this data set said of it last: where either agrees, the id means the same.
    An id that a person gave to the record means what that person decided, until a file that used it says something else.
    """
    if work.table.target not in ("deposit", "license"):
        return
    is_deposit = work.table.target == "deposit"
    called = "{0}.name" if is_deposit else "COALESCE({0}.number, {0}.name, '')"
    other_name = _other_name if is_deposit else _other_number
    other_than_record = _differs(other_name("d"), is_deposit, "d")
    other_than_before = _differs(other_name("b"), is_deposit, "b")
    imported = """EXISTS (SELECT FROM registry_externalid e JOIN registry_externalidhistory h ON h.pgh_obj_id = e.id
        WHERE e.scheme = i.scheme AND e.value = i.external AND h.pgh_label = 'insert' AND h.pgh_context ? 'import_run')"""
    accepted = bool(work.run.options.get(ACCEPTED))
    work.problem(f"""
        SELECT v.row_id, v.line, 'renumbered', 'external_id', i.external,
            'This id belongs to “' || {called.format("d")} || '” (' || d.slug || '); the row names “'
                || {called.format("i")} || '”, at another place.',
            '{_ACCEPTED if accepted else _FIX}', {not accepted}
        FROM import_compared v JOIN import_incoming i USING (row_id)
        JOIN {work.table.name} d ON d.id = v.record_id LEFT JOIN import_base b ON b.last_row = v.last_row
        WHERE NOT v.gains_id AND (v.last_row IS NOT NULL OR {imported}) AND {other_than_record}
            AND (v.last_row IS NULL OR {other_than_before}) ORDER BY v.line
    """)
    drop_refused(work)
    work.do("DELETE FROM import_compared WHERE row_id NOT IN (SELECT row_id FROM import_incoming)")


_FIX = (
    "The ids may have been reassigned. Use an id that does not change. If the row is right, load it with --accept-renumbered,"
    " or tick the box when you confirm."
)
_ACCEPTED = "It is written, as requested."


def _other_name(row: str) -> str:
    """Return the condition that the name of the incoming row is no spelling of a record's names, or of an earlier row's."""
    held = "registry_name n WHERE n.deposit_id = d.id AND" if row == "d" else "(SELECT registry_fold(b.name) AS folded) n WHERE"
    marks, others = "registry_name_marks(registry_fold(i.name))", "registry_name_marks(n.folded)"
    return f"""NOT EXISTS (SELECT FROM
        unnest(COALESCE(registry_name_variants(ARRAY[i.name]), ARRAY[registry_fold(i.name)])) v(name), {held}
        registry_name_likeness(v.name, n.folded) >= {_RESPELT} AND ({marks} = {others} OR '{{}}' IN ({marks}, {others})))"""


def _other_number(row: str) -> str:
    """Return the condition that the number of a licence is another one, however it is written."""
    numbers = [f"upper(regexp_replace({one}.number, '[^[:alnum:]]+', '', 'g'))" for one in ("i", row)]
    return " IS DISTINCT FROM ".join(numbers)


def _differs(other_name: str, is_deposit: bool, row: str) -> str:
    """Return the condition that both name and place are others; the distance is measured for other names alone."""
    mine, other = (f"COALESCE({one}.footprint, {one}.location)" if is_deposit else f"{one}.area" for one in ("i", row))
    near = f"ST_DWithin(geography({mine}), geography({other}), {NEAR_PLACE_M})"
    return f"(CASE WHEN {other_name} THEN COALESCE(NOT {near}, i.country_id <> {row}.country_id, false) ELSE false END)"
