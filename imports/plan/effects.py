"""What each row does to the registry: a new record, a change, nothing; and the counts of a run."""

from imports.plan.accepted import has_accepted
from imports.plan.citations import find_differences
from imports.plan.comparison import compare
from imports.plan.datum import find_datum
from imports.plan.derived_countries import derive_countries
from imports.plan.doubles import find_doubles
from imports.plan.location_checks import doubt
from imports.plan.matches import drop_refused, match
from imports.plan.names import gains_names
from imports.plan.offers import accept_offers
from imports.plan.planned_records import compose
from imports.plan.references import refuse_references
from imports.plan.renumbered import hold_renumbered
from imports.plan.steps import Work
from imports.plan.typed_rows import read_incoming
from registry.sql import identifier, joined, sql
from registry.vocabularies import ImportState


def plan(work: Work, *, doubles: bool = False) -> dict[str, int]:
    """Work out what the rows would do, and, if wanted, what they may double; gives the counts. Nothing is written."""
    work.clear()
    steps = (
        ("reading into the registry's types", read_incoming),
        ("looking up records", refuse_references),
        ("checking places", doubt),
        ("looking up records", match),
        ("looking up records", derive_countries),
        ("comparing", compare),
        ("comparing", hold_renumbered),
        ("comparing", find_differences),
        ("checking rules", compose),
        ("comparing", _weigh),
    )
    for number, (words, step) in enumerate(steps):
        work.progress(words, number, len(steps))
        step(work)
    if doubles:
        work.progress("looking for doubles", len(steps), len(steps))
        find_doubles(work)
        find_datum(work)
    return counts(work)


def plan_accepted(work: Work, *, doubles: bool = False) -> dict[str, int]:
    """Plan with the fixes that were accepted: of those that a check offers, which is made first where none was."""
    if has_accepted(work):
        if work.run.state == ImportState.READING:
            plan(work, doubles=True)
        accept_offers(work)
    return plan(work, doubles=doubles)


def _weigh(work: Work) -> None:
    """Make `import_effect`: one row per sound row of the file."""
    drop_refused(work)
    names = [fact.name for fact in work.table.facts] + [rows.name for rows in work.table.lists]
    verdicts = [(name, identifier("v", f"v_{name}")) for name in names]
    filled = (sql("CASE WHEN {verdict} = 'fill' THEN {name} END", verdict=verdict, name=name) for name, verdict in verdicts)
    changes = (sql("{verdict} IN ('write', 'fill')", verdict=verdict) for _, verdict in verdicts)
    differs = (sql("{verdict} IN ('kept', 'differs', 'known')", verdict=verdict) for _, verdict in verdicts)
    work.do(
        """
        CREATE TEMP TABLE import_effect ON COMMIT DROP AS
        SELECT i.row_id, i.line, CASE WHEN m.row_id IS NULL THEN 'new' WHEN m.verdict = 'left' THEN 'left'
                WHEN v.comes_back OR v.gains_id OR {changes} OR {other_names}
                    OR v.row_id IN (SELECT row_id FROM import_citation) THEN 'changed'
                ELSE 'unchanged' END AS outcome,
            COALESCE(o.id, m.record_id) AS record_id,
            CASE WHEN m.row_id IS NULL OR (m.last_row IS NOT NULL AND m.owned IS NULL) THEN NULL ELSE
                COALESCE(m.owned, '[]') || to_jsonb(array_remove(ARRAY[{filled}]::text[], NULL)) END AS owned,
            COALESCE({differs}, false) AS differs,
            COALESCE(m.last_digest <> i.digest, true) AND COALESCE(m.verdict, '') <> 'left' AS says_new
        FROM import_incoming i LEFT JOIN import_matched m USING (row_id) LEFT JOIN import_compared v USING (row_id)
        LEFT JOIN import_outgoing o USING (row_id)
        """,
        filled=joined(", ", filled),
        changes=joined(" OR ", changes),
        differs=joined(" OR ", differs),
        other_names=gains_names(work),
    )
    work.do("CREATE UNIQUE INDEX ON import_effect (row_id)")
    work.analyze("effect")


def counts(work: Work) -> dict[str, int]:
    """Count the rows of the run by what they do, and the problems."""
    found = dict.fromkeys(("new", "changed", "unchanged", "left"), 0)
    found |= dict(work.ask("SELECT outcome, count(*) FROM import_effect GROUP BY 1"))
    [(derived,)] = work.ask("SELECT count(*) FROM import_derived JOIN import_effect USING (row_id)")
    [(rows, refused, warned, differing)] = work.ask("""
        SELECT (SELECT count(*) FROM registry_importrow WHERE run_id = {run}),
            count(DISTINCT row_id) FILTER (WHERE is_error), count(DISTINCT row_id) FILTER (WHERE NOT is_error),
            count(DISTINCT row_id) FILTER (WHERE rule IN ('curated-edit', 'sources-disagree'))
        FROM registry_importproblem WHERE run_id = {run}
    """)
    return {"rows": rows, **found, "refused": refused, "warned": warned, "differing": differing, "derived": derived}
