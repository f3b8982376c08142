"""A file such as USGS MRDS gives, of any length, the same at every run."""

import csv
import random
from pathlib import Path

COLUMNS = (
    "dep_id", "url", "mrds_id", "mas_id", "site_name", "latitude", "longitude", "region", "country", "state", "county",
    "com_type", "commod1", "commod2", "commod3", "oper_type", "dep_type", "prod_size", "dev_stat", "ore", "gangue",
    "other_matl", "orebody_fm", "work_type", "model", "alteration", "conc_proc", "names", "ore_ctrl", "reporter",
    "hrock_unit", "hrock_type", "arock_unit", "arock_type", "structure", "tectonic", "ref", "yfp_ba", "yr_fst_prd",
    "ylp_ba", "yr_lst_prd", "dy_ba", "disc_yr", "prod_yrs", "discr", "score",
)  # fmt: skip
#: A country, and a box of longitudes and latitudes well inside it.
_PLACES = (
    ("United States", (-117, -98), (35, 48)), ("Kazakhstan", (55, 78), (44, 52)), ("Canada", (-118, -98), (51, 60)),
    ("Australia", (120, 145), (-32, -20)), ("Brazil", (-57, -43), (-15, -4)), ("China", (88, 112), (30, 40)),
    ("Mexico", (-104, -101), (21, 26)), ("Russia", (40, 120), (53, 62)), ("South Africa", (22, 26), (-31, -28)),
    ("Mongolia", (92, 110), (44, 48)), ("India", (76, 79), (15, 25)), ("Turkey", (31, 40), (38, 40)),
)  # fmt: skip
_SYLLABLES = ("ka", "ra", "tu", "shi", "mol", "ben", "dor", "gal", "ik", "zhan", "tau", "kol", "bai", "sor")
_COMMODITIES = ("Gold", "Copper", "Uranium", "Thorium", "Niobium", "Titanium", "Cerium", "Lanthanum", "Yttrium", "Zirconium")
_STATUS = ("Producer", "Past Producer", "Prospect", "Occurrence", "Unknown")
_TYPES = ("Vein", "Placer", "Skarn", "Pegmatite", "Carbonatite", "Hydrothermal", "")


def write(path: Path, rows: int, first: int = 30_000_000, *, altered: float = 0) -> None:
    """Write `rows` rows, with ids from `first`; `altered` is the share of them whose host rock differs from the usual."""
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(COLUMNS)
        for number in range(first, first + rows):
            table.writerow(_row(number, altered))


def _row(number: int, altered: float) -> list[str]:
    chance = random.Random(number)
    country, longitudes, latitudes = chance.choice(_PLACES)

    def word() -> str:
        return "".join(chance.choices(_SYLLABLES, k=3)).capitalize()

    name = f"{word()} {word()} {number % 100_000}"
    first, second, third = chance.sample(_COMMODITIES, 3)
    row = dict.fromkeys(COLUMNS, "") | {
        "dep_id": str(number),
        "url": f"https://mrdata.usgs.gov/mrds/show-mrds.php?dep_id={number}",
        "mrds_id": f"W{number % 1_000_000:06}",
        "site_name": name,
        "latitude": f"{chance.uniform(*latitudes):.5f}",
        "longitude": f"{chance.uniform(*longitudes):.5f}",
        "region": "NA",
        "country": country,
        "state": word(),
        "county": word(),
        "com_type": "M",
        "commod1": first,
        "commod2": second if number % 2 else "",
        "commod3": third if number % 4 == 0 else "",
        "oper_type": "Underground",
        "dep_type": chance.choice(_TYPES),
        "prod_size": "S",
        "dev_stat": chance.choice(_STATUS),
        "ore": "Chalcopyrite, Pyrite, Bornite",
        "gangue": "Quartz, Calcite",
        "names": f"{name} Mine, {word()} Prospect" if number % 3 == 0 else "",
        "hrock_type": "Granite" if chance.random() >= altered else "Syenite",
        "ref": f"USGS files, {word()} and {word()}, 1973, Bulletin {number % 1900}, p. {number % 200}.",
        "disc_yr": str(1850 + number % 130) if number % 5 == 0 else "",
        "score": "C",
    }
    return list(row.values())
