"""Headers as publishers write them, in made-up tables: which columns a guessed mapping uses, and for what."""

from pathlib import Path

import pytest
import yaml

from bench.guesses import mapped
from imports.source_file import guess
from imports.values.terms import Terms

pytestmark = pytest.mark.django_db

#: Kind of record, a table, and the key for which each of its columns is used; empty if it is not used.
TABLES = {
    "codes before words, and a kind of shape that is no shape": (
        "deposit",
        "OBJECTID *,Shape *,Ftr_ID *,Ftr_Name,Other_Name,Commodity,Approx_Lat,Long_WGS84,State,Dep_Model,Remarks\n"
        "1,Point,F1,Ulken,Big; Large,lithium,43.1,76.5,AR,Yes,a\n2,Point,F2,Kishi,,lithium,43.2,76.6,AR,No,b\n",
        ",,external_id,name,other_names,commodities,location,location,admin_area,,description",
    ),
    "words written together, and an owner of mines": (
        "deposit",
        "MineID,MineName,CommoditiesEN,Owners,Development Stage,Activity Status,Lat,Lon\n"
        "1,Ulken,Gold,A Ltd,Exploration,Active,43.1,76.5\n2,Kishi,Gold,B Ltd,Closed,Inactive,43.2,76.6\n",
        "external_id,name,commodities,,development_status,,location,location",
    ),
    "a name in no known word": (
        "deposit",
        "company1,the_name,latitude,longitude,commodity1,commodity2\n"
        "A Ltd,Ulken,43.1,76.5,Gold,\nB Ltd,Kishi,43.2,76.6,Gold,Tin\n",
        ",name,location,location,commodities,commodities",
    ),
    "numbered columns with a subject": (
        "deposit",
        "Deposit Id,Deposit Name,Lat,Lon,Deposit Main Commodity 1,Deposit Main Commodity 2\n"
        "1,Ulken,43.1,76.5,Gold,\n2,Kishi,43.2,76.6,Gold,Tin\n",
        "external_id,name,location,location,commodities,commodities",
    ),
    "licences in Spanish": (
        "license",
        "CODIGOU,CONCESION,TIT_CONCES,HECTAGIS,D_ESTADO,SUSTANCIA,FEC_DENU\n1,Alta,Mina SA,10,Titulado,M,2001-01-01\n",
        "number,name,parties,declared_area_km2,status,commodities,applied",
    ),
    "leases, with a code beside its text": (
        "license",
        "OBJECTID,serial_nr_full,ttl_case_acres,commodity_txt,case_disp_txt,casetype,casetype_txt\n"
        "1,CA 1,10,Gold,PENDING,32,LEASE\n",
        ",number,declared_area_km2,commodities,status,,kind",
    ),
    "resources with a row for each figure": (
        "estimate",
        "OBJECTID *,Ftr_Name,Material,Rsrc_Date,Grade,Grade_Unit,Contained,Cont_Units,Rsrc_Class\n"
        "1,Ulken,lithium,2018,,,114000,tonnes,Inferred\n",
        ",deposit,commodity,effective,grades,,contained_tonnes,contained_tonnes,category",
    ),
}


def test_rows_without_an_id_are_told_apart_by_place_and_named_by_it(tmp_path: Path, terms: Terms) -> None:
    (tmp_path / "table.csv").write_text(
        "namemine,town,longitude,latitude\nUlken,A,76.5,43.1\nUlken,B,76.6,43.2\n,C,76.7,43.3\n"
    )
    record = yaml.safe_load(guess(tmp_path / "table.csv", terms=terms))["record"]
    assert record["external_id"]["columns"] == ["namemine", "longitude", "latitude"]
    assert record["name"] == {"columns": ["namemine", "town"]}


@pytest.mark.parametrize("name", TABLES)
def test_the_columns_of_a_guess(name: str, tmp_path: Path, terms: Terms) -> None:
    target, table, keys = TABLES[name]
    (tmp_path / "table.csv").write_text(table)
    text = guess(tmp_path / "table.csv", terms=terms)
    found = mapped(text)
    assert yaml.safe_load(text)["target"] == target
    assert [found.get(column, "") for column in table.splitlines()[0].split(",")] == keys.split(",")
