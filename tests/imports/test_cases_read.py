"""Files in which rows, letters or values were lost without notice: what is read of each, and what is said of it."""

from collections.abc import Callable
from typing import Any

import pytest
import shapefile

from imports.refusal import FileRefused
from imports.source_file import Opened, guess
from imports.values.terms import Terms
from tests.imports.made_files import shapefile_parts, workbook, zipped
from tests.imports.sample_files import Reads, case, counted, names, rules
from tests.mappings import NAMED

pytestmark = pytest.mark.django_db

ReadsCase = Callable[..., tuple[Opened, Any]]
HEAD = "id,name,country,lon,lat\n"
THREE = ["Aksai", "Borly", "Chulak"]


# --- Quotes -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("name", "line"), [("quote_unclosed_last.csv", 2), ("quote_unclosed.csv", 2), ("quote_tabs.tsv", 3)])
def test_a_quote_left_open_is_refused_with_its_line(name: str, line: int, terms: Terms) -> None:
    with pytest.raises(FileRefused, match=f"opened on line {line} is not closed") as caught:
        guess(case(name), terms=terms)
    assert caught.value.rule == "bad-quotes"


@pytest.mark.parametrize(
    "rows",
    [
        '1,"A,KG,1,2\n2,"B,KG,1,2\n3,C,KG,1,2\n',
        '1,"A,KG,1,2\n2,B,KG,1,2"\n3,C,KG,1,2\n',
        '1,A,KG,1,"2\n2,B,KG,1,"2"\n',
        '1,A,KG,1,2\n2,"B\n',
    ],
)
def test_a_quote_that_another_row_closes_takes_no_row_along(opens: Callable[..., Opened], rows: str) -> None:
    with pytest.raises(FileRefused, match="bad-quotes"):
        list(opens(HEAD + rows).rows())


def test_quotes_that_lose_no_row_are_read(reads: Reads) -> None:
    rows = reads(HEAD + '1,"The "Big" mine",KG,1,2\n2,"A ""B"" C",KG,1,2\n3,"D\nE",KG,1,2\n4,F" G,KG,1,2\n')
    assert [(row.line, row.record["name"]) for row in rows] == [(2, 'The Big" mine"'), (3, 'A "B" C'), (4, "D E"), (6, 'F" G')]
    assert [rules(row) for row in rows] == [["odd-quotes"], [], [], []]


def test_a_cell_that_holds_a_row_is_doubtful(reads: Reads) -> None:
    rows = reads("id,name,country,lon,lat,note\n" + '1,A,KG,1,2,"by the river\n2,B,KG,1,2,ok"\n3,C,KG,1,2,\n')
    assert [(row.line, rules(row)) for row in rows] == [(2, ["cell-holds-row"]), (4, [])]


def test_a_huge_cell_refuses_its_row_alone(reads_case: ReadsCase) -> None:
    _, rows = reads_case("huge_cell.csv")
    assert [rules(row) for row in rows] == [["cell-too-long"], []] and names(rows) == ["Borly"]


# --- Letters ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "rows", "line", "note"),
    [
        ("mixed_enc.csv", 2, 3, "UTF-8 except for line 3"),
        ("utf8_one_bad_byte.csv", 201, 202, "UTF-8 except for line 202"),
        ("cut_letter.csv", 31, 32, "UTF-8 except for line 32"),
    ],
)
def test_a_stray_byte_does_not_change_how_the_rest_is_read(
    reads_case: ReadsCase, name: str, rows: int, line: int, note: str
) -> None:
    opened, read = reads_case(name)
    assert len(read) == rows and opened.table.encoding == "utf-8"
    assert any(note in said for said in opened.notes)
    assert [row.line for row in read if "letter-lost" in rules(row)] == [line]
    assert read[0].record["name"] in ("Benguérir", "Месторождение Ақсай 0", "Месторождение Үлкен 0")


def test_a_byte_that_is_not_in_a_guessed_encoding_is_named(opens: Callable[..., Opened]) -> None:
    text = HEAD.encode() + "".join(f"{n},Кундыбай,KZ,60,51\n" for n in range(200)).encode("cp1251") + b"x,A\x98B,KZ,60,51\n"
    opened = opens(text)
    rows = list(opened.rows())
    assert any("guessed to be cp1251" in note for note in opened.notes)
    assert [row.line for row in rows if "letter-lost" in rules(row)] == [202]


def test_a_doubtful_guess_is_reported_and_so_are_its_letters(reads_case: ReadsCase, terms: Terms) -> None:
    opened, rows = reads_case("mac_roman.csv")
    assert [rules(row) for row in rows] == [["letters-doubtful"], ["letters-doubtful"]]
    for name in ("mac_roman.csv", "shp_cp1251_nocpg.zip"):
        opened, _ = reads_case(name)
        assert any("uncertain" in note for note in opened.notes) and any("guessed" in note for note in opened.notes)
    assert '\n  encoding: "' not in guess(case("mac_roman.csv"), terms=terms), "a guess that is written down is a guess no more"


def test_doubtful_letters_are_noted_in_any_format(opens: Callable[..., Opened]) -> None:
    feature = '{"type": "Feature", "properties": {"id": "1", "name": "Bengu\x8erir"}, "geometry": null}'
    text = f'{{"type": "FeatureCollection", "features": [{feature}]}}'.encode("latin-1")
    opened = opens(text, NAMED, name="a.geojson")
    assert [rules(row) for row in opened.rows()] == [["letters-doubtful"]] and "guessed" in " ".join(opened.notes)


def test_a_named_encoding_that_does_not_fit_names_the_line(opens: Callable[..., Opened]) -> None:
    with pytest.raises(FileRefused, match="on line 3, do not fit"):
        opens(HEAD.encode() + b"1,A,KG,1,2\n2,\xe9,KG,1,2\n", encoding="utf-8")


def test_rows_of_a_shapefile_without_shapes_are_not_lost(opens: Callable[..., Opened], tmp_path: Any) -> None:
    point = [((1.0, 2.0), {"id": "1", "name": "A"}), ((3.0, 4.0), {"id": "2", "name": "B"})]
    parts, shorter = (shapefile_parts(shapes, shapefile.POINT) for shapes in (point, point[:1]))
    with pytest.raises(FileRefused, match=r"The \.shp has 1 shapes, the \.dbf 2 rows"):
        list(opens(zipped(tmp_path / "a.zip", {**parts, "sites.shp": shorter["sites.shp"]}), NAMED).rows())


# --- Sheets and headers -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "mapping", "expected", "note"),
    [
        ("hidden_sheet.xlsx", "by_names.yaml", THREE, "“2024”"),
        ("hidden_sheet.xlsx", "", THREE, "“Archive 2019” (hidden)"),
        ("wider_second_sheet.xlsx", "", THREE, "not read: “Codes”"),
        ("readme_first.xlsx", "", THREE, "sheet “Data”"),
        ("scribbles_right.xlsx", "", THREE, "row 1"),
        ("pandas_index.xlsx", "", THREE, "row 1"),
        ("index_named.xlsx", "", ["Ulken", "Kishi", "Orta"], "row 1"),
        ("unnamed_last_columns.xlsx", "", THREE, "row 1"),
        ("two_header_rows_sheet.xlsx", "", THREE, "rows 1 and 2"),
        ("two_header_rows_sheet.xlsx", "by_names.yaml", THREE, "rows 1 and 2"),
        ("two_header_rows.csv", "", THREE, "lines 1 and 2"),
        ("title_above.csv", "", THREE, "2 lines above line 3"),
        ("sep_line.csv", "", THREE, "line 2"),
        ("delim_in_header.csv", "", ["Aksai"], "separated by semicolons"),
        ("merged_country.xlsx", "", THREE, "merged"),
        ("plain_named.xls", "", THREE, "Sheet1"),
        ("workbook_without_ending", "", ["Ulken", "Kishi", "Orta"], "Sheet1"),
    ],
)
def test_the_table_of_records_is_found_and_reported(
    reads_case: ReadsCase, name: str, mapping: str, expected: list[str], note: str
) -> None:
    opened, rows = reads_case(name, mapping)
    assert names(rows) == expected
    assert all(row.record["location"] and row.record["country"] == "KZ" for row in rows)
    assert any(note in said for said in opened.notes), opened.notes


def test_columns_without_names_are_read(reads_case: ReadsCase) -> None:
    assert reads_case("pandas_index.xlsx")[0].columns[0] == "column 1"
    assert reads_case("index_named.xlsx")[0].columns[:2] == ("column 1", "column 2")
    opened, rows = reads_case("unnamed_last_columns.xlsx")
    assert opened.columns[-2:] == ("column 7", "column 8") and rows[0].raw["column 7"] == "seen in field"


def test_a_hidden_sheet_is_read_when_it_is_named(terms: Terms, tmp_path: Any) -> None:
    assert '"Zhana"' not in guess(case("hidden_sheet.xlsx"), terms=terms)
    assert "old" in guess(case("hidden_sheet.xlsx"), layer="Archive 2019", terms=terms)


def test_a_table_without_a_header_says_so(opens: Callable[..., Opened], tmp_path: Any, terms: Terms) -> None:
    text = guess(workbook(tmp_path / "a.xlsx", [["K1", "A", 76.5, 43], ["K2", "B", 75, 44]]), terms=terms)
    assert "No row looks like names of columns" in text


def test_a_row_of_figures_is_no_header_if_names_stand_above_it(tmp_path: Any, terms: Terms) -> None:
    rows = [["A survey"], ["id", "name"], *([f"K{n}", f"S{n}", 76.5, 43.0, "La", "x"] for n in range(9))]
    text = guess(workbook(tmp_path / "a.xlsx", rows), terms=terms)
    assert 'column: "id"' in text and "No row looks like" not in text and '"column 6"' in text


def test_cells_beyond_the_columns_are_reported(reads: Reads, tmp_path: Any) -> None:
    rows = [["id", "name", "country", "lon", "lat"], *([n, f"S{n}", "KG", 70.5, 42] for n in range(60))]
    rows[58].append("aside")
    read = reads(workbook(tmp_path / "a.xlsx", rows))
    assert counted(read) == {"beyond-columns": 1} and len(read) == 60


# --- Values -----------------------------------------------------------------------------------------------------------
def test_null_words_are_no_values(reads_case: ReadsCase) -> None:
    _, rows = reads_case("null_words.csv")
    assert names(rows) == [*THREE, "Dala", "Eki"]
    assert not any(row.record.get("other_names") or row.record.get("locality") or row.record.get("description") for row in rows)
    assert [bool(row.record["location"]) for row in rows] == [True, True, False, False, False]
    assert counted(rows) == {"sentinel-number": 2}


@pytest.mark.parametrize("word", ["<Null>", "NULL", "#N/A", "nan", "None", "(blank)", "–", "н/д"])
def test_a_null_word_names_nothing(reads: Reads, word: str) -> None:
    (row,) = reads(f"{HEAD}1,{word},KG,1,2\n")
    assert rules(row) == ["name-missing"]
    (row,) = reads(f"{HEAD}{word},A,KG,1,2\n")
    assert rules(row) == ["id-missing"]


def test_words_that_are_values_elsewhere_stay(reads: Reads) -> None:
    (row,) = reads(f"{HEAD}1,Nan,NA,1,2\n")
    assert (row.record["name"], row.record["country"], row.problems) == ("Nan", "NA", ())


def test_the_fault_of_a_formula_refuses_its_row(reads_case: ReadsCase) -> None:
    _, rows = reads_case("error_cells.xlsx")
    assert [(row.line, rules(row)) for row in rows] == [(2, ["bad-coordinate"]), (3, ["cell-fault"]), (4, [])]
    assert rows[0].problems[0].value == "#N/A" and "#REF!" in rows[1].problems[0].message


def test_totals_are_no_records(reads_case: ReadsCase, reads: Reads) -> None:
    _, rows = reads_case("total_row.csv")
    assert names(rows) == THREE and "total-row" in rules(rows[-1])
    full, bare, number = reads(f"{HEAD}Total,A,KG,1,2\nИтого:,3,,,\n5,12,KG,1,2\n")
    assert full.is_sound and rules(full) == ["total-row"] and not bare.is_sound
    assert number.is_sound and rules(number) == ["name-without-letters"]


@pytest.mark.parametrize(
    ("name", "mapping", "key", "expected"),
    [
        ("decimal_comma_mixed.csv", "decimal_comma.yaml", "location", [(36.5, -4.25), (35.5, -4.5)]),
        ("decimal_comma_mixed.csv", "", "location", [(36.5, -4.25), (35.5, -4.5)]),
        ("xlsx_decimal_comma_option.xlsx", "decimal_comma.yaml", "location", [(36.5, -4.25), (35.5, -2.75)]),
        ("decimal_area.csv", "decimal_area.yaml", "declared_area_km2", [8.5, 12.25, 1250.5]),
    ],
)
def test_decimal_commas(reads_case: ReadsCase, name: str, mapping: str, key: str, expected: list[Any]) -> None:
    opened, rows = reads_case(name, mapping)
    assert [row.record[key] for row in rows] == expected and counted(rows) == {}
    assert "decimal comma" in " ".join(opened.notes)


def test_a_point_between_thousands_is_doubtful_among_decimal_commas(opens: Callable[..., Opened]) -> None:
    mapping = case("decimal_area.yaml").read_text(encoding="utf-8")
    text = "license number;country;grant date;area\n1;KZ;;1.250\n2;KZ;;1.250.000\n3;KZ;;0,5\n"
    rows = list(opens(text, mapping).rows())
    assert [row.record["declared_area_km2"] for row in rows] == [1.25, 1_250_000, 0.5]
    assert counted(rows) == {"number-ambiguous": 1}


def test_an_id_of_a_sheet_is_as_displayed(reads_case: ReadsCase) -> None:
    _, rows = reads_case("leading_zero_format.xlsx")
    assert [row.record["external_id"]["value"] for row in rows] == ["0007", "12345678901"]


# --- Guesses ----------------------------------------------------------------------------------------------------------
def test_a_stable_id_is_preferred_to_a_number_of_the_row(reads_case: ReadsCase, terms: Terms, tmp_path: Any) -> None:
    _, rows = reads_case("objectid_real_id.csv")
    assert [row.record["external_id"]["value"] for row in rows] == ["KZ-017", "KZ-018"]
    file = tmp_path / "a.csv"
    file.write_text("OBJECTID,name\n1,A\n2,B\n")
    assert 'column: "OBJECTID"}  # a row number, which another edition' in guess(file, terms=terms)


def test_a_column_that_repeats_is_no_number(reads_case: ReadsCase) -> None:
    opened, rows = reads_case("number_not_unique.csv")
    assert all(row.is_sound for row in rows) and opened.target == "license" and "number" not in rows[0].record


@pytest.mark.parametrize(
    ("name", "rule", "said"),
    [("no_properties.geojson", "no-columns", "no properties")],
)
def test_what_cannot_be_mapped_is_refused(terms: Terms, name: str, rule: str, said: str) -> None:
    with pytest.raises(FileRefused, match=said) as caught:
        guess(case(name), terms=terms)
    assert caught.value.rule == rule
