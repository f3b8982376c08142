"""A plan, written: rows that belong to new records before the records, so that each record is rendered once."""

from collections.abc import Callable

from imports.derived import texts_of
from imports.errors import ImportRefused
from imports.plan.carried import carried, carried_from
from imports.plan.citations import LOCATOR, point_stated
from imports.plan.derived_countries import NOTE
from imports.plan.names import lacking_names, names_of
from imports.plan.references import names_organization
from imports.plan.steps import Work
from imports.tables import named
from imports.write.lists import NEW, add_list, change_list
from registry.entries import given_sql
from registry.sql import Sql, compiled, identifier, joined, literal, sql

#: New rows of a table from which its statistics are taken again: triggers join these tables, and guessed badly take minutes.
_ANALYZE_FROM = 200


def apply(work: Work) -> None:
    """Write what the plan says, and let the rules about a whole transaction speak."""
    _lock(work)
    steps = (
        ("writing organizations", _add_organizations),
        *_in_order(work),
        ("writing changes", _change_children),
        ("writing changes", _change_records),
        ("recording the changes", _keep_outcomes),
        # Last: it counts the change too, and other users of that counter wait until the commit.
        ("checking all rules", _check_deferred),
    )
    for number, (words, step) in enumerate(steps):
        work.progress(words, number, len(steps))
        step(work)


def _in_order(work: Work) -> tuple[tuple[str, Callable[[Work], None]], ...]:
    """Add the rows of new records first, unless they name records of the same file, by which citations know them."""
    steps = (("writing the related rows of new records", _add_children), ("writing new records", _add_records))
    names_own = any(field.related_model is work.table.model for rows in work.table.lists for field in rows.fields)
    return steps[::-1] if names_own else steps


def _lock(work: Work) -> None:
    """Hold the records that will change, so that nobody's work is lost between the comparison and the writing."""
    work.do("""
        SELECT FROM {table} WHERE id IN (SELECT record_id FROM import_effect WHERE outcome = 'changed')
        ORDER BY id FOR NO KEY UPDATE
    """)
    [(moved,)] = work.ask("""
        SELECT count(*) FROM import_matched m JOIN {table} d ON d.id = m.record_id WHERE d.version <> m.version
    """)
    if moved:
        raise ImportRefused(f"{moved} records were changed during the comparison; load the file again.")


def _written(work: Work, table: Sql, number: int) -> None:
    if number >= _ANALYZE_FROM:
        work.do("ANALYZE {table}", table=table)


def _add_organizations(work: Work) -> None:
    """Make the organizations that rows name and nobody knew, cited like the rows."""
    named_there = texts_of(work.table, names_organization)
    if not named_there:
        return
    work.do(
        """
        CREATE TEMP TABLE import_maker ON COMMIT DROP AS
        SELECT h.* FROM import_holder h WHERE h.is_new AND h.folded IN (SELECT lower(btrim(x.text)) FROM import_effect e
            JOIN registry_importrow r ON r.id = e.row_id CROSS JOIN LATERAL ({named}) x
            WHERE e.outcome IN ('new', 'changed'))
        """,
        named=named_there,
    )
    work.do("""
        INSERT INTO registry_citation (organization_id, source_id, relation, fields, locator, quote, note)
        SELECT id, {source}, 'supports', '{{name}}', 'row ' || line, '', '' FROM import_maker
    """)
    work.do(
        """
        INSERT INTO registry_organization (id, slug, name, kind, description, record_status)
        SELECT id, CASE WHEN slug = '' OR n > 1 OR EXISTS (SELECT FROM registry_organization o WHERE lower(o.slug) = m.slug)
            THEN concat_ws('-', NULLIF(slug, ''), 'organization', left(md5(folded), 8)) ELSE slug END,
            name, 'unknown', '', {status}
        FROM (SELECT *, count(*) OVER (PARTITION BY slug) AS n FROM (SELECT *,
            trim(BOTH '-' FROM left(regexp_replace(lower(unaccent(name)), '[^a-z0-9]+', '-', 'g'), 80)) AS slug
            FROM import_maker) s) m ORDER BY line, folded
        """,
        status=work.run.record_status,
    )
    work.do("DROP TABLE import_maker")
    _bring_back_organizations(work)


def _bring_back_organizations(work: Work) -> None:
    """Publish organizations again that went when an import was undone."""
    work.do(
        """
        UPDATE registry_organization o SET record_status = {status}
        FROM import_holder h WHERE h.id = o.id AND NOT h.is_new AND o.record_status = 'withdrawn'
            AND (SELECT p.pgh_context ? 'import_undo' FROM registry_organizationhistory p WHERE p.pgh_obj_id = o.id
                 ORDER BY p.pgh_id DESC LIMIT 1)
        """,
        status=work.run.record_status,
    )


def _add_children(work: Work) -> None:
    """Add ids, names, lists and citations of records that are added next."""
    if work.table.makes:
        added = work.do(
            """
            INSERT INTO registry_externalid ({owner}, scheme, value)
            SELECT o.id, i.id_scheme, i.external FROM {new} WHERE o.import_new ORDER BY o.id
            """,
            new=NEW,
        )
        _written(work, identifier("registry_externalid"), added)
    if work.table.named:
        added = work.do(
            """
            INSERT INTO registry_name ({owner}, text, language, kind)
            SELECT o.id, n.text, n.language, n.kind FROM {new} CROSS JOIN LATERAL ({names}) n
            WHERE o.import_new AND r.mapped->'other_names' <> '[]' AND n.text IS DISTINCT FROM o.{label} ORDER BY o.id
            ON CONFLICT DO NOTHING
            """,
            new=NEW,
            names=names_of("r"),
            label=identifier(work.table.label),
        )
        _written(work, identifier("registry_name"), added)
    for rows in work.table.lists:
        _written(work, rows.table, add_list(work, rows))
    if work.table.cited:
        added = work.do(
            """
            INSERT INTO registry_citation ({cited}, source_id, relation, fields, locator, quote, note, stated_value)
            SELECT o.id, {source}, 'supports', {given}, {locator}, '', '', {point}
            FROM {new} LEFT JOIN import_derived derived ON derived.row_id = o.row_id WHERE o.import_new ORDER BY o.id
            """,
            new=NEW,
            given=sql(
                "CASE WHEN derived.row_id IS NULL THEN {given} ELSE array_remove({given}, 'country') END",
                given=compiled(given_sql(work.table.model, "o")),
            ),
            locator=LOCATOR,
            point=point_stated(work),
        )
        _cite_outlines(work, work.sql("SELECT o.id, o.row_id FROM import_outgoing o WHERE o.import_new"))
        _written(work, identifier("registry_citation"), added)


def _cite_outlines(work: Work, records: Sql) -> None:
    """Cite, for countries that were derived from a location, the source of the outline that it lies in."""
    work.do(
        """
        INSERT INTO registry_citation ({cited}, source_id, relation, fields, locator, quote, note)
        SELECT o.id, x.source_id, 'supports', '{{country}}', '', '', {note}
        FROM ({records}) o JOIN import_derived x ON x.row_id = o.row_id ORDER BY o.id ON CONFLICT DO NOTHING
        """,
        records=records,
        note=NOTE,
    )


def _add_records(work: Work) -> None:
    """Add the records themselves, in the order of the file."""
    if not work.table.makes:
        return
    columns = ["id", "slug", "record_status", *work.table.db_columns, *work.table.others(None)]
    # A source that the run makes is made after the plan, when there is something that cites it.
    values = (work.sql("{source}") if column == "source_id" else identifier(column) for column in columns)
    added = work.do(
        "INSERT INTO {table} ({columns}) SELECT {values} FROM import_outgoing WHERE import_new ORDER BY id",
        columns=named(columns),
        values=joined(", ", values),
    )
    _written(work, identifier(work.table.name), added)


def _change_children(work: Work) -> None:
    """Bring lists, names, ids and citations of existing records to what the plan says."""
    for rows in work.table.lists:
        change_list(work, rows)
    if work.table.named:
        work.do(
            """
            INSERT INTO registry_name ({owner}, text, language, kind)
            SELECT v.record_id, v.text, v.language, v.kind FROM ({lacking}) v JOIN import_incoming i USING (row_id)
            ORDER BY v.row_id ON CONFLICT DO NOTHING
            """,
            lacking=lacking_names(work),
        )
    if work.table.makes:
        work.do("""
            INSERT INTO registry_externalid ({owner}, scheme, value)
            SELECT v.record_id, i.id_scheme, i.external FROM import_compared v JOIN import_incoming i USING (row_id)
            WHERE v.gains_id ORDER BY v.line
        """)
    _change_citations(work)


def _change_citations(work: Work) -> None:
    """Cite rows for what they and their records have in common, and for what they say otherwise."""
    again = sql("CASE WHEN c.is_of_row THEN {carried} ELSE c.fields END", carried=carried(work))
    found = sql("import_citation c JOIN import_compared v USING (row_id) {carried_from}", carried_from=carried_from(work))
    # What a list has lost, its rows no longer carry.
    lost = (
        sql(
            "{verdict} = 'write' AND starts_with(e, {prefix})",
            verdict=identifier("v", f"v_{rows.name}"),
            prefix=literal(f"{rows.name}:"),
        )
        for rows in work.table.lists
    )
    work.do(
        """
        UPDATE registry_citation t SET fields = w.fields FROM (
            SELECT c.extends, ARRAY(SELECT e FROM (SELECT e, n FROM unnest(x.fields) WITH ORDINALITY x (e, n) WHERE NOT ({lost})
                UNION ALL SELECT e, 10000 + n FROM unnest({again}) WITH ORDINALITY y (e, n)) u
                GROUP BY e ORDER BY min(n)) AS fields
            FROM {found} JOIN registry_citation x ON x.id = c.extends) w
        WHERE t.id = w.extends AND t.fields <> w.fields
        """,
        lost=joined(" OR ", lost) or sql("false"),
        again=again,
        found=found,
    )
    work.do(
        """
        INSERT INTO registry_citation ({cited}, source_id, relation, fields, locator, quote, note, stated_value)
        SELECT c.record_id, {source}, c.relation, {again}, c.locator, '', '', c.stated FROM {found}
        WHERE c.extends IS NULL ORDER BY c.row_id, c.fields ON CONFLICT DO NOTHING
        """,
        again=again,
        found=found,
    )
    if work.table.cited and "country" in work.table.columns:
        _cite_outlines(
            work, work.sql("SELECT v.record_id AS id, v.row_id FROM import_compared v WHERE v.v_country IN ('write', 'fill')")
        )


def _change_records(work: Work) -> None:
    """Write the columns of existing records."""
    columns = ["record_status", *work.table.db_columns]
    work.do(
        """
        UPDATE {table} d SET ({columns}) = ROW({values}) FROM import_outgoing o WHERE o.id = d.id AND NOT o.import_new
        """,
        columns=named(columns),
        values=named(columns, "o"),
    )


def _check_deferred(work: Work) -> None:
    """Let the rules about a whole transaction speak now: citations, shares, foreign keys."""
    work.do("SET CONSTRAINTS ALL IMMEDIATE")
    work.do("SET CONSTRAINTS ALL DEFERRED")


def _keep_outcomes(work: Work) -> None:
    """Keep what the rows became, and forget rows that have neither done nor said anything new."""
    work.do("""
        INSERT INTO registry_importoutcome (run_id, row_id, scheme, value, outcome, record_id, version, owned, differs)
        SELECT {run}, e.row_id, i.id_scheme, i.external, e.outcome, e.record_id, d.version, e.owned, e.differs
        FROM import_effect e JOIN import_incoming i USING (row_id) JOIN {table} d ON d.id = e.record_id
        WHERE e.outcome IN ('new', 'changed') OR (e.outcome = 'unchanged' AND (e.differs OR e.says_new)) ORDER BY e.line
    """)
    work.do("""
        DELETE FROM registry_importrow r USING import_effect e
        WHERE e.row_id = r.id AND e.outcome = 'unchanged' AND NOT e.differs AND NOT e.says_new
        AND NOT EXISTS (SELECT FROM registry_importproblem p WHERE p.row_id = r.id)
    """)
