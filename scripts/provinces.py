"""The provinces of the located deposits of the cards, by the outlines of Natural Earth: `python -m scripts.provinces`.

The outlines are the layer “States, Provinces” of the world map of QGIS, of the release that the country shapes are of. It has
names, whose ISO 3166-2 codes are looked up as imports do. Each line is a card whose `admin_code` is not that of the outline: to
be read by a person, as borders are generalised and the outlines older than some provinces. Needs apt-get; the result is data.
"""

import re
from pathlib import Path

import yaml
from shapely import Point

from imports.values.provinces import province_code
from scripts.disputed_areas import WorldMap

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    """Print what differs."""
    provinces = WorldMap().all_provinces()
    for file in sorted((ROOT / "fixtures/deposits").glob("*.yaml")):
        for card in yaml.load(file.read_text(encoding="utf-8"), yaml.CSafeLoader)["deposits"]:
            if "location" not in card:
                continue
            point = Point(card["location"]["lon"], card["location"]["lat"])
            found = [(country, name) for country, name, shape in provinces if shape.covers(point)]
            codes = {province_code(country, one) for country, name in found for one in re.split(r"[()]", name)} - {None}
            if card.get("admin_code") not in codes:
                print(card["slug"], card["country"], card.get("admin_area"), card.get("admin_code"), found)


if __name__ == "__main__":
    main()
