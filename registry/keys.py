"""What names a row among those of its list, so that a citation can name it: declared with the model of the row."""

from dataclasses import dataclass

#: What covers a value or a row: a citation `c` that supports it, of a source that readers see.
COVERS = (
    "c.relation = 'supports' AND EXISTS (SELECT FROM registry_source s WHERE s.id = c.source_id"
    " AND s.record_status = 'published')"
)


@dataclass(frozen=True, kw_only=True)
class RowKey:
    """The first of some columns that is known, a record by its slug: `parties:stans-energy` is the row of that organization.

    A model that declares one has rows that need a source, each.
    """

    columns: tuple[str, ...]
    #: The column of the record that the row belongs to; "" where a row belongs to one record of several kinds.
    of: str = ""
    #: What names a row of which none is known.
    otherwise: str = ""
    #: Condition over a row `x` for those that need a source.
    where: str = "true"
