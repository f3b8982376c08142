"""Writes pages/cldr_names.json: names of countries in languages of Central Asia, from the Unicode CLDR that Babel carries.

Run it again when Babel is updated: `.venv/bin/python -m scripts.cldr_names`.
"""

import json

import yaml
from babel import Locale

from config.environment import ROOT

#: Tag of the language as pages state it → the locale of CLDR.
LANGUAGES = {"kk": "kk", "ky": "ky", "uz": "uz", "uz-Cyrl": "uz_Cyrl"}
FILE = ROOT / "pages" / "cldr_names.json"


def names() -> dict[str, dict[str, str]]:
    """Return the names by language and code of the country."""
    countries = yaml.safe_load((ROOT / "fixtures" / "reference" / "countries.yaml").read_text())["countries"]
    codes = [country["slug"] for country in countries]
    found = {}
    for tag, name in LANGUAGES.items():
        territories = Locale.parse(name).territories
        found[tag] = {code: territories[code] for code in codes if code in territories}
    return found


if __name__ == "__main__":
    FILE.write_text(json.dumps(names(), ensure_ascii=False, indent=0, sort_keys=True) + "\n", encoding="utf-8")
