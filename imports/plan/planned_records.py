"""The records as they would be after the load, checked one by one against the rules of their table."""

from imports.plan.matches import drop_refused
from imports.plan.steps import Work
from registry.refusals import words_for

#: Latin letters as they are, other scripts by the registry's fold; hyphens between; never longer than an address bears.
_WORDS = "trim(BOTH '-' FROM left(regexp_replace({text}, '[^a-z0-9]+', '-', 'g'), {longest}))"


def compose(work: Work) -> None:
    """Make `import_outgoing`: new records with their keys and slugs, and records that change, as they would stand."""
    table = work.table
    columns = [table.db_column(column) for column in table.columns]
    names = ", ".join(f'"{column}"' for column in columns)
    work.do(f"CREATE TEMP TABLE import_outgoing ON COMMIT DROP AS SELECT * FROM {table.name} WITH NO DATA")
    work.do("ALTER TABLE import_outgoing ADD row_id bigint, ADD import_line bigint, ADD import_new boolean")
    if table.makes:
        given = "".join(f", {value}" for value in table.others.values())
        work.do(
            f"""
            INSERT INTO import_outgoing
                (id, slug, record_status, row_id, import_line, import_new, {names}{_comma(table.others)})
            SELECT nextval(pg_get_serial_sequence('{table.name}', 'id')), {_slug(work)}, %(status)s, i.row_id, i.line, true,
                {", ".join(_when_new(work, column) for column in table.columns)}{given}
            FROM import_incoming i JOIN registry_importrow r ON r.id = i.row_id
            WHERE NOT EXISTS (SELECT FROM import_matched m WHERE m.row_id = i.row_id) ORDER BY i.line
            """,
            status=work.run.record_status,
        )
        _keep_slugs_apart(work)
    kept = [
        f.column
        for f in table.model._meta.concrete_fields
        if f.column not in (*columns, "id", "record_status") and not hasattr(f, "db_persist")
    ]
    merged = ", ".join(_merged(fact.name, f'"{table.db_column(column)}"') for fact in table.facts for column in fact.columns)
    others = ", ".join(f'"{column}"' for column in kept)
    work.do(
        f"""
        INSERT INTO import_outgoing (id, record_status, row_id, import_line, import_new, {names}, {others})
        SELECT d.id, CASE WHEN v.comes_back THEN %(status)s ELSE d.record_status END, v.row_id, i.line, false, {merged},
            {", ".join(f'd."{c}"' for c in kept)}
        FROM import_compared v JOIN import_incoming i USING (row_id) JOIN {table.name} d ON d.id = v.record_id
        WHERE v.comes_back OR 'write' IN ({_verdicts(work)}) OR 'fill' IN ({_verdicts(work)})
        """,
        status=work.run.record_status,
    )
    work.do("CREATE UNIQUE INDEX ON import_outgoing (row_id)")
    work.analyze("outgoing")
    _hold_against_rules(work)


def _merged(fact: str, column: str) -> str:
    """Return a column of a record that changes: the file's where the fact is written or filled, else the registry's."""
    return f"CASE WHEN v.v_{fact} IN ('write', 'fill') THEN i.{column} ELSE d.{column} END"


def _comma(columns: dict[str, str]) -> str:
    return "".join(f', "{column}"' for column in columns)


def _when_new(work: Work, column: str) -> str:
    """Return the value of a column of a new record: codes may be given for new records alone."""
    value = f'i."{work.table.db_column(column)}"'
    if not work.table.field(column).choices:
        return value
    return f"CASE WHEN r.mapped ? '{column}' THEN {value} ELSE COALESCE(r.mapped->'when_new'->>'{column}', {value}) END"


def _verdicts(work: Work) -> str:
    return ", ".join(f"COALESCE(v.v_{fact.name}, '')" for fact in work.table.facts)


def _slug(work: Work) -> str:
    """Make a slug of name and id: the same for the same row, in any registry."""
    label = f"COALESCE({', '.join(f'i.{name}' for name in work.table.labels)})"
    plain = _WORDS.format(text=f"lower(unaccent({label}))", longest=60)
    folded = _WORDS.format(text=f"registry_fold({label})", longest=60)
    value = _WORDS.format(text="lower(unaccent(i.external))", longest=40)
    scheme = _WORDS.format(text="lower(i.scheme)", longest=16)
    return f"concat_ws('-', COALESCE(NULLIF({plain}, ''), NULLIF({folded}, '')), NULLIF({scheme}, ''), NULLIF({value}, ''))"


def _keep_slugs_apart(work: Work) -> None:
    """Return slugs that would meet each other, or one of the registry, a piece of their id's digest."""
    work.do(f"""
        UPDATE import_outgoing o SET slug = left(o.slug, 111) || '-' || left(md5(i.scheme || ':' || i.external), 8)
        FROM import_incoming i WHERE i.row_id = o.row_id AND (
            o.slug IN (SELECT slug FROM import_outgoing GROUP BY slug HAVING count(*) > 1)
            OR EXISTS (SELECT FROM {work.table.name} d WHERE lower(d.slug) = o.slug))
    """)


def _hold_against_rules(work: Work) -> None:
    """Evaluate each CHECK of the table, as the database has it, for each row, and refuse the rows that break one."""
    table = work.table
    rules = work.ask(
        "SELECT conname, regexp_replace(pg_get_constraintdef(oid), '^CHECK ', '') FROM pg_constraint"
        " WHERE conrelid = %(table)s::regclass AND contype = 'c' ORDER BY conname",
        table=table.name,
    )
    needed = [
        f.column for f in table.model._meta.concrete_fields if not f.null and f.column in map(table.db_column, table.columns)
    ]
    rules += [(f"{column} is needed", f'"{column}" IS NOT NULL') for column in needed]
    broken = " UNION ALL ".join(
        f"SELECT row_id, import_line, {number} AS rule FROM import_outgoing WHERE NOT {rule}"
        for number, (_, rule) in enumerate(rules)
    )
    words = []
    for number, (name, _) in enumerate(rules):
        field, message = words_for(name)
        words.append((number, name, field or "", message or f"The registry keeps the rule “{name}”."))
    work.do("CREATE TEMP TABLE import_doubt (rule int, name text, field text, message text) ON COMMIT DROP")
    for number, name, field, message in words:
        work.do(
            "INSERT INTO import_doubt VALUES (%(number)s, %(name)s, %(field)s, %(message)s)",
            number=number, name=name, field=field, message=message,
        )  # fmt: skip
    work.problem(f"""
        SELECT b.row_id, b.import_line, w.name, w.field, COALESCE(left(r.mapped->>w.field, 200), ''), w.message, '', true
        FROM ({broken.replace("%", "%%")}) b JOIN import_doubt w USING (rule) JOIN registry_importrow r ON r.id = b.row_id
        ORDER BY b.import_line
    """)
    drop_refused(work)
    work.do("DELETE FROM import_outgoing WHERE row_id NOT IN (SELECT row_id FROM import_incoming)")
