"""Values of the rows that differ from the registry, for the report and for citations."""

from imports.derived import CITATIONS
from imports.plan.carried import carried, carried_from
from imports.plan.comparison import relation, stated, stated_list
from imports.plan.names import gains_names
from imports.plan.steps import Work
from imports.tables import MENTIONS, Fact, RowList
from registry.sql import Sql, identifier, joined, sql

#: The place of a row in its source, as its citation states it.
LOCATOR = sql("'row ' || i.line || ', ' || i.external")


def find_differences(work: Work) -> None:
    """Make `import_difference`, what differs, reported as warnings; and `import_citation`, the new citations."""
    table = work.table
    selects = [_difference(work, fact) for fact in table.facts] + [_list_difference(rows) for rows in table.lists]
    work.do("CREATE TEMP TABLE import_difference ON COMMIT DROP AS {found}", found=joined(" UNION ALL ", selects))
    work.analyze("difference")
    work.problem("""
        SELECT row_id, line, CASE verdict WHEN 'kept' THEN 'curated-edit' ELSE 'sources-disagree' END, field,
            left(COALESCE(stated #>> '{{}}', 'nothing'), 500),
            CASE verdict WHEN 'kept' THEN 'A curator has changed this since the last load, to: '
                ELSE 'The registry has from elsewhere: ' END || left(COALESCE(registry #>> '{{}}', 'nothing'), 500),
            CASE verdict WHEN 'kept' THEN 'The curator’s value stands; decide which is right.'
                WHEN 'known' THEN 'It is as at the last load.'
                ELSE 'Both stay: the record as it is, and this row as what its citation states.' END, false
        FROM import_difference ORDER BY line
    """)
    _find_citations(work)


def _difference(work: Work, fact: Fact) -> Sql:
    return work.sql(
        """
        SELECT v.row_id, v.line, v.record_id, {field} AS field, {verdict} AS verdict, {registry} AS registry,
            {stated} AS stated, {relation} AS relation
        FROM import_compared v JOIN import_incoming i USING (row_id) JOIN {table} d ON d.id = v.record_id
        WHERE {verdict} IN ('kept', 'differs', 'known')
        """,
        field=fact.name,
        verdict=identifier("v", f"v_{fact.name}"),
        registry=stated(work.table, fact, "d"),
        stated=stated(work.table, fact, "i"),
        relation=relation(fact),
    )


def _list_difference(rows: RowList) -> Sql:
    return sql(
        """
        SELECT v.row_id, v.line, v.record_id, {field} AS field, {verdict} AS verdict, {registry} AS registry,
            {stated} AS stated, {relation} AS relation
        FROM import_compared v JOIN import_listed l USING (row_id) WHERE {verdict} IN ('kept', 'differs', 'known')
        """,
        field=rows.name,
        verdict=identifier("v", f"v_{rows.name}"),
        registry=stated_list(rows, identifier("l", f"{rows.name}_d")),
        stated=stated_list(rows, identifier("l", f"{rows.name}_i")),
        relation=MENTIONS,
    )


def _find_citations(work: Work) -> None:
    """Cite the row itself where it is not cited yet, and what it says otherwise; a name that differs becomes another name.

    A citation that a curator made of the row has the bare id as its locator; an import leaves it as it is.
    """
    names = [fact.name for fact in work.table.facts] + [rows.name for rows in work.table.lists if rows.name != CITATIONS]
    # By the id of the row, which outlives its place in the file.
    cited = work.sql(
        "registry_citation c WHERE c.{cited} = v.record_id AND c.source_id = {source}"
        " AND (c.locator = i.external OR right(c.locator, length(i.external) + 2) = ', ' || i.external)"
    )
    work.do(
        """
        CREATE TEMP TABLE import_citation ON COMMIT DROP AS SELECT * FROM (
        SELECT v.row_id, v.record_id, 'supports' AS relation, e.fields, {locator} AS locator, {point} AS stated,
            true AS is_of_row, c.id AS extends
        FROM import_compared v {carried_from}
        CROSS JOIN LATERAL (SELECT {carried} AS fields OFFSET 0) e
        LEFT JOIN LATERAL (SELECT c.id, c.fields FROM {cited} AND c.relation = 'supports' AND c.locator <> i.external
            ORDER BY c.id LIMIT 1) c ON true
        WHERE {makes} AND (r.mapped - 'external_id' - {citations}) <> '{{}}'
            AND NOT EXISTS (SELECT FROM {cited} AND c.relation = 'supports' AND c.locator = i.external
                AND e.fields <@ c.fields)
            AND CASE WHEN c.id IS NULL
                THEN v.last_row IS NULL AND {is_file} OR {gains_names} OR ARRAY[{verdicts}]::text[] && '{{write,fill}}'
                ELSE NOT e.fields <@ c.fields END
        UNION ALL
        SELECT t.row_id, t.record_id, t.relation, ARRAY[t.field], {locator}, t.stated, false, NULL
        FROM import_difference t JOIN import_incoming i USING (row_id) JOIN import_compared v USING (row_id)
        WHERE t.verdict = 'differs' AND t.relation <> '' AND t.stated IS NOT NULL AND t.field <> ALL ({unrelated})
            AND NOT EXISTS (SELECT FROM {cited} AND c.fields = ARRAY[t.field]::text[] AND c.relation <> 'supports')
        UNION ALL
        SELECT v.row_id, v.record_id, 'supports', {carried}, {locator}, NULL, true, NULL
        FROM import_compared v {carried_from}
        WHERE NOT {makes} AND to_jsonb(v)->>'v_boundary' IN ('fill', 'write')
            AND NOT EXISTS (SELECT FROM {cited} AND 'boundary' = ANY (c.fields))
        ) wanted WHERE {is_cited}
        """,
        locator=LOCATOR,
        point=point_stated(work),
        carried=carried(work),
        carried_from=carried_from(work),
        cited=cited,
        makes=work.table.makes,
        gains_names=gains_names(work),
        is_file=not work.edits,
        citations=CITATIONS,
        verdicts=joined(", ", (identifier("v", f"v_{name}") for name in names)),
        unrelated=[fact.name for fact in work.table.facts if not fact.relation],
        is_cited=work.table.cited,
    )
    work.analyze("citation")


def point_stated(work: Work) -> Sql:
    """Return what the citation of a row states exactly: the point of a licence that the file gives instead of an outline."""
    is_license = work.table.located_by == "area"
    return sql("ST_AsGeoJSON(i.import_point, 7)::jsonb") if is_license else sql("NULL::jsonb")
