"""Draws the pictures of docs/architecture.md and docs/model.md, and the list of what a write triggers, from the declarations.

    ./run manage shell -c "from scripts import pictures; pictures.write()"

A test compares them with what is committed.
"""

import re
from collections.abc import Sequence
from pathlib import Path

from registry.derived.checks import FUNCTION as CHECK_AT_COMMIT
from registry.derived.declared import declared
from registry.derived.objects import DerivedFunction
from registry.derived.steps import WRITES, Operation, Step
from scripts.diagram import Band, Row, picture
from scripts.model_picture import a_model

ROOT = Path(__file__).resolve().parents[1]
DOCUMENT = ROOT / "docs" / "architecture.md"
FOLDER = ROOT / "docs" / "pictures"
TABLE = "deposit"


def _function(name: str) -> DerivedFunction:
    return next(function for function in declared() if function.name == name)


def before_row() -> list[Step]:
    """Give what happens before a row of the table is written, in its order."""
    return list(_function(f"registry_before_{TABLE}").steps)


def after_statement() -> list[Step]:
    """Give what follows from a statement, in its order: the steps of all operations, which share one order."""
    steps: dict[str, Step] = {}
    for operation in WRITES:
        for step in _function(f"registry_after_{operation}_{TABLE}").steps:
            steps.setdefault(step.name, step)
    return sorted(steps.values(), key=lambda step: step.layer)


def operations_of(moment: str, step: Step) -> str:
    """Name the operations for which a step runs."""
    if moment == "before":
        return ", ".join(operation for operation in WRITES if operation in step.operations)
    names = [o for o in WRITES if any(one.name == step.name for one in _function(f"registry_after_{o}_{TABLE}").steps)]
    return ", ".join(names)


def _general(step: Step) -> str:
    """Give the purpose without the operation that it names."""
    return re.sub(rf"\bthe ({'|'.join(Operation)})\b", "the change", step.purpose)


def _rows(moment: str, steps: Sequence[Step]) -> list[Row]:
    return [Row(step.name, f"{step.layer.label}: {_general(step)}", operations_of(moment, step)) for step in steps]


def a_write() -> str:
    """Draw what a write of a deposit triggers."""
    commit = _function(CHECK_AT_COMMIT).triggers[0]
    return picture(
        "A write: everything that saving a deposit triggers, in order",
        [
            Band("Before each row", "one trigger of the table, registry_before", _rows("before", before_row())),
            Band(
                "After each statement, for all its rows at once",
                "one trigger per operation, registry_after_…",
                _rows("after", after_statement()),
            ),
            Band(
                "At commit",
                "deferred",
                [
                    Row(
                        commit.name,
                        "the rules over several rows that statements have noted, once for all records",
                        commit.table,
                    ),
                    Row(
                        "data version", "of each kind, moves if readers see a difference; ETags and kept responses depend on it"
                    ),
                ],
            ),
        ],
    )


def a_read() -> str:
    """Draw how a request for a list is answered."""
    return picture(
        "A read: GET /api/v1/deposits/?within=central-asia",
        [
            Band(
                "Edge of a worker",
                "config/edge",
                [
                    Row("receive", "Granian speaks HTTP; the edge reads the whole request within deadlines, without a thread"),
                    Row(
                        "lane",
                        "a thread of its lane takes it: reads, exports, curation and sign-in cannot block each other",
                    ),
                ],
            ),
            Band(
                "Middleware",
                "config/middleware.py, api/http/access.py",
                [
                    Row(
                        "every request",
                        "log with the request's id, compression, CORS, both slash forms, security headers; sessions at /admin/",
                    )
                ],
            ),
            Band(
                "View",
                "api/http",
                [
                    Row("format", "by the parameter, else by Accept", "or 400, 406"),
                    Row(
                        "data version",
                        "changes of each kind, read at most every half second; an ETag names those read",
                        "or 304",
                    ),
                    Row("kept body", "the same query is answered from memory if nothing that it read has changed", "or 200"),
                ],
            ),
            Band(
                "Query",
                "api/query, api/filters, api/resources",
                [
                    Row("parameters", "each is parsed and checked against the resource's declaration", "or 400"),
                    Row(
                        "clauses",
                        "each filter gives a shape and values; the ORM composes the SQL of a shape once, requests bind values",
                    ),
                ],
            ),
            Band(
                "PostgreSQL",
                "api/database: one query",
                [
                    Row(
                        "rows",
                        "an index gives the page; each row has its document, which was rendered when the record was written",
                    )
                ],
            ),
            Band(
                "Response",
                "api/rest/formats.py, or api/ogc, api/tiles, api/exports",
                [
                    Row(
                        "write",
                        "documents are joined as bytes to JSON, GeoJSON or CSV, with the next page and what has no place",
                    ),
                    Row("send", "kept in memory for the next client, compressed, and sent by the edge within its deadline"),
                ],
            ),
        ],
    )


def an_import() -> str:
    """Draw how a file becomes records."""
    return picture(
        "An import: from a file to records, and back",
        [
            Band(
                "Open",
                "the admin (curation/imports), or ./run manage load",
                [
                    Row(
                        "kind",
                        "a publisher's known file, or a mapping file that says in YAML which column is what",
                        "or refused",
                    ),
                    Row(
                        "format",
                        "found by the content: delimiter, encoding, sheet, header; every choice is noted in the report",
                        "or refused",
                    ),
                ],
            ),
            Band(
                "Row by row",
                "imports/readers, imports/mapping, imports/values",
                [
                    Row("read", "CSV, XLSX, GeoJSON, GeoPackage or Shapefile gives cells, with the line they come from"),
                    Row("map", "cells become the registry's fields: numbers, dates, coordinates, names, codes of vocabularies"),
                    Row("check", "each problem has line, column, rule, value and likely fix; a bad row never stops the others"),
                    Row("stage", "raw row, mapped row and problems are copied into registry_importrow"),
                ],
            ),
            Band(
                "Plan",
                "imports/plan: SQL over all rows, writes no record",
                [
                    Row("match", "by external id, licences by their number too; an id that named another record is held back"),
                    Row("compare", "with the record and with the last edition; what a curator changed is never overwritten"),
                    Row("rules", "the constraints of the database, row by row, before anything is written"),
                    Row("report", "new, changed, unchanged, held back, refused", "dry run ends"),
                ],
            ),
            Band(
                "Confirm",
                "imports/write: one transaction, one import at a time",
                [
                    Row("plan again", "against the registry as it is now"),
                    Row(
                        "write",
                        "organizations, children, new records, changes; each statement triggers what any write triggers",
                    ),
                    Row("commit", "all rows or none, as drafts or published, each citing the file's source"),
                ],
            ),
            Band(
                "Undo",
                "./run manage import_undo",
                [Row("take back", "restores what was there, except in records that somebody has changed since")],
            ),
        ],
    )


def steps_list() -> str:
    """Write what a write triggers as a numbered list, for those who cannot see the picture."""
    lines, number = [], 0
    for head, moment, steps in (
        ("Before each row is written", "before", before_row()),
        ("After each statement, once for all of its rows", "after", after_statement()),
    ):
        lines += [f"{head}:", ""]
        for step in steps:
            number += 1
            lines.append(f"{number}. `{step.name}` ({step.layer.label}; {operations_of(moment, step)}): {_general(step)}")
        lines.append("")
    return "\n".join(lines).rstrip()


def pictures() -> dict[Path, str]:
    """Give the files and what belongs in them."""
    document = DOCUMENT.read_text()
    listed = re.sub(r"(?<=<!-- steps -->\n).*?(?=<!-- /steps -->)", lambda _: f"{steps_list()}\n", document, flags=re.S)
    return {
        FOLDER / "read.svg": a_read(),
        FOLDER / "write.svg": a_write(),
        FOLDER / "import.svg": an_import(),
        FOLDER / "model.svg": a_model(),
        DOCUMENT: listed,
    }


def write() -> None:
    """Write them."""
    for path, text in pictures().items():
        path.write_text(text)
