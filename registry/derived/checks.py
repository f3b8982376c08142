"""Rules over several rows that hold when a transaction commits.

A statement that could break one notes the rule with the keys of its rows in `registry_pendingcheck`: one row for each
statement, however many records it wrote. A deferred trigger on that table checks at commit what all notes of a rule name, at
once, and removes them: a transaction of many statements about one record checks it once.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from registry.derived.objects import DerivedFunction, DerivedTrigger

TABLE = "registry_pendingcheck"
FUNCTION = "registry_check_pending"


@dataclass(frozen=True, kw_only=True)
class CommitCheck:
    """A rule: PL/pgSQL statements over `ids`, the keys of the records in query, that raise what is refused."""

    name: str
    purpose: str
    body: str


def noted(check: str, ids: str) -> str:
    """Return the statement that notes a check of the ids of a query."""
    return f"INSERT INTO {TABLE} (rule, ids) SELECT '{check}', array_agg(k.id) FROM ({ids}) k (id) HAVING count(*) > 0;"


def check_function(checks: Iterable[CommitCheck]) -> DerivedFunction:
    """Return the function that runs the checks of a note."""
    cases = "\n".join(
        f"WHEN '{check.name}' THEN\n-- {check.purpose}\n{check.body.strip()}" for check in sorted(checks, key=lambda c: c.name)
    )
    return DerivedFunction(
        name=FUNCTION,
        purpose="The rules that hold at commit, each checked for all records of a statement at once.",
        body=f"""DECLARE ids bigint[]; wrong text; cited boolean; bare text[];
BEGIN
WITH notes AS (DELETE FROM {TABLE} p WHERE p.rule = NEW.rule
    AND EXISTS (SELECT FROM {TABLE} mine WHERE mine.id = NEW.id) RETURNING p.ids)
SELECT array_agg(DISTINCT n) INTO ids FROM notes CROSS JOIN LATERAL unnest(notes.ids) n;
IF ids IS NULL THEN RETURN NULL; END IF;
CASE NEW.rule
{cases}
END CASE;
RETURN NULL;
END""",
        options="SET plan_cache_mode = force_custom_plan",
        triggers=(DerivedTrigger(name="check_at_commit", table=TABLE, events="AFTER INSERT", level="ROW", constraint=True),),
    )
