"""Make `fixtures/world/`: what public files say of rare-earth sites, without the columns that were guessed or derived.

Run: python scripts/world.py FOLDER, where FOLDER has usgs/ and australia/ with the files that docs/seed.md names.
Cells are copied as they are, errors too: the import reports them. Only the list of 15 elements is put back to the code “REE”
that it was made from. `source_row` is the row in the publisher's file.
"""

import csv
import io
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "fixtures" / "world"
ROW = "source_row"

Cells = dict[str, str]


@dataclass(frozen=True)
class Excerpt:
    """A file of fixtures/world: the file it is made from, its columns in order, and which rows are of rare earths."""

    name: str
    original: str
    columns: tuple[str, ...]
    chosen: Callable[[Cells], bool]


#: How the file of MRDS writes the code “REE” out.
_EXPANDED = [
    *("Cerium", "Dysprosium", "Erbium", "Europium", "Gadolinium", "Holmium", "Lanthanum", "Lutetium", "Neodymium"),
    *("Praseodymium", "Samarium", "Terbium", "Thulium", "Ytterbium", "Yttrium"),
]


def _every(cells: Cells) -> bool:
    return True


_OF_USGS = ("record_id", "name", "country_raw", "state_or_province", "latitude", "longitude", "ree", "other_commodities")

EXCERPTS = (
    Excerpt("usgs_ree.csv", "usgs/ree_ofr02189.csv", _OF_USGS, _every),
    Excerpt(
        "mrds.csv",
        "usgs/mrds_ree_sites.csv",
        (
            "dep_id",
            "name",
            "other_names",
            "country_raw",
            "state_or_province",
            "latitude",
            "longitude",
            "ree_elements",
            "other_commodities",
        ),
        _every,
    ),
    Excerpt(
        "usgs_major.csv",
        "usgs/major_deposits.csv",
        (*_OF_USGS, "deposit_type_raw"),
        lambda cells: cells["ree"] == "Y",
    ),
    Excerpt(
        "ga_critical_minerals.csv",
        "australia/ga_critical_minerals_354.xlsx",
        ("Name", "State", "Latitude", "Longitude", "Status", "Commodity Group"),
        lambda cells: "REE" in cells["Commodity Group"],
    ),
)


def rows_of(path: Path, columns: tuple[str, ...]) -> Iterator[tuple[int, Cells]]:
    """Go through the rows of a file, each with its number; the header is the row that has the columns."""
    header: list[str] | None = None
    for number, cells in enumerate(_sheet(path) if path.suffix == ".xlsx" else _lines(path), 1):
        if header is not None:
            yield number, dict(zip(header, cells, strict=False))
        elif {*columns} <= {*cells}:
            header = cells


def _lines(path: Path) -> Iterable[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.reader(file)


def _sheet(path: Path) -> Iterable[list[str]]:
    from openpyxl import load_workbook

    # The first sheet says what the second one holds.
    for row in load_workbook(path, read_only=True).worksheets[-1].iter_rows(values_only=True):
        yield ["" if cell is None else str(cell).strip() for cell in row]


def _cell(column: str, text: str) -> str:
    if column != "ree_elements":
        return text
    elements = text.split("|")
    if not {*_EXPANDED} <= {*elements}:
        return text
    return "|".join(["REE", *(element for element in elements if element not in _EXPANDED)])


def text_of(excerpt: Excerpt, folder: Path) -> str:
    """Write an excerpt as CSV."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow((ROW, *excerpt.columns))
    for number, cells in rows_of(folder / excerpt.original, excerpt.columns):
        if excerpt.chosen(cells):
            writer.writerow((number, *(_cell(column, cells[column]) for column in excerpt.columns)))
    return text.getvalue()


def main() -> None:
    """Write all excerpts."""
    TARGET.mkdir(exist_ok=True)
    for excerpt in EXCERPTS:
        (TARGET / excerpt.name).write_text(text_of(excerpt, Path(sys.argv[1])), encoding="utf-8")


if __name__ == "__main__":
    main()
