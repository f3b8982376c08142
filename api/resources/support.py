"""How many independent sources support a record, of which kinds they are, and how new, as lists show it."""

from typing import Any

from drf_spectacular.utils import extend_schema_field

from api.resources.fields import Model, RenderedFromChildren, is_published
from registry.kinds import kind_of_model
from registry.models import Citation
from registry.support import COUNTED, PROVINCE, UNKNOWN_KIND, supporting_sql
from registry.vocabularies import CitationRelation


class _Supporting(RenderedFromChildren):
    """What follows from the sources that support a record: kept in a column; of the past, counted from its citations."""

    reads = "citations"
    is_kept = True
    words = ""

    def __init__(self, reads: str = "citations", **kwargs: Any) -> None:
        """Name the citations of the record."""
        super().__init__(**{"help_text": self.words, **kwargs})
        self.reads = reads

    def sql_from(self, rows: str, alias: str, model: Any) -> str:
        """Read the column of today, or count."""
        if rows == Citation._meta.db_table:
            return self.as_json(f"{alias}.{self.field_name}")
        kind = kind_of_model(model)
        assert kind is not None
        return self.as_json(f"(SELECT {COUNTED[str(self.field_name)]} FROM {supporting_sql(kind, alias, rows)})")

    def as_json(self, sql: str) -> str:
        """Write the value of the column."""
        return sql

    def sources(self, record: Any) -> set[Any]:
        """Gather the sources by the ORM."""
        cited = getattr(record, self.reads).filter(relation=CitationRelation.SUPPORTS)
        found = {one.source for one in cited if not one.fields or not set(one.fields) <= set(PROVINCE)}
        if kind_of_model(type(record)).name == "finding":  # type: ignore[union-attr]
            found.add(record.source)
        return {source for source in found if is_published(source)}


@extend_schema_field({"type": "integer", "minimum": 0})
class IndependentSources(_Supporting):
    """The number of independent sources."""

    words = "Published sources that support more of the record than its province; copies of one original count once."

    def to_representation(self, record: Any) -> int:
        """Count the originals."""
        return len({_root(source) for source in self.sources(record)})


def _root(source: Any) -> Any:
    while source.derived_from is not None:
        source = source.derived_from
    return source


@extend_schema_field({"type": "array", "items": {"type": "string"}})
class SourceKinds(_Supporting):
    """The kinds of the sources, in alphabetical order."""

    words = "Kinds of the published sources that support the record; `unknown` for a source without a kind."

    def as_json(self, sql: str) -> str:
        """Write a list."""
        return f"to_json({sql})"

    def to_representation(self, record: Any) -> list[str]:
        """Gather the kinds."""
        return sorted({source.kind or UNKNOWN_KIND for source in self.sources(record)})


@extend_schema_field(
    {
        "type": "integer",
        "nullable": True,
        "minimum": 1,
        "maximum": 9999,
    }
)
class NewestSourceYear(_Supporting):
    """The year of the newest source; null where none has a date."""

    words = "Year of the newest dated source that supports the record."

    def to_representation(self, record: Any) -> int | None:
        """Compare the years."""
        dates = (source.published or source.published_earliest for source in self.sources(record))
        return max((int(date[:4]) for date in dates if date), default=None)


class CitedSummary(Model):
    """A record that sources are cited for, as a list shows it: its own fields, and what supports it."""

    independent_sources = IndependentSources()
    source_kinds = SourceKinds()
    newest_source_year = NewestSourceYear()

    def get_field_names(self, declared_fields: Any, info: Any) -> Any:
        """Add them to the fields of each kind."""
        return [
            *super().get_field_names(declared_fields, info),
            "independent_sources",
            "source_kinds",
            "newest_source_year",
        ]
