"""Mapping files: what the documentation shows, what a guess gives, and what is refused; and the full table of MRDS."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from imports.kinds import KINDS
from imports.refusal import FileRefused
from imports.rows import MappedRow
from imports.source_file import Opened, guess, open_file
from imports.values.terms import Terms
from tests.imports.sample_files import MAPPING, ROOT, Reads, real, rules

pytestmark = pytest.mark.django_db

DOCUMENT = ROOT / "docs" / "importing.md"


def shown(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.S)


def test_the_example_of_the_documentation_loads(reads: Reads) -> None:
    mapping, table = shown("yaml")[0], shown("csv")[0]
    rows = reads(table.encode("cp1251"), mapping)
    assert [rules(row) for row in rows] == [[], ["country-former-name"]]
    first = rows[0].record
    assert first["external_id"] == {"scheme": "tien_shan", "value": "17"}
    assert (first["name"], first["country"], first["discovery_year"]) == ("Кутессай II", "KG", 1940)
    assert first["other_names"] == [
        {"text": "Кутессай", "language": "ru-Cyrl", "kind": "alternate"},
        {"text": "Kutessay", "language": "ru-Cyrl", "kind": "alternate"},
    ]
    assert (first["deposit_type"], first["type_as_stated"]) == ("vein", "жильный")
    assert first["development_status"] == "historic"
    assert first["commodities"][0] == {"symbol": "REE", "role": "main"}
    assert first["location"] == pytest.approx((76.13, 42.85), abs=0.01)
    assert (first["source_srid"], first["location_kind"]) == (4284, "reported")
    assert rows[1].record["commodities"][-1]["role"] == "by_product"


def test_every_kind_is_documented() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    for name in [*KINDS, "generic"]:
        assert f"`{name}`" in text


def test_every_rule_is_documented() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    found: set[str] = set()
    for path in (ROOT / "imports").rglob("*.py"):
        code = path.read_text(encoding="utf-8")
        if path.parts[-2] in ("readers", "values", "kinds", "mapping") or path.name == "source_file.py":
            found |= set(re.findall(r'(?:warn|error|refuse|Problem|ShapeError)\(\s*"([a-z-]+)"', code))
    assert len(found) > 50
    assert {rule for rule in found if f"`{rule}`" not in text} == set()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (('target: "deposit"', 'target: "country"'), "target: write one of deposit, estimate"),
        (('target: "deposit"', 'traget: "deposit"'), "no key “traget”"),
        (('title: "A survey"', 'titel: "A survey"'), "source has no key “titel”"),
        (('slug: "a-survey", ', ""), "source → slug"),
        (('slug: "a-survey"', 'slug: "a survey"'), "source → slug"),
        (('scheme: "a_survey"', 'scheme: "A survey"'), "record → external_id → scheme"),
        (('  name: "name"\n', ""), "record: it needs name"),
        (('name: "name"', 'name: {colum: "name"}'), "record → name has no key “colum”"),
        (('country: "country"', 'contry: "country"'), "record has no key “contry”"),
        (
            ('country: "country"', 'deposit_type: {column: "country", codes: {"a": "b"}}'),
            "“b” is not a code; available: carbonatite",
        ),
        (('country: "country"', 'commodities: {column: "country", role: "chief"}'), "there is no “chief”"),
        (("record:", 'file: {srid: "4284"}\nrecord:'), "file → srid: write a whole number"),
        (("record:", "record: &a\n  x: *a"), "aliases"),
        (("record:", "record: ["), "line"),
        (('target: "deposit"', "[" * 5000), "bad-mapping"),
        (('name: "name"', 'name: "name"\n  name: "id"'), "given twice"),
    ],
)
def test_a_wrong_mapping_names_the_key(opens: Callable[..., Opened], change: tuple[str, str], said: str) -> None:
    with pytest.raises(FileRefused, match="bad-mapping") as caught:
        opens("id,name,country,lon,lat\n1,A,KG,1,2\n", MAPPING.replace(*change))
    assert said in str(caught.value)
    assert caught.value.file == "mapping.yaml"


def test_a_column_that_the_file_lacks_is_named(opens: Callable[..., Opened]) -> None:
    with pytest.raises(FileRefused, match=r"columns that this file does not have: name\. It has: id, title, country, lon, lat"):
        opens("id,title,country,lon,lat\n1,A,KG,1,2\n")


def test_a_kind_has_its_own_mapping(tmp_path: Path, terms: Terms) -> None:
    file = tmp_path / "a.csv"
    file.write_text("id,name\n1,A\n")
    for kind, mapping, rule in [
        ("usgs-ree", file, "no-mapping-here"),
        ("generic", None, "mapping-missing"),
        ("usgs-re", None, "unknown-kind"),
        ("usgs-ree", None, "columns-missing"),
        ("generic", tmp_path / "absent.yaml", "bad-mapping"),
    ]:
        with pytest.raises(FileRefused) as caught:
            open_file(file, kind, mapping, terms=terms)
        assert caught.value.rule == rule


LICENSES = """
target: "license"
source: {slug: "a-cadastre", title: "A cadastre", published: "2024-05"}
record:
  external_id: {scheme: "cadastre", column: "no"}
  number: "no"
  country: {value: "KZ"}
  kind: {column: "type", codes: {"разведка": "exploration"}, otherwise: "other"}
  kind_as_stated: "type"
  status: {value: "active"}
  granted: {column: "issued", order: "day-first"}
  declared_area_km2: {column: "area", unit: "га"}
  parties:
  - {column: "holder", split: ";"}
  - {column: "operator", role: "operator"}
  commodities: {value: "REE"}
"""


def test_licences_by_a_mapping(reads: Reads) -> None:
    text = "no,type,issued,area,holder,operator\n7-EL,Разведка,23.01.2024,250,ТОО А;АО Б,ТОО А\n8-EL,x,,,Иванов И.И.,\n"
    first, second = reads(text, LICENSES)
    assert first.problems == ()
    assert first.record == {
        "external_id": {"scheme": "cadastre", "value": "7-EL"},
        "country": "KZ",
        "number": "7-EL",
        "kind": "exploration",
        "kind_as_stated": "Разведка",
        "status": "active",
        "granted": "2024-01-23",
        "declared_area_km2": 2.5,
        "parties": [
            {"organization": "ТОО А", "role": "holder"},
            {"organization": "АО Б", "role": "holder"},
            {"organization": "ТОО А", "role": "operator"},
        ],
        "commodities": [{"symbol": "REE", "role": "unknown"}],
    }
    assert rules(second) == ["code-unknown", "holder-perhaps-person"]
    assert "Иванов" not in repr(second)


GUESSED = {
    "usgs/ree_ofr02189.csv": 799,
    "usgs/mrds_ree_sites.csv": 1392,
    "usgs/major_deposits.csv": 3168,
    "licences/wa_tenements_221.geojson": 221,
    "australia/ga_critical_minerals_354.xlsx": 354,
}


@pytest.mark.parametrize("path", GUESSED)
def test_a_guess_loads_as_it_is(path: str, tmp_path: Path, terms: Terms) -> None:
    text = guess(real(path), terms=terms)
    (tmp_path / "mapping.yaml").write_text(text, encoding="utf-8")
    rows = list(open_file(real(path), "generic", tmp_path / "mapping.yaml", terms=terms).rows())
    assert len(rows) == GUESSED[path]
    assert sum(row.is_sound for row in rows) > 0.95 * len(rows)
    said = yaml.safe_load(text)
    assert said["record"].keys() & ({"location"} if said["target"] == "deposit" else {"area"})


def test_a_guess_in_russian(tmp_path: Path, terms: Terms) -> None:
    file = tmp_path / "участки.csv"
    file.write_bytes(
        "Номер;Название;Страна;Широта;Долгота;Полезное ископаемое;Телефон\n1;Кундыбай;Казахстан;52,0;60,8;РЗЭ;555\n".encode()
    )
    text = guess(file, terms=terms)
    record = yaml.safe_load(text)["record"]
    assert record["name"] == "Название" and record["country"] == "Страна"
    assert record["location"] == {"longitude": "Долгота", "latitude": "Широта"}
    assert yaml.safe_load(text)["file"] == {"decimal": ","}


def test_a_guess_says_that_a_kind_is_known(terms: Terms) -> None:
    assert "the kind “usgs-ree”" in guess(real("usgs/ree_ofr02189.csv"), terms=terms)


def test_a_guess_shows_nobodys_name(tmp_path: Path, terms: Terms) -> None:
    file = tmp_path / "a.csv"
    file.write_text("id,name,second owner\n1,A,John Smith\n")
    assert "Smith" not in guess(file, terms=terms)


MRDS_COLUMNS = re.findall(
    r"\w+",
    """dep_id url mrds_id mas_id site_name latitude longitude region country state county com_type commod1 commod2 commod3
    oper_type dep_type prod_size dev_stat ore gangue other_matl orebody_fm work_type model alteration conc_proc names ore_ctrl
    reporter hrock_unit hrock_type arock_unit arock_type structure tectonic ref yfp_ba yr_fst_prd ylp_ba yr_lst_prd dy_ba
    disc_yr prod_yrs discr score""",
)


def mrds(tmp_path: Path, terms: Terms, **cells: str) -> MappedRow:
    usual = {"dep_id": "1", "site_name": "A", "country": "United States", "latitude": "35.5", "longitude": "-115.5"} | cells
    line = ",".join(f'"{usual.get(column, "")}"' for column in MRDS_COLUMNS)
    path = tmp_path / "mrds.csv"
    path.write_text(f"{','.join(MRDS_COLUMNS)}\n{line}\n", encoding="utf-8")
    (row,) = open_file(path, "mrds", terms=terms).rows()
    return row


def test_the_full_table_of_mrds(tmp_path: Path, terms: Terms) -> None:
    assert len(MRDS_COLUMNS) == 46
    row = mrds(
        tmp_path,
        terms,
        names="Sulphide Queen, A",
        state="California",
        county="San Bernardino",
        dev_stat="Producer",
        disc_yr="1949",
        dep_type="Carbonatite",
        model="Carbonatite",
        commod1="Rare Earths, Cerium",
        commod2="Barium-Barite, Titanium, Metal",
        commod3="Thorium",
        ore="Bastnaesite",
        hrock_type="Gneiss",
    )
    record: Any = row.record
    assert row.problems == ()
    assert (record["occurrence_type"], record["development_status"], record["status_as_stated"]) == (
        "deposit",
        "operating",
        "Producer",
    )
    assert (record["deposit_type"], record["type_as_stated"]) == ("carbonatite", "Carbonatite")
    assert [(c["symbol"], c["role"]) for c in record["commodities"]] == [
        ("REE", "main"),
        ("Ce", "main"),
        ("Ba", "by_product"),
        ("Ti", "by_product"),
        ("Th", "trace"),
    ]
    assert (record["admin_area"], record["discovery_year"]) == ("San Bernardino, California", 1949)
    assert (record["ore_minerals"], record["host_rock"]) == ("Bastnaesite", "Gneiss")
    assert [name["text"] for name in record["other_names"]] == ["Sulphide Queen"]


@pytest.mark.parametrize(
    ("stated", "occurrence", "status", "broken"),
    [
        ("Past Producer", "deposit", "closed", []),
        ("Prospect", "prospect", "undeveloped", []),
        ("Occurrence", "occurrence", "undeveloped", []),
        ("Unknown", None, "unknown", []),
        ("Plant", None, None, ["not-a-deposit"]),
        ("Sleeping", None, None, ["code-unknown"]),
        ("", None, None, []),
    ],
)
def test_the_states_of_mrds(
    tmp_path: Path,
    terms: Terms,
    stated: str,
    occurrence: str | None,
    status: str | None,
    broken: list[str],
) -> None:
    row = mrds(tmp_path, terms, dev_stat=stated, dep_type="Vein, Shear Zone")
    assert (row.record.get("occurrence_type"), row.record.get("development_status")) == (occurrence, status)
    assert rules(row) == broken
    # What may mean several types is kept as stated, and means none.
    assert row.record["type_as_stated"] == "Vein, Shear Zone" and "deposit_type" not in row.record


def test_terms_are_those_of_the_registry(terms: Terms) -> None:
    assert len(terms.countries) == len(terms.iso3) == 249
    assert terms.country_names["германия"] == {"DE"}
    assert {"REE", "Nd", "Co", "PGE", "graphite"} <= terms.symbols
