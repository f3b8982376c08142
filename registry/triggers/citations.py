"""A published record rests on a source that readers can see: whichever of record, citation and source changes.

Every rule looks at the rows as they are at commit, and locks the sources that it found: a source that another transaction
withdraws at that moment is waited for, and does not count.
"""

from collections.abc import Iterator

from django.db import models

from registry.derived.checks import CommitCheck, noted
from registry.derived.steps import Layer, Operation, Step, after, if_given
from registry.triggers.base import Trigger, changed, pairs
from registry.triggers.records import PUBLISHED
from registry.triggers.refusals import refuse

#: A finding's own source is its citation.
SOURCE_OF_FINDING = "registry_finding"
#: So many records are named where many would lose their last source, and counted up to the second number.
_NAMED, _COUNTED = 5, 1_000


def _note(model: type[models.Model], check: str, purpose: str, noting: dict[Operation, str], *reads: str) -> Iterator[Step]:
    """Return the steps that note a check."""
    bodies = {operation: noted(check, ids) for operation, ids in noting.items()}
    return after(model._meta.db_table, Layer.CHECKS, f"note_{check}", purpose, bodies, reads=reads)


def _seen(column: str, key: str) -> str:
    """Select a published source which the record of a key cites."""
    return (
        f"SELECT FROM registry_citation other JOIN registry_source s ON s.id = other.source_id"
        f" WHERE other.{column}_id = {key} AND s.record_status = 'published'"
    )


def _lock_sources(keys: str) -> str:
    """Return the statement that locks the published ones of some sources."""
    return f"PERFORM FROM registry_source s WHERE s.record_status = 'published' AND s.id IN ({keys}) FOR SHARE OF s;"


def _bare(column: str, table: str) -> str:
    """Return the statements that find, among `ids`, a published record of which readers see no source."""
    return f"""
        {_lock_sources(f"SELECT c.source_id FROM unnest(ids) i (id) JOIN registry_citation c ON c.{column}_id = i.id")}
        SELECT r.slug, EXISTS (SELECT FROM registry_citation c WHERE c.{column}_id = r.id) INTO wrong, cited
        FROM unnest(ids) i (id) JOIN "{table}" r ON r.id = i.id AND r.record_status = 'published'
        WHERE NOT EXISTS ({_seen(column, "r.id")}) LIMIT 1;
    """


class Cited(Trigger):
    """Refuse, at commit, a published record without a citation of a published source."""

    def __init__(self, column: str) -> None:
        """Name the column of the citations table that points at the model."""
        self.column = column

    def steps(self, model: type[models.Model]) -> Iterator[Step]:
        """Record what a statement has published."""
        purpose = "have the citations of what was published checked at commit"
        yield from _note(model, f"cited_{self.column}", purpose, PUBLISHED, "record_status")

    def checks(self, model: type[models.Model]) -> Iterator[CommitCheck]:
        """Check the records as they are at commit, not as they were when the check was noted."""
        kind = model._meta.verbose_name
        none = f"format('%s “%s” cannot be published without a citation', '{kind}', wrong)"
        hidden = (
            f"format('%s “%s” cites no published source, so readers would see no citation; publish a source of it first',"
            f" '{kind}', wrong)"
        )
        yield CommitCheck(
            name=f"cited_{self.column}",
            purpose=f"A published {kind} cites a published source.",
            body=f"""
                {_bare(self.column, model._meta.db_table)}
                IF wrong IS NOT NULL AND cited THEN {refuse(model, "cited_visibly", hidden)} END IF;
                IF wrong IS NOT NULL THEN {refuse(model, "cited", none)} END IF;
            """,
        )


class KeepCited(Trigger):
    """Refuse, at commit, to take from a published record its last citation of a published source."""

    def __init__(self, **tables: str) -> None:
        """Take column → table of every kind of record that needs a citation."""
        self.tables = tables

    def steps(self, model: type[models.Model]) -> Iterator[Step]:
        """Record the records that lost a citation, whichever they were."""
        for column in self.tables:
            lost = f"SELECT DISTINCT o.{column}_id FROM old_rows o WHERE o.{column}_id IS NOT NULL"
            different = changed((f"{column}_id", "source_id"))
            moved = f"SELECT DISTINCT o.{column}_id FROM {pairs(f'o.{column}_id IS NOT NULL AND {different}')}"
            purpose = f"have a {column.replace('_', ' ')} that lost a citation checked at commit"
            check, key = f"last_citation_{column}", f"{column}_id"
            noting = {Operation.UPDATE: moved, Operation.DELETE: lost}
            bodies = {operation: if_given(key, noted(check, ids)) for operation, ids in noting.items()}
            reads, table = (key, "source_id"), model._meta.db_table
            yield from after(table, Layer.CHECKS, f"note_{check}", purpose, bodies, reads=reads, asks=(key,))

    def checks(self, model: type[models.Model]) -> Iterator[CommitCheck]:
        """Check the records that the citations pointed at."""
        last = "'a published record keeps at least one citation of a published source; withdraw it first'"
        for column, table in self.tables.items():
            yield CommitCheck(
                name=f"last_citation_{column}",
                purpose=f"A published record of {table} keeps a citation of a published source.",
                body=f"{_bare(column, table)} IF wrong IS NOT NULL THEN {refuse(model, 'last_citation', last)} END IF;",
            )


class SourceSeen(Trigger):
    """Refuse, at commit, a published finding whose source is not published."""

    def steps(self, model: type[models.Model]) -> Iterator[Step]:
        """Record what a statement has published, and published findings that it gave another source."""
        different = changed(("record_status", "source_id"))
        moved = "SELECT n.id FROM " + pairs(f"n.record_status = 'published' AND {different}")
        noting = {**PUBLISHED, Operation.UPDATE: moved}
        purpose = "have the source of a published finding checked at commit"
        yield from _note(model, "source_seen", purpose, noting, "record_status", "source_id")

    def checks(self, model: type[models.Model]) -> Iterator[CommitCheck]:
        """Check the findings and their sources as they are at commit."""
        hidden = "format('finding “%s” cannot be published: its source is not published; publish the source first', wrong)"
        yield CommitCheck(
            name="source_seen",
            purpose="The source of a published finding is published.",
            body=f"""
                {_lock_sources("SELECT f.source_id FROM unnest(ids) i (id) JOIN registry_finding f ON f.id = i.id")}
                SELECT f.slug INTO wrong FROM unnest(ids) i (id)
                JOIN registry_finding f ON f.id = i.id AND f.record_status = 'published'
                JOIN registry_source s ON s.id = f.source_id AND s.record_status <> 'published' LIMIT 1;
                IF wrong IS NOT NULL THEN {refuse(model, "source_seen", hidden)} END IF;
            """,
        )


class KeepSeen(Trigger):
    """Refuse, at commit, to hide a source that is the last one readers see of a published record."""

    def __init__(self, **tables: str) -> None:
        """Take column → table of every kind of record that needs a citation."""
        self.tables = tables

    def steps(self, model: type[models.Model]) -> Iterator[Step]:
        """Record the sources that a statement has hidden."""
        hidden = "SELECT n.id FROM " + pairs("o.record_status = 'published' AND n.record_status <> 'published'")
        purpose = "have the records that cite a hidden source checked at commit"
        yield from _note(model, "keep_seen", purpose, {Operation.UPDATE: hidden}, "record_status")

    def checks(self, model: type[models.Model]) -> Iterator[CommitCheck]:
        """Name the records; sources are hidden one after the other, so that two of one record are not hidden at once."""
        gone = "SELECT s.id FROM registry_source s WHERE s.id = ANY (ids) AND s.record_status <> 'published'"
        left = " UNION ALL ".join(
            f"""(SELECT DISTINCT '{column.replace("_", " ")} “' || r.slug || '”' FROM registry_citation c
                JOIN "{table}" r ON r.id = c.{column}_id AND r.record_status = 'published'
                WHERE c.source_id IN ({gone}) AND c.{column}_id IS NOT NULL AND NOT EXISTS ({_seen(column, "r.id")})
                LIMIT {_COUNTED})"""
            for column, table in self.tables.items()
        )
        findings = f"""(SELECT 'finding “' || slug || '”' FROM {SOURCE_OF_FINDING}
            WHERE source_id IN ({gone}) AND record_status = 'published' LIMIT {_COUNTED})"""
        count = f"CASE WHEN cardinality(bare) < {_COUNTED} THEN cardinality(bare)::text ELSE '{_COUNTED:,} or more' END"
        message = (
            f"format('readers would see no source any more of %s published record(s): %s%s;"
            f" withdraw these, or cite another published source first', {count},"
            f" array_to_string(bare[1:{_NAMED}], ', '), CASE WHEN cardinality(bare) > {_NAMED} THEN ', …' ELSE '' END)"
        )
        yield CommitCheck(
            name="keep_seen",
            purpose="A source stays public while it is the last one that readers see of a published record.",
            body=f"""
                PERFORM pg_advisory_xact_lock(hashtext('registry_source'), hashtext('keep_seen'));
                bare := ARRAY(SELECT * FROM ({left} UNION ALL {findings}) AS left_bare(name) LIMIT {_COUNTED});
                IF cardinality(bare) > 0 THEN {refuse(model, "last_source", message)} END IF;
            """,
        )
