"""The records as they would be after the load, checked one by one against the rules of their table."""

from imports.plan.list_rules import checks_of, hold_lists
from imports.plan.matches import drop_refused
from imports.plan.references import refuse_those_of_refused
from imports.plan.steps import Work
from imports.tables import named
from registry.refusals import words_for
from registry.sql import Sql, identifier, joined, sql


def compose(work: Work) -> None:
    """Make `import_outgoing`: new records with their keys and slugs, and records that change, as they would stand."""
    work.do("CREATE TEMP TABLE import_outgoing ON COMMIT DROP AS SELECT * FROM {table} WITH NO DATA")
    work.do("ALTER TABLE import_outgoing ADD row_id bigint, ADD import_line bigint, ADD import_new boolean")
    if work.table.makes:
        _compose_new(work)
        _keep_slugs_apart(work)
    _compose_changed(work)
    work.do("CREATE UNIQUE INDEX ON import_outgoing (row_id)")
    work.analyze("outgoing")
    _hold_against_rules(work)
    hold_lists(work)
    refuse_those_of_refused(work)


def _compose_new(work: Work) -> None:
    table, others = work.table, work.table.others(work.run.source_id)
    values = [_when_new(work, column) for column in table.columns]
    values += [sql("{value}", value=value) for value in others.values()]
    work.do(
        """
        INSERT INTO import_outgoing (id, slug, record_status, row_id, import_line, import_new, {names})
        SELECT f.id, {slug}, {status}, i.row_id, i.line, true, {values}
        FROM import_incoming i JOIN registry_importrow r ON r.id = i.row_id JOIN import_fresh f ON f.row_id = i.row_id
        WHERE NOT EXISTS (SELECT FROM import_matched m WHERE m.row_id = i.row_id) ORDER BY i.line
        """,
        names=named([*table.db_columns, *others]),
        slug=_slug(work),
        status=work.run.record_status,
        values=joined(", ", values),
    )


def _compose_changed(work: Work) -> None:
    table = work.table
    kept = [
        f.column
        for f in table.model._meta.concrete_fields
        if f.column not in (*table.db_columns, "id", "record_status") and not hasattr(f, "db_persist")
    ]
    merged = (_merged(fact.name, table.db_column(column)) for fact in table.facts for column in fact.columns)
    verdicts = (sql("COALESCE({verdict}, '')", verdict=identifier("v", f"v_{fact.name}")) for fact in table.facts)
    work.do(
        """
        INSERT INTO import_outgoing (id, record_status, row_id, import_line, import_new, {names})
        SELECT d.id, CASE WHEN v.comes_back THEN {status} ELSE d.record_status END, v.row_id, i.line, false, {merged}, {kept}
        FROM import_compared v JOIN import_incoming i USING (row_id) JOIN {table} d ON d.id = v.record_id
        WHERE v.comes_back OR '{{write,fill}}' && ARRAY[{verdicts}]
        """,
        names=named([*table.db_columns, *kept]),
        status=work.run.record_status,
        merged=joined(", ", merged),
        kept=named(kept, "d"),
        verdicts=joined(", ", verdicts),
    )


def _merged(fact: str, column: str) -> Sql:
    """Return a column of a record that changes: the file's where the fact is written or filled, else the registry's."""
    return sql(
        "CASE WHEN {verdict} IN ('write', 'fill') THEN {here} ELSE {there} END",
        verdict=identifier("v", f"v_{fact}"),
        here=identifier("i", column),
        there=identifier("d", column),
    )


def _when_new(work: Work, column: str) -> Sql:
    """Return the value of a column of a new record: codes may be given for new records alone."""
    value = identifier("i", work.table.db_column(column))
    if not getattr(work.table.field(column), "choices", None):
        return value
    return sql(
        "CASE WHEN r.mapped ? {column} THEN {value} ELSE COALESCE(r.mapped->'when_new'->>{column}, {value}) END",
        column=column,
        value=value,
    )


def _words(text: Sql, longest: int) -> Sql:
    """Return the words of a text in the letters of a slug, with hyphens between, never longer than an address bears."""
    words = "trim(BOTH '-' FROM left(regexp_replace({text}, '[^a-z0-9]+', '-', 'g'), {longest}))"
    return sql(words, text=text, longest=longest)


def _slug(work: Work) -> Sql:
    """Make a slug of name and id: the same for the same row, in any registry. Other scripts are folded."""
    label = sql("COALESCE({labels})", labels=named(work.table.labels, "i")) if work.table.labels else sql("''")
    return sql(
        "concat_ws('-', COALESCE(NULLIF({plain}, ''), NULLIF({folded}, '')), NULLIF({scheme}, ''), NULLIF({value}, ''))",
        plain=_words(sql("lower(unaccent({label}))", label=label), 60),
        folded=_words(sql("registry_fold({label})", label=label), 60),
        value=_words(sql("lower(unaccent(i.external))"), 40),
        scheme=_words(sql("lower(i.id_scheme)"), 16),
    )


def _keep_slugs_apart(work: Work) -> None:
    """Return slugs that would meet each other, or one of the registry, a piece of their id's digest."""
    work.do("""
        UPDATE import_outgoing o SET slug = left(o.slug, 111) || '-' || left(md5(i.id_scheme || ':' || i.external), 8)
        FROM import_incoming i WHERE i.row_id = o.row_id AND (
            o.slug IN (SELECT slug FROM import_outgoing GROUP BY slug HAVING count(*) > 1)
            OR EXISTS (SELECT FROM {table} d WHERE lower(d.slug) = o.slug))
    """)


def _hold_against_rules(work: Work) -> None:
    """Evaluate each CHECK of the table, as the database has it, for each row, and refuse the rows that break one."""
    table = work.table
    rules = checks_of(work, table.name)
    needed = [f.column for f in table.model._meta.concrete_fields if not f.null and f.column in table.db_columns]
    rules += [(f"{column} is needed", sql("{column} IS NOT NULL", column=identifier(column))) for column in needed]
    work.do("CREATE TEMP TABLE import_doubt (rule int, name text, field text, message text) ON COMMIT DROP")
    for number, (name, _) in enumerate(rules):
        field, message = words_for(name)
        words = message or f"The registry keeps the rule “{name}”."
        work.do("INSERT INTO import_doubt VALUES ({number}, {name}, {field}, {words})",
            number=number, name=name, field=field or "", words=words)  # fmt: skip
    broken = (
        sql("SELECT row_id, import_line, {number} AS rule FROM import_outgoing WHERE NOT {rule}", number=number, rule=rule)
        for number, (_, rule) in enumerate(rules)
    )
    work.problem(
        """
        SELECT b.row_id, b.import_line, w.name, w.field, COALESCE(left(r.mapped->>w.field, 200), ''), w.message, '', true
        FROM ({broken}) b JOIN import_doubt w USING (rule) JOIN registry_importrow r ON r.id = b.row_id
        ORDER BY b.import_line
        """,
        broken=joined(" UNION ALL ", broken),
    )
    drop_refused(work)
    work.do("DELETE FROM import_outgoing WHERE row_id NOT IN (SELECT row_id FROM import_incoming)")
