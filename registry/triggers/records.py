"""What every curated table keeps: versions, frozen identities, the data version."""

from collections.abc import Iterator

from django.db import models

from registry.derived.steps import Layer, Operation, Step, after, before
from registry.triggers.base import Trigger, pairs
from registry.triggers.refusals import curated_columns, refuse


class KeepRecord(Trigger):
    """Number the versions of a record, date them, and freeze what others may have kept: slug and uid."""

    def steps(self, model: type[models.Model]) -> Iterator[Step]:
        """Compare the curated columns one by one: generated columns are not yet known before a row is written."""
        columns = curated_columns(model)
        new, old = (", ".join(f'{row}."{c}"' for c in columns) for row in ("NEW", "OLD"))
        frozen = refuse(model, "slug_frozen", "'the slug of a record that was once published cannot change'", "slug")
        uid = refuse(model, "uid_frozen", "'the uid of a record cannot change'")
        merged = refuse(model, "merged_frozen", "'this record was merged into another one; change that record instead'")
        yield before(
            model._meta.db_table,
            Layer.VERSIONS,
            "keep_record",
            "number and date the version; refuse a new slug or uid once published, and changes once merged",
            f"""
                IF NEW.record_status = 'published' AND NEW.published_at IS NULL THEN
                    NEW.published_at := statement_timestamp();
                END IF;
                IF TG_OP = 'UPDATE' THEN
                    IF NEW.uid <> OLD.uid THEN {uid} END IF;
                    IF OLD.published_at IS NOT NULL AND NEW.slug <> OLD.slug THEN {frozen} END IF;
                    NEW.created_at := OLD.created_at;
                    IF OLD.published_at IS NOT NULL THEN NEW.published_at := OLD.published_at; END IF;
                    IF NEW.version <> OLD.version OR ({new}) IS DISTINCT FROM ({old}) THEN
                        NEW.version := OLD.version + 1;
                        NEW.updated_at := statement_timestamp();
                    END IF;
                    IF OLD.record_status = 'merged' AND NEW.record_status = 'merged' AND NEW.version <> OLD.version
                    AND NEW.merged_into_id = OLD.merged_into_id THEN {merged} END IF;
                END IF;
            """,
            reads=columns,
        )


class KeepPublished(Trigger):
    """Refuse to delete a record that was once published: it is withdrawn, so that its slug is never used again."""

    def steps(self, model: type[models.Model]) -> Iterator[Step]:
        """Check the row that is to go."""
        message = "'a record that has been published cannot be deleted; withdraw it'"
        allowed = "current_setting('registry.owner_deletes', true) IS DISTINCT FROM 'on'"
        yield before(
            model._meta.db_table,
            Layer.RULES,
            "keep_published",
            "refuse to delete what was once published",
            f"IF OLD.published_at IS NOT NULL AND {allowed} THEN {refuse(model, 'withdraw_instead', message)} END IF;",
            operations=(Operation.DELETE,),
            reads=("published_at",),
        )


#: Operation → the ids of the rows that a statement has published.
PUBLISHED: dict[Operation, str] = {
    Operation.INSERT: "SELECT n.id FROM new_rows n WHERE n.record_status = 'published'",
    Operation.UPDATE: "SELECT n.id FROM " + pairs("n.record_status = 'published' AND o.record_status <> 'published'"),
}


class NoTruncate(Trigger):
    """Refuse TRUNCATE, which no history would record; tests allow it by `registry.allow_truncate`."""

    def steps(self, model: type[models.Model]) -> Iterator[Step]:
        """Check the session's setting."""
        no = refuse(model, "no_truncate", "'TRUNCATE would escape the history; delete rows instead'")
        body = f"IF current_setting('registry.allow_truncate', true) IS DISTINCT FROM 'on' THEN {no} END IF;"
        purpose = "refuse TRUNCATE, which no history would record"
        yield from after(model._meta.db_table, Layer.RULES, "no_truncate", purpose, {Operation.TRUNCATE: body})


def kept() -> list[Trigger]:
    """Return the triggers of every curated table, record or child."""
    return [NoTruncate()]
