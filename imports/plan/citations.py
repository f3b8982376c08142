"""Values of the rows that differ from the registry, for the report and for citations."""

from imports.plan.carried import CARRIED_FROM, carried
from imports.plan.comparison import relation, stated, stated_list
from imports.plan.steps import Work
from imports.tables import MENTIONS, Fact, Table

#: The citation of a row: by its id, which outlives its place in the file.
CITES_ROW = (
    "c.source_id = %(source)s AND (c.locator = i.external OR right(c.locator, length(i.external) + 2) = ', ' || i.external)"
)
LOCATOR = "'row ' || i.line || ', ' || i.external"


def find_differences(work: Work) -> None:
    """Make `import_difference`, what differs, reported as warnings; and `import_citation`, the new citations."""
    table = work.table
    selects = [_difference(table, fact) for fact in table.facts]
    selects += [
        f"""
        SELECT v.row_id, v.line, v.record_id, '{rows.name}' AS field, v.v_{rows.name} AS verdict,
            {stated_list(rows, f"l.{rows.name}_d")} AS registry,
            {stated_list(rows, f"l.{rows.name}_i")} AS stated, '{MENTIONS}' AS relation
        FROM import_compared v JOIN import_listed l USING (row_id) WHERE v.v_{rows.name} IN ('kept', 'differs', 'known')
        """
        for rows in table.lists
    ]
    work.do(f"CREATE TEMP TABLE import_difference ON COMMIT DROP AS {' UNION ALL '.join(selects)}")
    work.analyze("difference")
    work.problem("""
        SELECT row_id, line, CASE verdict WHEN 'kept' THEN 'curated-edit' ELSE 'sources-disagree' END, field,
            left(COALESCE(stated #>> '{}', 'nothing'), 500),
            CASE verdict WHEN 'kept' THEN 'A curator has changed this since the last load, to: '
                ELSE 'The registry has from elsewhere: ' END || left(COALESCE(registry #>> '{}', 'nothing'), 500),
            CASE verdict WHEN 'kept' THEN 'The curator’s value stands; decide which is right.'
                WHEN 'known' THEN 'It is as at the last load.'
                ELSE 'Both stay: the record as it is, and this row as what its citation states.' END, false
        FROM import_difference ORDER BY line
    """)
    _find_citations(work)


def _difference(table: Table, fact: Fact) -> str:
    return f"""
        SELECT v.row_id, v.line, v.record_id, '{fact.name}' AS field, v.v_{fact.name} AS verdict,
            {stated(table, fact).replace("i.", "d.")} AS registry, {stated(table, fact)} AS stated,
            {relation(table, fact)} AS relation
        FROM import_compared v JOIN import_incoming i USING (row_id) JOIN {table.name} d ON d.id = v.record_id
        WHERE v.v_{fact.name} IN ('kept', 'differs', 'known')
    """


def _find_citations(work: Work) -> None:
    """Cite the row itself where it is not cited yet, and what it says otherwise; a name that differs becomes another name.

    A citation that a curator made of the row has the bare id as its locator; an import leaves it as it is.
    """
    owner = work.table.owner
    cited = f"SELECT FROM registry_citation c WHERE c.{owner}_id = v.record_id AND {CITES_ROW}"
    unrelated = ", ".join(f"'{fact.name}'" for fact in work.table.facts if not fact.relation) or "''"
    row_cited = f"SELECT c.id, c.fields {cited.removeprefix('SELECT ')} AND c.relation = 'supports'"
    names = [fact.name for fact in work.table.facts] + [rows.name for rows in work.table.lists]
    verdicts = ", ".join(f"v.v_{name}" for name in names)
    written = f"ARRAY[{verdicts}]::text[] && ARRAY['write', 'fill']"
    held = "" if work.table.cited else "WHERE false"
    work.do(f"""
        CREATE TEMP TABLE import_citation ON COMMIT DROP AS SELECT * FROM (
        SELECT v.row_id, v.record_id, 'supports' AS relation, e.fields, {LOCATOR} AS locator, {point_stated(work)} AS stated,
            true AS is_of_row, c.id AS extends
        FROM import_compared v {CARRIED_FROM.format(table=work.table.name)}
        CROSS JOIN LATERAL (SELECT {carried(work)} AS fields OFFSET 0) e
        LEFT JOIN LATERAL ({row_cited} AND c.locator <> i.external ORDER BY c.id LIMIT 1) c ON true
        WHERE {work.table.makes} AND NOT EXISTS ({row_cited} AND c.locator = i.external AND e.fields <@ c.fields)
            AND CASE WHEN c.id IS NULL THEN v.last_row IS NULL OR {written} ELSE NOT e.fields <@ c.fields END
        UNION ALL
        SELECT t.row_id, t.record_id, t.relation, ARRAY[t.field], {LOCATOR}, t.stated, false, NULL
        FROM import_difference t JOIN import_incoming i USING (row_id) JOIN import_compared v USING (row_id)
        WHERE t.verdict = 'differs' AND t.relation <> '' AND t.stated IS NOT NULL AND t.field NOT IN ({unrelated})
            AND NOT EXISTS ({cited} AND c.fields = ARRAY[t.field]::text[] AND c.relation <> 'supports')
        UNION ALL
        SELECT v.row_id, v.record_id, 'supports', {carried(work)}, {LOCATOR}, NULL, true, NULL
        FROM import_compared v {CARRIED_FROM.format(table=work.table.name)}
        WHERE NOT {work.table.makes} AND to_jsonb(v)->>'v_boundary' IN ('fill', 'write')
            AND NOT EXISTS ({cited} AND 'boundary' = ANY (c.fields))
        ) wanted {held}
    """)
    work.analyze("citation")


def point_stated(work: Work) -> str:
    """Return what the citation of a row states exactly: the point of a licence that the file gives instead of an outline."""
    return "ST_AsGeoJSON(i.import_point, 7)::jsonb" if work.table.target == "license" else "NULL::jsonb"
