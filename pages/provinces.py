"""Names of provinces by their ISO 3166-2 code, in the language of the page where the standard's translators have them."""

import gettext
from functools import cache
from typing import Any

import pycountry

from explorer.language import DEFAULT, language

#: The field of a record that has such a code.
PROVINCE = "admin_code"
_DOMAIN = "iso3166-2"


def province(code: str) -> str:
    """Name a province, with its code; the code alone if the standard has none such."""
    name = _names().get(code)
    return f"{_translated(language()).gettext(name)} ({code})" if name else code


@cache
def _names() -> dict[str, str]:
    every: Any = pycountry.subdivisions
    # Some names end in notes: “Akmola oblysy [Akmolinskaja oblast']”.
    return {one.code: one.name.partition("[")[0].strip() for one in every}


@cache
def _translated(code: str) -> gettext.NullTranslations:
    if code == DEFAULT:
        return gettext.NullTranslations()
    return gettext.translation(_DOMAIN, pycountry.LOCALES_DIR, [code], fallback=True)
