"""Rules over several rows that no CHECK can say: cycles, shares, members."""

from collections.abc import Iterator

from django.db import models

from registry.derived.checks import CommitCheck, noted
from registry.derived.steps import WRITES, Layer, Moment, Operation, Step
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
        for operation, start in begun.items():
            yield Step(
                layer=Layer.RULES,
                name=f"no_cycle_{self.field}",
                purpose=f"refuse a {self.field} that is the record itself or one of its descendants",
                table=table,
                moment=Moment.AFTER_STATEMENT,
                operations=(operation,),
                reads=frozenset((column,)),
                body=f"""
                    IF EXISTS ({start}) AND EXISTS (
                        WITH RECURSIVE up(begun, id) AS (
                            ({start}) UNION SELECT up.begun, t.{column} FROM up JOIN "{table}" t ON t.id = up.id
                            WHERE t.{column} IS NOT NULL
                        ) SELECT FROM up WHERE id = begun)
                    THEN {cycle} END IF;
                """,
            )


class _AtCommit(Trigger):
    """A rule that is checked at commit for the records that a statement could have made break it."""

    name: str
    purpose: str
    #: Operation → the query for the keys of the records to check.
    noted: dict[Operation, str]
    columns: frozenset[str] = frozenset()

    def steps(self, model: type[models.Model]) -> Iterator[Step]:
        """Record the records."""
        for operation, ids in self.noted.items():
            yield Step(
                layer=Layer.CHECKS,
                name=self.name,
                purpose=f"have it checked at commit: {self.purpose}",
                table=model._meta.db_table,
                moment=Moment.AFTER_STATEMENT,
                operations=(operation,),
                reads=self.columns,
                body=noted(self.name, ids),
            )

    def checks(self, model: type[models.Model]) -> Iterator[CommitCheck]:
        """Return the rule itself."""
        yield CommitCheck(name=self.name, purpose=self.purpose, body=self.rule(model))

    def rule(self, model: type[models.Model]) -> str:
        """Return the statements that refuse, over `ids`."""
        raise NotImplementedError


class SharesWithinWhole(_AtCommit):
    """Refuse, at commit, holders whose shares at any one time exceed 100 per cent."""

    name = "shares_within_whole"
    purpose = "the shares of a licence's holders at one time are at most 100 per cent"
    noted = dict.fromkeys(WRITES[:2], "SELECT DISTINCT license_id FROM new_rows")
    columns = frozenset(("license_id", "role", "share_pct", "start", "end"))

    def rule(self, model: type[models.Model]) -> str:
        """Sum the shares at the begin of each holder's time: a sum can only rise there."""
        over = refuse(model, "shares", "'the shares of the holders of a licence at one time exceed 100 per cent'")
        return f"""
            PERFORM FROM registry_licenseparty a JOIN registry_licenseparty b USING (license_id)
            WHERE a.license_id = ANY (ids) AND a.role = 'holder' AND b.role = 'holder'
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


def _fewer_than_two(model: type[models.Model]) -> str:
    few = refuse(model, "members", "'a disagreement has two or more sides'")
    return f"""
        PERFORM FROM registry_disagreement d WHERE d.id = ANY (ids) AND d.record_status = 'published'
        AND (SELECT count(*) FROM registry_disagreementmember m WHERE m.disagreement_id = d.id) < 2 LIMIT 1;
        IF FOUND THEN {few} END IF;
    """


class AtLeastTwoMembers(_AtCommit):
    """Refuse, at commit, a published disagreement with fewer than two sides."""

    name = "two_members"
    purpose = "a published disagreement has two or more sides"
    noted = PUBLISHED
    columns = frozenset(("record_status",))

    def rule(self, model: type[models.Model]) -> str:
        """Count the sides as they are at commit."""
        return _fewer_than_two(model)


class KeepTwoMembers(_AtCommit):
    """Refuse, at commit, to take a side from a published disagreement that then has fewer than two."""

    name = "keep_two_members"
    purpose = "a published disagreement keeps two or more sides"
    noted = dict.fromkeys(WRITES[1:], "SELECT DISTINCT disagreement_id FROM old_rows")
    columns = frozenset(("disagreement_id",))

    def rule(self, model: type[models.Model]) -> str:
        """Count the sides that are left."""
        return _fewer_than_two(model)
