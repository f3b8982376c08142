"""The steps of a table, joined into one trigger per moment and operation.

PostgreSQL calls the triggers of a table in the alphabetical order of their names. Here there is only one to call, and the order
of the steps in it is that of their layers, then that of their declaration.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from registry.derived.objects import DerivedFunction, DerivedTrigger
from registry.derived.steps import WRITES, Moment, Operation, Step, given

PREFIX = "registry_"

#: Queries of a row are planned once, by index: sessions plan again for each value, and the statistics know nothing of the
#: rows that a transaction has just written.
ROW_OPTIONS = "SET plan_cache_mode = force_generic_plan SET enable_seqscan = off"
#: Queries of a statement are planned for its rows: a plan made for one row takes a product of 300,000. A query that names no
#: variable keeps its first plan nevertheless.
STATEMENT_OPTIONS = "SET plan_cache_mode = force_custom_plan SET enable_seqscan = on"
#: A statement of one row, as forms send, would be planned for longer than it runs: its plans are kept, as those of rows are.
#: Not where that row may stand for a hundred thousand others.
_ONE_ROW = """IF NOT EXISTS (SELECT FROM {rows} OFFSET 1) THEN
SET LOCAL plan_cache_mode = force_generic_plan;
SET LOCAL enable_seqscan = off;
END IF;
"""
SHARED = frozenset(
    f"{PREFIX}{one}"
    for one in (
        *("commodity", "commoditymember", "country", "disputedarea", "disputedareaparty", "organization", "organizationmember"),
        *("organizationparent", "reescheme", "reeschemeclass", "region", "regionmember", "source", "sourcepublisher"),
    )
)


def dispatchers(steps: Iterable[Step]) -> Iterator[DerivedFunction]:
    """Return the trigger functions of all tables."""
    by_table: dict[str, list[Step]] = defaultdict(list)
    for step in steps:
        by_table[step.table].append(step)
    for table, those in sorted(by_table.items()):
        ordered = sorted(those, key=lambda step: step.layer)
        yield from _before_row(table, [s for s in ordered if s.moment is Moment.BEFORE_ROW])
        after = [s for s in ordered if s.moment is Moment.AFTER_STATEMENT]
        for operation in Operation:
            yield from _after_statement(table, operation, [s for s in after if operation in s.operations])


def _before_row(table: str, steps: list[Step]) -> Iterator[DerivedFunction]:
    operations = [o for o in WRITES if any(o in step.operations for step in steps)]
    if not operations:
        return
    blocks = "\n".join(_only(step, operations) for step in steps)
    row = "RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;"
    if Operation.DELETE not in operations:
        row = "RETURN NEW;"
    yield DerivedFunction(
        name=f"{PREFIX}before_{_short(table)}",
        purpose=f"What happens before a row of {table} is written.",
        body=f"BEGIN\n{blocks}\n{row}\nEND",
        options=ROW_OPTIONS,
        triggers=(
            DerivedTrigger(
                name=f"{PREFIX}before",
                table=table,
                events=f"BEFORE {' OR '.join(operations).upper()}",
                level="ROW",
            ),
        ),
        steps=tuple(steps),
    )


def _only(step: Step, operations: list[Operation]) -> str:
    """Run a step for its own operations alone."""
    if set(operations) <= set(step.operations):
        return step.block()
    named = ", ".join(f"'{operation.upper()}'" for operation in step.operations)
    return f"IF TG_OP IN ({named}) THEN\n{step.block()}\nEND IF;"


def _after_statement(table: str, operation: Operation, steps: list[Step]) -> Iterator[DerivedFunction]:
    if not steps:
        return
    tables = operation.transition
    # A statement of no rows calls triggers too.
    rows = next(iter(tables.values()), "")
    nothing = f"IF NOT EXISTS (SELECT FROM {rows}) THEN RETURN NULL; END IF;\n" if rows else ""
    kept = _ONE_ROW.format(rows=rows) if rows and table not in SHARED else ""
    variables, read_once = _asked(operation, sorted(frozenset().union(*(step.asks for step in steps))))
    blocks = "\n".join(step.block() for step in steps)
    referencing = "".join(f" {age} TABLE AS {name}" for age, name in tables.items())
    yield DerivedFunction(
        name=f"{PREFIX}after_{operation}_{_short(table)}",
        purpose=f"What follows from {operation}s of {table}, once per statement.",
        body=f"{variables}BEGIN\n{nothing}{kept}{read_once}{blocks}\nRETURN NULL;\nEND",
        options=" ".join([STATEMENT_OPTIONS, *sorted({step.options for step in steps} - {""})]),
        triggers=(
            DerivedTrigger(
                name=f"{PREFIX}after_{operation}",
                table=table,
                events=f"AFTER {operation.upper()}",
                referencing=f" REFERENCING{referencing}" if referencing else "",
            ),
        ),
        steps=tuple(steps),
    )


def _asked(operation: Operation, columns: list[str]) -> tuple[str, str]:
    """Return the variables of the columns that steps ask for, and the query that fills them from the rows of the statement."""
    if not columns:
        return "", ""
    variables = [given(column) for column in columns]
    aggregates = ", ".join(f"bool_or({column} IS NOT NULL)" for column in columns)
    rows = " UNION ALL ".join(f"SELECT {', '.join(columns)} FROM {name}" for name in operation.transition.values())
    declared = "".join(f"{variable} boolean; " for variable in variables)
    return f"DECLARE {declared}\n", f"SELECT {aggregates} INTO {', '.join(variables)} FROM ({rows}) r;\n"


def _short(table: str) -> str:
    return table.removeprefix("registry_")
