"""What every curated table keeps: versions, frozen identities, the data version."""

from typing import Any

import pgtrigger

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


class MarkChange(pgtrigger.Trigger):
    """Move the data version when the transaction commits: for what readers see and the log of changes does not note."""

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
    return [NoTruncate()]
