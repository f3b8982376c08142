"""A published record rests on a source that readers can see: whichever of record, citation and source changes.

Every rule looks at the rows as they are at commit, and locks the source that it found: a source that another transaction
withdraws at that moment is waited for, and does not count.
"""

from typing import Any

import pgtrigger

from registry.triggers.plans import RowRule
from registry.triggers.refusals import one_line, refuse

#: Column of the citations → table, of the kinds of record that cannot be published without one.
MUST_BE_CITED = {
    "deposit": "registry_deposit",
    "estimate": "registry_resourceestimate",
    "prospecting_object": "registry_prospectingobject",
    "license": "registry_license",
    "policy_framework": "registry_policyframework",
    "organization": "registry_organization",
}
#: A finding's own source is its citation.
SOURCE_OF_FINDING = "registry_finding"
#: So many records are named where many would lose their last source, and counted up to the second number.
_NAMED, _COUNTED = 5, 1_000


def _seen(column: str, key: str) -> str:
    """Give the SQL that finds a published source which the record of a key cites."""
    return (
        f"SELECT FROM registry_citation c JOIN registry_source s ON s.id = c.source_id"
        f" WHERE c.{column}_id = {key} AND s.record_status = 'published' LIMIT 1"
    )


class Cited(RowRule):
    """Refuse, at commit, a published record without a citation of a published source."""

    name = "cited"
    when = pgtrigger.After
    operation = pgtrigger.Insert | pgtrigger.UpdateOf("record_status")
    timing = pgtrigger.Deferred
    condition = pgtrigger.Q(new__record_status="published")

    def __init__(self, column: str) -> None:
        """Name the column of the citations table that points at the model."""
        super().__init__()
        self.column = column

    def get_func(self, model: Any) -> str:
        """Look at the row as it is at commit, not as it was when the trigger was queued."""
        kind = model._meta.verbose_name
        none = f"format('%s “%s” cannot be published without a citation', '{kind}', NEW.slug)"
        hidden = (
            f"format('%s “%s” cites no published source, so readers would see no citation; publish a source of it first',"
            f" '{kind}', NEW.slug)"
        )
        return one_line(f"""
            IF NOT EXISTS (SELECT FROM "{model._meta.db_table}" WHERE id = NEW.id AND record_status = 'published')
            THEN RETURN NULL; END IF;
            PERFORM {_seen(self.column, "NEW.id").removeprefix("SELECT ")} FOR SHARE OF s;
            IF FOUND THEN RETURN NULL; END IF;
            IF EXISTS (SELECT FROM registry_citation WHERE {self.column}_id = NEW.id)
            THEN {refuse(model, "cited_visibly", hidden)} END IF;
            {refuse(model, "cited", none)}
        """)


class KeepCited(RowRule):
    """Refuse, at commit, to take from a published record its last citation of a published source."""

    name = "keep_cited"
    when = pgtrigger.After
    timing = pgtrigger.Deferred

    def __init__(self, **tables: str) -> None:
        """Take column → table of every kind of record that needs a citation."""
        super().__init__(operation=pgtrigger.UpdateOf("source_id", *(f"{column}_id" for column in tables)) | pgtrigger.Delete)
        self.tables = tables

    def get_func(self, model: Any) -> str:
        """Check the record that the citation pointed at, whichever it was."""
        last = "'a published record keeps at least one citation of a published source; withdraw it first'"
        checks = "".join(
            f"""
            IF OLD.{column}_id IS NOT NULL
            AND EXISTS (SELECT FROM "{table}" WHERE id = OLD.{column}_id AND record_status = 'published') THEN
            PERFORM {_seen(column, f"OLD.{column}_id").removeprefix("SELECT ")} FOR SHARE OF s;
            IF NOT FOUND THEN {refuse(model, "last_citation", last)} END IF;
            END IF;
            """
            for column, table in self.tables.items()
        )
        return one_line(checks + "RETURN NULL;")


class SourceSeen(RowRule):
    """Refuse, at commit, a published finding whose source is not published."""

    name = "source_seen"
    when = pgtrigger.After
    operation = pgtrigger.Insert | pgtrigger.UpdateOf("record_status", "source_id")
    timing = pgtrigger.Deferred
    condition = pgtrigger.Q(new__record_status="published")

    def get_func(self, model: Any) -> str:
        """Look at the finding and its source as they are at commit."""
        hidden = "format('finding “%s” cannot be published: its source is not published; publish the source first', NEW.slug)"
        return one_line(f"""
            IF NOT EXISTS (SELECT FROM registry_finding WHERE id = NEW.id AND record_status = 'published')
            THEN RETURN NULL; END IF;
            PERFORM FROM registry_finding f JOIN registry_source s ON s.id = f.source_id
            WHERE f.id = NEW.id AND s.record_status = 'published' FOR SHARE OF s;
            IF NOT FOUND THEN {refuse(model, "source_seen", hidden)} END IF;
            RETURN NULL;
        """)


class KeepSeen(RowRule):
    """Refuse, at commit, to hide a source that is the last one readers see of a published record."""

    name = "keep_seen"
    when = pgtrigger.After
    operation = pgtrigger.UpdateOf("record_status")
    timing = pgtrigger.Deferred
    condition = pgtrigger.Q(old__record_status="published") & ~pgtrigger.Q(new__record_status="published")

    def __init__(self, **tables: str) -> None:
        """Take column → table of every kind of record that needs a citation."""
        super().__init__()
        self.tables = tables

    def get_declare(self, model: Any) -> list[tuple[str, str]]:
        """Hold the records that would be left."""
        return [("bare", "text[]")]

    def get_func(self, model: Any) -> str:
        """Name the records; sources are hidden one after the other, so that two of one record are not hidden at once."""
        left = " UNION ALL ".join(
            f"""(SELECT DISTINCT '{column.replace("_", " ")} “' || r.slug || '”' FROM registry_citation c
                JOIN "{table}" r ON r.id = c.{column}_id AND r.record_status = 'published'
                WHERE c.source_id = NEW.id AND c.{column}_id IS NOT NULL AND NOT EXISTS ({_seen(column, "r.id")})
                LIMIT {_COUNTED})"""
            for column, table in self.tables.items()
        )
        findings = f"""(SELECT 'finding “' || slug || '”' FROM {SOURCE_OF_FINDING}
            WHERE source_id = NEW.id AND record_status = 'published' LIMIT {_COUNTED})"""
        count = f"CASE WHEN cardinality(bare) < {_COUNTED} THEN cardinality(bare)::text ELSE '{_COUNTED:,} or more' END"
        message = (
            f"format('readers would see no source any more of %s published record(s): %s%s;"
            f" withdraw these, or cite another published source first', {count},"
            f" array_to_string(bare[1:{_NAMED}], ', '), CASE WHEN cardinality(bare) > {_NAMED} THEN ', …' ELSE '' END)"
        )
        return one_line(f"""
            PERFORM pg_advisory_xact_lock(hashtext('registry_source'), hashtext('keep_seen'));
            IF EXISTS (SELECT FROM registry_source WHERE id = NEW.id AND record_status = 'published')
            THEN RETURN NULL; END IF;
            bare := ARRAY(SELECT * FROM ({left} UNION ALL {findings}) AS left_bare(name) LIMIT {_COUNTED});
            IF cardinality(bare) > 0 THEN {refuse(model, "last_source", message)} END IF;
            RETURN NULL;
        """)
