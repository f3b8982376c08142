"""What every curated table keeps: versions, frozen identities, citations, the data version."""

from typing import Any

import pgtrigger

from registry.triggers.plans import RowRule
from registry.triggers.refusals import curated_columns, one_line, refuse


class KeepRecord(pgtrigger.Trigger):
    """Number the versions of a record, date them, and freeze what the outside world may have kept: slug and uid."""

    name = "keep_record"
    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update

    def get_func(self, model: Any) -> str:
        """Compare the curated columns one by one: generated columns are not yet known in a BEFORE trigger."""
        columns = curated_columns(model)
        new, old = (", ".join(f'{row}."{c}"' for c in columns) for row in ("NEW", "OLD"))
        frozen = refuse(model, "slug_frozen", "'the slug of a record that was once published cannot change'")
        uid = refuse(model, "uid_frozen", "'the uid of a record cannot change'")
        merged = refuse(model, "merged_frozen", "'a record that was merged into another one does not change any more'")
        return one_line(f"""
            IF NEW.record_status = 'published' AND NEW.published_at IS NULL THEN
                NEW.published_at := statement_timestamp();
            END IF;
            IF TG_OP = 'INSERT' THEN RETURN NEW; END IF;
            IF NEW.uid <> OLD.uid THEN {uid} END IF;
            IF OLD.published_at IS NOT NULL AND NEW.slug <> OLD.slug THEN {frozen} END IF;
            NEW.created_at := OLD.created_at;
            IF OLD.published_at IS NOT NULL THEN NEW.published_at := OLD.published_at; END IF;
            IF NEW.version <> OLD.version THEN NEW.version := OLD.version + 1; NEW.updated_at := statement_timestamp();
            ELSIF ({new}) IS DISTINCT FROM ({old}) THEN NEW.version := OLD.version + 1; NEW.updated_at := statement_timestamp();
            END IF;
            IF OLD.record_status = 'merged' AND NEW.record_status = 'merged' AND NEW.version <> OLD.version
            AND NEW.merged_into_id = OLD.merged_into_id THEN {merged} END IF;
            RETURN NEW;
        """)


class KeepPublished(pgtrigger.Trigger):
    """Refuse to delete a record that was once published: it is withdrawn, so that its slug is never used again."""

    name = "keep_published"
    when = pgtrigger.Before
    operation = pgtrigger.Delete

    def get_func(self, model: Any) -> str:
        """Look at the row that is to go."""
        message = "'a record that was once published cannot be deleted; withdraw it'"
        return f"IF OLD.published_at IS NOT NULL THEN {refuse(model, 'withdraw_instead', message)} END IF; RETURN OLD;"


class Cited(RowRule):
    """Refuse, at commit, a published record without a citation."""

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
        message = f"format('%s “%s” cannot be published without a citation', '{model._meta.verbose_name}', NEW.slug)"
        return one_line(f"""
            IF EXISTS (SELECT FROM "{model._meta.db_table}" WHERE id = NEW.id AND record_status = 'published')
            AND NOT EXISTS (SELECT FROM registry_citation WHERE {self.column}_id = NEW.id)
            THEN {refuse(model, "cited", message)} END IF;
            RETURN NULL;
        """)


class KeepCited(RowRule):
    """Refuse, at commit, to take the last citation from a published record."""

    name = "keep_cited"
    when = pgtrigger.After
    operation = pgtrigger.Update | pgtrigger.Delete
    timing = pgtrigger.Deferred

    def __init__(self, **tables: str) -> None:
        """Take column → table of every kind of record that needs a citation."""
        super().__init__()
        self.tables = tables

    def get_func(self, model: Any) -> str:
        """Check the record that the citation pointed at, whichever it was."""
        checks = "".join(
            f"""
            IF OLD.{column}_id IS NOT NULL
            AND EXISTS (SELECT FROM "{table}" WHERE id = OLD.{column}_id AND record_status = 'published')
            AND NOT EXISTS (SELECT FROM registry_citation WHERE {column}_id = OLD.{column}_id)
            THEN {refuse(model, "last_citation", "'a published record keeps at least one citation; withdraw it first'")}
            END IF;
            """
            for column, table in self.tables.items()
        )
        return one_line(checks + "RETURN NULL;")


class MarkChange(pgtrigger.Trigger):
    """Move the data version when the transaction commits."""

    name = "mark_change"
    level = pgtrigger.Statement
    when = pgtrigger.After
    operation = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete
    func = "PERFORM registry_mark_change(); RETURN NULL;"


class NoTruncate(pgtrigger.Trigger):
    """Refuse TRUNCATE, which no history would record; tests allow it by `registry.allow_truncate`."""

    name = "no_truncate"
    level = pgtrigger.Statement
    when = pgtrigger.Before
    operation = pgtrigger.Truncate

    def get_func(self, model: Any) -> str:
        """Look at the session's setting."""
        no = refuse(model, "no_truncate", "'TRUNCATE would escape the history; delete rows instead'")
        return f"IF current_setting('registry.allow_truncate', true) IS DISTINCT FROM 'on' THEN {no} END IF; RETURN NULL;"


def kept() -> list[pgtrigger.Trigger]:
    """Give the triggers of every curated table, record or child."""
    return [MarkChange(), NoTruncate()]
