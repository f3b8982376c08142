"""Rules over several rows that no CHECK can say: cycles, shares, members."""

from typing import Any

import pgtrigger

from registry.triggers.plans import RowRule
from registry.triggers.refusals import one_line, refuse


class NoCycle(RowRule):
    """Refuse a parent that is the record itself or one of its descendants."""

    name = "no_cycle"
    when = pgtrigger.After

    def __init__(self, field: str) -> None:
        """Name the foreign key that points at the parent."""
        super().__init__(
            name=f"no_cycle_{field}",
            operation=pgtrigger.Insert | pgtrigger.UpdateOf(f"{field}_id"),
            # Asked before the function is called: most records have no parent, and an import writes many.
            condition=pgtrigger.Q(**{f"new__{field}__isnull": False}),
        )
        self.field = field

    def get_func(self, model: Any) -> str:
        """Walk upwards from the new parent; UNION ends the walk on any loop."""
        table, column = model._meta.db_table, f"{self.field}_id"
        cycle = refuse(model, f"{self.field}_cycle", "'a record cannot be among its own ancestors'")
        return one_line(f"""
            IF EXISTS (
                WITH RECURSIVE up(id) AS (
                    SELECT NEW.{column} UNION SELECT t.{column} FROM "{table}" t JOIN up USING (id)
                ) SELECT FROM up WHERE id = NEW.id)
            THEN {cycle} END IF;
            RETURN NULL;
        """)


class SharesWithinWhole(RowRule):
    """Refuse, at commit, holders whose shares at any one time exceed 100 per cent."""

    name = "shares_within_whole"
    when = pgtrigger.After
    operation = pgtrigger.Insert | pgtrigger.Update
    timing = pgtrigger.Deferred

    def get_func(self, model: Any) -> str:
        """Sum the shares at the begin of each holder's time: a sum can only rise there."""
        over = refuse(model, "shares", "'the shares of the holders of a licence at one time exceed 100 per cent'")
        return one_line(f"""
            IF EXISTS (
                SELECT FROM registry_licenseparty a JOIN registry_licenseparty b USING (license_id)
                WHERE a.license_id = NEW.license_id AND a.role = 'holder' AND b.role = 'holder'
                AND (a.start IS NULL AND b.start IS NULL
                     OR registry_period(b.start, b."end") @> registry_first_day(a.start))
                GROUP BY a.id HAVING sum(b.share_pct) > 100)
            THEN {over} END IF;
            RETURN NULL;
        """)


class MembersWithinCount(RowRule):
    """Refuse, at commit, more named members than the group of prospecting objects counts."""

    name = "members_within_count"
    when = pgtrigger.After
    operation = pgtrigger.Insert | pgtrigger.UpdateOf("member_of_id", "count")
    timing = pgtrigger.Deferred

    def get_func(self, model: Any) -> str:
        """Look at the record as a group and as a member."""
        over = refuse(model, "members", "'a group of prospecting objects has more members than it counts'")
        return one_line(f"""
            IF EXISTS (
                SELECT FROM registry_prospectingobject g
                WHERE g.id IN (NEW.id, NEW.member_of_id)
                AND g.count < (SELECT sum(COALESCE(m.count, 1)) FROM registry_prospectingobject m WHERE m.member_of_id = g.id))
            THEN {over} END IF;
            RETURN NULL;
        """)


_TWO = "(SELECT count(*) FROM registry_disagreementmember WHERE disagreement_id = {id}) < 2"


class AtLeastTwoMembers(RowRule):
    """Refuse, at commit, a published disagreement with fewer than two sides."""

    name = "two_members"
    when = pgtrigger.After
    operation = pgtrigger.Insert | pgtrigger.UpdateOf("record_status")
    timing = pgtrigger.Deferred
    condition = pgtrigger.Q(new__record_status="published")

    def get_func(self, model: Any) -> str:
        """Count the sides as they are at commit."""
        few = refuse(model, "members", "'a disagreement has two or more sides'")
        return one_line(f"""
            IF EXISTS (SELECT FROM registry_disagreement WHERE id = NEW.id AND record_status = 'published')
            AND {_TWO.format(id="NEW.id")} THEN {few} END IF;
            RETURN NULL;
        """)


class KeepTwoMembers(RowRule):
    """Refuse, at commit, to take a side from a published disagreement that then has fewer than two."""

    name = "keep_two_members"
    when = pgtrigger.After
    operation = pgtrigger.Update | pgtrigger.Delete
    timing = pgtrigger.Deferred

    def get_func(self, model: Any) -> str:
        """Count the sides that are left."""
        few = refuse(model, "members", "'a disagreement has two or more sides'")
        return one_line(f"""
            IF EXISTS (SELECT FROM registry_disagreement WHERE id = OLD.disagreement_id AND record_status = 'published')
            AND {_TWO.format(id="OLD.disagreement_id")} THEN {few} END IF;
            RETURN NULL;
        """)
