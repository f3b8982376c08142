"""The columns of statements: what each means, its type, its codes."""

from dataclasses import dataclass

from registry.kinds import CITED
from registry.vocabularies import CitationRelation, Confidence

#: Who wrote a citation last: an import of a file, a curator, the seed or a migration.
RECORDED_BY = ("import", "curator", "registry")
KINDS = {kind.name: column for column, kind in CITED.items()}


@dataclass(frozen=True)
class StatementColumn:
    """A column: `type` as the builders of files know it, `format` as JSON Schema does."""

    name: str
    type: str
    description: str
    schema: str = "string"
    format: str = ""
    codes: tuple[str, ...] = ()
    nullable: bool = False


COLUMNS = (
    StatementColumn("kind", "text", "Kind of the record.", codes=tuple(sorted(KINDS))),
    StatementColumn("record", "text", "Slug of the record; for an event, that of its licence."),
    StatementColumn("uid", "text", "Permanent identifier of the record; for an event, that of its licence.", format="uuid"),
    StatementColumn("field", "text", "The field, list or row (`list:key`) that the source is cited for."),
    StatementColumn(
        "value",
        "text",
        "What the source says: the record's own value or row, or the value that it states instead. JSON in files.",
        schema="",
        nullable=True,
    ),
    StatementColumn("relation", "text", "Relation of the source to the value.", codes=tuple(map(str, CitationRelation.values))),
    StatementColumn("source", "text", "Slug of the source."),
    StatementColumn("root", "text", "Slug of the original of which the source is a copy; its own if it is none."),
    StatementColumn(
        "rights",
        "text",
        "Rights of the source: a licence by its SPDX identifier or in its words; `not stated` if none was read.",
    ),
    StatementColumn(
        "independent_sources", "integer", "Sources that support the value; copies of one original count once.", "integer"
    ),
    StatementColumn("locator", "text", "Location in the source."),
    StatementColumn(
        "confidence",
        "text",
        "Confidence in the statement or the match; null if nobody rated it, as of most.",
        codes=tuple(map(str, Confidence.values)),
        nullable=True,
    ),
    StatementColumn("recorded_at", "time", "Time at which the citation was last written.", format="date-time", nullable=True),
    StatementColumn("recorded_by", "text", "Who wrote it.", codes=RECORDED_BY),
    StatementColumn(
        "citation", "integer", "Number of the citation; null for the own source of a finding.", "integer", nullable=True
    ),
)
NAMES = tuple(column.name for column in COLUMNS)


def row_schema() -> dict[str, object]:
    """Describe a row for OpenAPI."""
    properties: dict[str, object] = {}
    for column in COLUMNS:
        one: dict[str, object] = {"description": column.description}
        if column.schema:
            one["type"] = column.schema
        if column.format:
            one["format"] = column.format
        if column.codes:
            one["enum"] = [*column.codes, *([None] if column.nullable else [])]
        if column.nullable:
            one["nullable"] = True
        properties[column.name] = one
    return {"type": "object", "properties": properties, "required": list(NAMES)}
