"""How the functions of triggers are planned: once, by index, and for any number of rows."""

from typing import Any

import pgtrigger
from pgtrigger import compiler


class _KeptPlans(compiler.UpsertTriggerSql):
    """The installation of a trigger whose function plans its queries once, by index.

    Sessions plan anew for each value, and statistics know nothing of what a transaction has just written: a rule asked for
    each of 20,000 new rows then read the whole table 20,000 times.
    """

    def get_template(self) -> str:
        """Set both on the function, the second one of the template."""
        head, end, tail = super().get_template().rpartition("$$ LANGUAGE plpgsql;")
        return f"{head}{end[:-1]} SET plan_cache_mode = force_generic_plan SET enable_seqscan = off;{tail}"


class RowRule(pgtrigger.Trigger):
    """A rule that is asked about one row at a time and looks into tables."""

    def compile(self, model: Any) -> compiler.Trigger:
        """Compile it with kept plans."""
        compiled = super().compile(model)
        return compiler.Trigger(name=compiled.name, sql=_KeptPlans(pgid=compiled.sql.pgid, **_without_id(compiled.sql.kwargs)))


def _without_id(arguments: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in arguments.items() if name not in ("self", "pgid")}


#: New and old rows of a statement, by their key. A plan made for a statement of one row is kept for one of 300,000, and would
#: compare every new row with every old one; a full join is never done so.
PAIRS = "new_rows n FULL JOIN old_rows o USING (id)"
