"""Finds the record of a row, and the values that this data set wrote before."""

from imports.plan.doubles import same_by_decision
from imports.plan.steps import Work
from registry.sql import identifier, sql

#: The record behind an external id; of a merged record, the one that it was merged into.
_BY_ID = """
    SELECT i.row_id, i.line, i.digest, COALESCE(d.merged_into_id, d.id) AS record_id, false AS gains_id
    FROM import_incoming i JOIN registry_externalid e ON e.scheme = i.id_scheme AND e.value = i.external
    JOIN {table} d ON d.id = e.{owner}
"""
_BY_NUMBER = """
    UNION ALL
    SELECT i.row_id, i.line, i.digest, COALESCE(d.merged_into_id, d.id), true
    FROM import_incoming i JOIN {table} d ON d.country_id = i.country_id AND d.number = i.number
    WHERE NOT EXISTS (SELECT FROM registry_externalid e WHERE e.scheme = i.id_scheme AND e.value = i.external)
    AND NOT EXISTS (SELECT FROM registry_externalid e WHERE e.license_id = d.id AND e.scheme = i.id_scheme)
"""
#: A record by its uid or slug, which are schemes of the registry itself.
_BY_UID = """
    SELECT i.row_id, i.line, i.digest, d.id AS record_id, false AS gains_id
    FROM import_incoming i JOIN {table} d ON d.merged_into_id IS NULL AND CASE i.id_scheme
        WHEN 'uid' THEN d.uid::text = lower(i.external) WHEN 'slug' THEN lower(d.slug) = lower(i.external) END
"""
_BY_CODE = """
    SELECT i.row_id, i.line, i.digest, k.id AS record_id, false AS gains_id
    FROM import_incoming i JOIN import_country k ON k.code = i.external JOIN {table} d ON d.id = k.id
"""


def match(work: Work) -> None:
    """Make `import_matched`: rows about records that the registry has, and whether anything can have changed.

    `verdict` is `same` where the row says what it said when this data set was loaded last and nobody has touched the record
    since, `left` where the record was withdrawn, else `compare`.
    """
    _refuse_repeated(work)
    [(by_own,)] = work.ask("SELECT EXISTS (SELECT FROM import_incoming WHERE id_scheme IN ('uid', 'slug'))")
    pairs = (
        _BY_UID if by_own else _BY_ID + (_BY_NUMBER if work.table.target == "license" else "") if work.table.makes else _BY_CODE
    )
    _remember(work)
    work.do(
        """
        CREATE TEMP TABLE import_matched ON COMMIT DROP AS
        SELECT p.*, d.record_status, d.version, count(*) OVER (PARTITION BY p.record_id) > 1 AS several,
            l.row_id AS last_row, l.owned, l.digest AS last_digest, COALESCE(l.differs, false) AS differed,
            l.taken_back AND d.record_status = 'withdrawn' AND d.version = l.version AS comes_back,
            CASE WHEN l.taken_back AND d.record_status = 'withdrawn' AND d.version = l.version THEN 'compare'
                 WHEN d.record_status = 'withdrawn' THEN 'left'
                 WHEN l.digest = p.digest AND l.version = d.version AND NOT l.differs AND NOT l.taken_back THEN 'same'
                 ELSE 'compare' END AS verdict
        FROM ({pairs}) p JOIN {table} d ON d.id = p.record_id
        JOIN import_incoming i USING (row_id)
        LEFT JOIN import_last l ON l.scheme = i.id_scheme AND l.value = i.external AND l.record_id = p.record_id
        """,
        pairs=sql("{pairs} {same}", pairs=work.sql(pairs), same=same_by_decision(work) if work.table.makes else sql("")),
    )
    work.do("CREATE UNIQUE INDEX ON import_matched (row_id)")
    work.analyze("matched")
    work.problem("""
        SELECT row_id, line, 'withdrawn', '', '', 'The record is withdrawn; it is left as it is.',
            'If it should come back, a reviewer publishes it; the next load then goes on with it.', false
        FROM import_matched WHERE verdict = 'left' ORDER BY line
    """)
    _refuse_taken(work)


def _remember(work: Work) -> None:
    """Make `import_last`: the last row by which this data set wrote each record; one that made it counts even if taken back."""
    work.do(
        """
        CREATE TEMP TABLE import_last ON COMMIT DROP AS
        SELECT DISTINCT ON (o.scheme, o.value) o.scheme, o.value, o.row_id, o.record_id, o.version, o.owned, o.differs,
            r.digest, o.taken_back
        FROM registry_importoutcome o JOIN registry_importrun n ON n.id = o.run_id JOIN registry_importrow r ON r.id = o.row_id
        WHERE n.source_id = {source} AND n.target = {target} AND n.kind = {kind}
            AND (NOT o.taken_back OR o.outcome = 'new')
        ORDER BY o.scheme, o.value, o.run_id DESC
        """,
        target=work.table.target,
        kind=work.run.kind,
    )
    work.analyze("last")


def _refuse_repeated(work: Work) -> None:
    """Reject the second row of one id, and of one licence number."""
    once = [("external_id", "id_scheme", "external", "Row %s has this id already.")]
    if work.table.target == "license":
        once.append(("number", "country_id", "number", "Row %s has this number already."))
    for column, within, value, words in once:
        work.problem(
            """
            SELECT row_id, line, {rule}, {column}, {value}, format({words}, first), 'Keep the row that is right.', true
            FROM (SELECT *, min(line) OVER (PARTITION BY {within}, {value}) AS first,
                      row_number() OVER (PARTITION BY {within}, {value} ORDER BY line, row_id) AS n
                  FROM import_incoming WHERE {value} IS NOT NULL) numbered WHERE n > 1 ORDER BY line
            """,
            rule=f"repeated-{column.replace('_', '-')}",
            column=column,
            within=identifier(within),
            value=identifier(value),
            words=words,
        )
        drop_refused(work)


def _refuse_taken(work: Work) -> None:
    """Reject ids that belong to something else, numbers that another licence has, and countries that nobody has."""
    if not work.table.makes:
        work.problem("""
            SELECT row_id, line, 'unknown-country', 'iso3', external, 'The registry has no such country.', '', true
            FROM import_incoming WHERE row_id NOT IN (SELECT row_id FROM import_matched) ORDER BY line
        """)
    else:
        work.problem("""
            SELECT i.row_id, i.line, 'id-of-another-kind', 'external_id', i.external,
                'This id belongs to a record of another kind, or to a citation.', '', true
            FROM import_incoming i JOIN registry_externalid e ON e.scheme = i.id_scheme AND e.value = i.external
            WHERE e.{owner} IS NULL ORDER BY i.line
        """)
    if work.table.makes:
        work.problem("""
            SELECT row_id, line, 'unknown-record', id_scheme, external,
                'The registry has no record of this ' || id_scheme || '.',
                'A new record needs the id of its publisher, under a scheme of its own.', true
            FROM import_incoming WHERE id_scheme IN ('uid', 'slug') AND row_id NOT IN (SELECT row_id FROM import_matched)
            ORDER BY line
        """)
    if work.table.target == "license":
        work.problem("""
            SELECT i.row_id, i.line, 'license_number', 'number', i.number,
                'Another licence of this country has this number: ' || d.slug || '.', '', true
            FROM import_incoming i JOIN registry_license d ON d.country_id = i.country_id AND d.number = i.number
            LEFT JOIN import_matched m USING (row_id) WHERE m.record_id IS DISTINCT FROM d.id ORDER BY i.line
        """)
    drop_refused(work)


def drop_refused(work: Work) -> None:
    """Take rows with errors out of what goes on."""
    work.do("""
        DELETE FROM import_incoming i USING registry_importproblem p
        WHERE p.run_id = {run} AND p.is_error AND p.row_id = i.row_id
    """)
