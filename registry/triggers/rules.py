"""Rules over several rows that no CHECK can say: cycles, shares, members."""

from collections.abc import Iterator

from django.db import models

from registry.derived.checks import CommitCheck, noted
from registry.derived.steps import WRITES, Layer, Operation, Step, after
from registry.triggers.base import Trigger, changed, pairs
from registry.triggers.records import PUBLISHED
from registry.triggers.refusals import refuse


class NoCycle(Trigger):
    """Refuse a parent that is the record itself or one of its descendants."""

    def __init__(self, field: str, message: str = "a record cannot be among its own ancestors") -> None:
        """Name the foreign key that points at the parent, and say what is refused."""
        self.field, self.message = field, message

    def steps(self, model: type[models.Model]) -> Iterator[Step]:
        """Walk upwards from the new parents; UNION ends the walk on any loop. Most records have no parent."""
        table, column = model._meta.db_table, f"{self.field}_id"
        cycle = refuse(model, f"{self.field}_cycle", f"'{self.message}'", self.field)
        begun = {
            Operation.INSERT: f"SELECT n.id, n.{column} FROM new_rows n WHERE n.{column} IS NOT NULL",
            Operation.UPDATE: f"SELECT n.id, n.{column} FROM "
            + pairs(f"n.{column} IS NOT NULL AND n.{column} IS DISTINCT FROM o.{column}"),
        }
        bodies = {
            operation: f"""
                IF EXISTS ({start}) AND EXISTS (
                    WITH RECURSIVE up(begun, id) AS (
                        ({start}) UNION SELECT up.begun, t.{column} FROM up JOIN "{table}" t ON t.id = up.id
                        WHERE t.{column} IS NOT NULL
                    ) SELECT FROM up WHERE id = begun)
                THEN {cycle} END IF;
            """
            for operation, start in begun.items()
        }
        purpose = f"refuse a {self.field} that is the record itself or one of its descendants"
        yield from after(table, Layer.RULES, f"no_cycle_{self.field}", purpose, bodies, reads=(column,))


class NoCycleOfRows(Trigger):
    """Refuse a row from a record to one above it that leads, at one time, back to the record itself."""

    def __init__(self, below: str, above: str) -> None:
        """Name the foreign keys of the record below and of the record above it."""
        self.below, self.above = f"{below}_id", f"{above}_id"

    def steps(self, model: type[models.Model]) -> Iterator[Step]:
        """Walk upwards from the new rows for the time in which all rows hold; UNION ends the walk on any loop."""
        table, below, above = model._meta.db_table, self.below, self.above
        cycle = refuse(model, "cycle", "'a record cannot be above itself'", above.removesuffix("_id"))
        columns = (below, above, "start", "end")
        begun = {
            Operation.INSERT: f"SELECT n.* FROM new_rows n WHERE n.{below} IS NOT NULL",
            Operation.UPDATE: f"SELECT n.* FROM {pairs(f'n.{below} IS NOT NULL AND {changed(columns)}')}",
        }
        bodies = {
            operation: f"""
                IF EXISTS ({rows}) AND EXISTS (
                    WITH RECURSIVE up(begun, id, held) AS (
                        SELECT b.{below}, b.{above}, registry_period(b.start, b."end") FROM ({rows}) b
                        UNION
                        SELECT up.begun, t.{above}, up.held * registry_period(t.start, t."end")
                        FROM up JOIN "{table}" t ON t.{below} = up.id AND registry_period(t.start, t."end") && up.held
                    ) SELECT FROM up WHERE id = begun)
                THEN {cycle} END IF;
            """
            for operation, rows in begun.items()
        }
        purpose = f"refuse {model._meta.verbose_name_plural} that lead, at one time, back to the record itself"
        yield from after(table, Layer.RULES, "no_cycle_of_rows", purpose, bodies, reads=columns)


class _AtCommit(Trigger):
    """A rule that is checked at commit for the records that a statement could have made break it."""

    name: str
    purpose: str
    #: Operation → the query for the keys of the records to check.
    noted: dict[Operation, str]
    columns: frozenset[str] = frozenset()

    def steps(self, model: type[models.Model]) -> Iterator[Step]:
        """Record the records."""
        bodies = {operation: noted(self.name, ids) for operation, ids in self.noted.items()}
        purpose = f"have it checked at commit: {self.purpose}"
        yield from after(model._meta.db_table, Layer.CHECKS, self.name, purpose, bodies, reads=self.columns)

    def checks(self, model: type[models.Model]) -> Iterator[CommitCheck]:
        """Return the rule itself."""
        yield CommitCheck(name=self.name, purpose=self.purpose, body=self.rule(model))

    def rule(self, model: type[models.Model]) -> str:
        """Return the statements that refuse, over `ids`."""
        raise NotImplementedError


class SharesWithinWhole(_AtCommit):
    """Refuse, at commit, rows of a record whose shares at any one time exceed 100 per cent."""

    def __init__(self, parent: str, role: str = "") -> None:
        """Name the column of the record that is shared, and the role whose shares make the whole; "" if there are no roles."""
        self.parent, self.role = parent, role
        self.name = f"shares_of_{parent}"
        self.purpose = f"the shares of a {parent}'s {role or 'owner'}s at one time are at most 100 per cent"
        self.noted = dict.fromkeys(WRITES[:2], f"SELECT DISTINCT {parent}_id FROM new_rows")
        self.columns = frozenset((f"{parent}_id", "share_pct", "start", "end", *(("role",) if role else ())))

    def rule(self, model: type[models.Model]) -> str:
        """Sum the shares at the begin of each row's time: a sum can only rise there."""
        over = refuse(model, "shares", f"'the shares of a {self.parent} at one time exceed 100 per cent'", "share_pct")
        table, key = model._meta.db_table, f"{self.parent}_id"
        of_role = f" AND a.role = '{self.role}' AND b.role = '{self.role}'" if self.role else ""
        return f"""
            PERFORM FROM {table} a JOIN {table} b USING ({key})
            WHERE {key} = ANY (ids){of_role}
            AND (a.start IS NULL AND b.start IS NULL
                 OR registry_period(b.start, b."end") @> registry_first_day(a.start))
            GROUP BY a.id HAVING sum(b.share_pct) > 100 LIMIT 1;
            IF FOUND THEN {over} END IF;
        """


class MembersWithinCount(_AtCommit):
    """Refuse, at commit, more named members than the group of prospecting objects counts."""

    name = "members_within_count"
    purpose = "a group of prospecting objects has no more members than it counts"
    noted = {
        Operation.INSERT: "SELECT unnest(ARRAY[n.id, n.member_of_id]) FROM new_rows n WHERE n.member_of_id IS NOT NULL",
        Operation.UPDATE: "SELECT unnest(ARRAY[n.id, n.member_of_id]) FROM " + pairs(changed(("member_of_id", "count"))),
    }
    columns = frozenset(("member_of_id", "count"))

    def rule(self, model: type[models.Model]) -> str:
        """Check each record as a group and as a member."""
        over = refuse(model, "members", "'a group of prospecting objects has more members than it counts'")
        return f"""
            PERFORM FROM registry_prospectingobject g WHERE g.id = ANY (ids)
            AND g.count < (SELECT sum(COALESCE(m.count, 1)) FROM registry_prospectingobject m WHERE m.member_of_id = g.id)
            LIMIT 1;
            IF FOUND THEN {over} END IF;
        """


class _Counted(_AtCommit):
    """A rule that a published record has so many rows of a kind or more."""

    def __init__(self, least: int, table: str, key: str, message: str, counted: str = "") -> None:
        """Give the least number, the other table (of the rows, or of the records), the rows' key to it, and the message.

        `counted` names a function of the record's key, where not each row counts.
        """
        self.least, self.other, self.key, self.message, self.counted = least, table, f"{key}_id", message, counted

    def refused(self, model: type[models.Model], records: str, rows: str) -> str:
        """Return the statements that count the rows as they are at commit."""
        few = refuse(model, "members", f"'{self.message}'")
        number = f"{self.counted}(d.id)" if self.counted else f"(SELECT count(*) FROM {rows} m WHERE m.{self.key} = d.id)"
        return f"""
            PERFORM FROM {records} d WHERE d.id = ANY (ids) AND d.record_status = 'published'
            AND {number} < {self.least} LIMIT 1;
            IF FOUND THEN {few} END IF;
        """


class AtLeast(_Counted):
    """Refuse, at commit, a published record with fewer rows of a kind than its least number."""

    noted = PUBLISHED
    columns = frozenset(("record_status",))

    def __init__(self, least: int, table: str, key: str, message: str, counted: str = "") -> None:
        """Take the table of the rows."""
        super().__init__(least, table, key, message, counted)
        self.name, self.purpose = f"enough_{table.removeprefix('registry_')}", f"once published, {message}"

    def rule(self, model: type[models.Model]) -> str:
        """Count the rows."""
        return self.refused(model, model._meta.db_table, self.other)


class KeepAtLeast(_Counted):
    """Refuse, at commit, to take a row from a published record that then has fewer than its least number."""

    def __init__(self, least: int, table: str, key: str, message: str, counted: str = "") -> None:
        """Take the table of the records."""
        super().__init__(least, table, key, message, counted)
        self.name, self.purpose = f"keep_enough_of_{table.removeprefix('registry_')}", f"as long as it is published, {message}"
        self.noted = dict.fromkeys(WRITES[1:], f"SELECT DISTINCT {self.key} FROM old_rows")
        self.columns = frozenset((self.key,))

    def rule(self, model: type[models.Model]) -> str:
        """Count the rows that are left."""
        return self.refused(model, self.other, model._meta.db_table)
